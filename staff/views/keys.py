"""API keys of the shops: issued and shown once, replaced while both live, revoked."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aftersales.errors import Refused
from aftersales.web.pages import refusal
from staff.actions import issue_key, revoke_key, rotate_key
from staff.forms.keys import ShopKeyForm
from staff.queries import shop_keys_of, shops_of
from staff.views.doors import Sheet, around, private, saved, settlers_only


@private
@settlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request, actor):
    """The token stands on the answer to the POST and nowhere else."""
    shops = {shop.code: shop for shop in shops_of(actor)}
    form = ShopKeyForm(request.POST if request.method == "POST" else None, shops=shops.values())
    page = sheet(request, actor, form)
    if request.method != "POST":
        return page.show()
    return page.submit(
        form,
        lambda data: issue_key(by=actor, **data | {"shop": shops[data["shop"]]}),
        lambda issued: fresh(request, actor).show(issued=issued),
    )


@private
@settlers_only
@require_POST
def key_verb(request, actor, pk, verb):
    key = get_object_or_404(shop_keys_of(actor), pk=pk)
    if verb == "revoke":
        revoke_key(key, by=actor)
        return saved(request, _("The key is revoked."), reverse("settings_keys"))
    if verb != "rotate":
        raise Http404
    page = fresh(request, actor)
    try:
        issued = rotate_key(key, by=actor)
    except Refused as refused:
        return refusal(request, page.page, page.partial, refused, page.context)
    return page.show(issued=issued)


def fresh(request, actor):
    return sheet(request, actor, ShopKeyForm(shops=list(shops_of(actor))))


def sheet(request, actor, form):
    context = around(actor, "keys", form=form, keys=shop_keys_of(actor))
    return Sheet(request, "staff/keys.html", "staff/_keys.html", context)
