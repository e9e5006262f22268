"""Canned replies: a shop's, which its leads edit, and one's own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftersales.errors import Invalid, Refused
from aftersales.web.pages import show, toast
from tickets.actions.macros import is_of_pack, remove_macro, save_macro
from tickets.macro_runs import told
from tickets.models import Macro, Stage
from tickets.policies import is_lead, is_staff
from tickets.queries.macros import replies_of
from tickets.queries.placeholders import PLACEHOLDERS
from tickets.reply_form import ReplyForm, initial_of
from tickets.views.acting import status_of
from tickets.views.gate import actor_of, shops_looked_at

LONGEST_SEARCH = 100


@login_required
@require_safe
def replies(request):
    """One's own, then the shared ones as the shop words them, by stage; `?q=` narrows by words."""
    actor = actor_of(request)
    words, shop = request.GET.get("q", "")[:LONGEST_SEARCH], shops_looked_at(request)[1]
    found = replies_of(actor, shop, words)
    context = around(request, actor, shop) | {
        "words": words,
        "groups": groups_of(found),
    }
    return show(request, "tickets/replies.html", "tickets/_replies.html", context)


def groups_of(found):
    """[{code, name, rows}]: one's own, then what is shared for each stage; groups without any are left out."""
    groups = [{"code": "own", "name": _("My own"), "rows": [each for each in found if each.owner_id]}]
    for stage in Stage:
        rows = [each for each in found if not each.owner_id and each.stage == stage]
        groups.append({"code": stage.value, "name": stage.label, "rows": rows})
    return [group | {"rows": [row_of(each) for each in group["rows"]]} for group in groups if group["rows"]]


def row_of(macro):
    return {"macro": macro, "does": told(macro)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_reply(request):
    """For the shop when a lead says so, else for oneself."""
    actor = actor_of(request)
    shop = shops_looked_at(request)[1] if request.GET.get("for") == "shop" else None
    return edited(request, actor, None, shop)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request, pk):
    actor = actor_of(request)
    macro = get_object_or_404(Macro.objects.visible_to(actor).select_related("shop"), pk=pk)
    shop = shops_looked_at(request)[1] if is_of_pack(macro) else macro.shop
    return edited(request, actor, macro, shop)


@login_required
@require_POST
def remove(request, pk):
    actor = actor_of(request)
    macro = get_object_or_404(Macro.objects.visible_to(actor).select_related("shop"), pk=pk)
    try:
        remove_macro(macro, by=actor)
    except Refused as refused:
        form, status = ReplyForm(initial=initial_of(macro)), status_of(refused)
        return drawn(request, actor, macro, macro.shop, form, refusal=str(refused), status=status)
    toast(request, _("The reply is removed."))
    return HttpResponseRedirect(reverse("replies"))


def edited(request, actor, macro, shop):
    """The form, and what was wrong with it beside the field; nothing typed is lost."""
    form = ReplyForm(request.POST or None, initial=initial_of(macro) if macro else None)
    refusal, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            fields = form.fields_of_macro() | {"version": version_read(form, macro)}
            try:
                save_macro(macro, by=actor, shop=shop, **fields)
            except Refused as refused:
                refusal, status = mistake(form, refused), status_of(refused)
            else:
                toast(request, _("Saved."))
                return HttpResponseRedirect(address_of(shop))
    return drawn(request, actor, macro, shop, form, refusal=refusal, status=status)


def drawn(request, actor, macro, shop, form, *, refusal, status):
    context = around(request, actor, shop) | {
        "macro": macro,
        "form": form,
        "refusal": refusal,
        "is_copy": macro is not None and is_of_pack(macro),
        "may_edit": may_edit(actor, macro, shop),
        "placeholders": PLACEHOLDERS.values(),
    }
    return render(request, "tickets/reply.html", context, status=status)


def version_read(form, macro):
    return None if macro is None or is_of_pack(macro) else form.cleaned_data["version"]


def mistake(form, refused):
    """Beside its field where the form has it, else above the form."""
    if isinstance(refused, Invalid) and refused.field in form.fields:
        form.add_error(refused.field, str(refused))
        return ""
    return str(refused)


def may_edit(actor, macro, shop):
    if shop is not None:
        return is_lead(actor, None)
    return is_staff(actor, None) and (macro is None or macro.owner_id == actor.id)


def around(request, actor, shop):
    return {
        "section": "queue",
        "shop": shop,
        "shops": shops_looked_at(request)[0],
        "is_lead": is_lead(actor, None),
        "writes": is_staff(actor, None),
    }


def address_of(shop):
    return reverse("replies", query={"shop": shop.code} if shop else None)
