"""One's own account: everybody has this page, whatever their role."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as set_browser_language

from aftersales.events.actors import Actor
from aftersales.web.look import keep_theme
from aftersales.web.pages import toast
from staff.actions import change_account, issue_key, revoke_key
from staff.forms.keys import KeyForm
from staff.forms.signing_in import AccountForm
from staff.queries import own_keys_of
from staff.views.doors import Sheet, private, saved

CHOICES = ("language", "theme", "has_shortcuts", "muted_kinds")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """Language, theme, shortcuts, notices."""
    actor = Actor.staff(request.user)
    if request.method != "POST":
        form = AccountForm(initial={name: getattr(request.user, name) for name in CHOICES})
        return sheet(request, actor, form=form).show()
    form = AccountForm(request.POST)

    def done(person):
        # What follows is in the language just chosen, and so is the toast.
        translation.activate(person.language or translation.get_language_from_request(request))
        toast(request, _("Saved."))
        response = HttpResponseRedirect(reverse("account"))
        keep_theme(response, person.theme)
        return response

    return sheet(request, actor, form=form).submit(
        form, lambda data: change_account(request.user, by=actor, **data), done
    )


@private
@login_required
@require_POST
def issue_own_key(request):
    """The token stands on the answer to this POST and nowhere else."""
    actor = Actor.staff(request.user)
    form = KeyForm(request.POST)
    page = sheet(request, actor, key_form=form)
    return page.submit(
        form,
        lambda data: issue_key(by=actor, user=request.user, **data),
        lambda issued: sheet(request, actor, issued=issued).show(),
    )


@login_required
@require_POST
def revoke_own_key(request, pk):
    actor = Actor.staff(request.user)
    revoke_key(get_object_or_404(own_keys_of(actor), pk=pk), by=actor)
    return saved(request, _("The key is revoked."), reverse("account"))


@require_POST
def set_language(request):
    """The switch on every page: for the browser, and for the account that would overrule it."""
    response = set_browser_language(request)
    wanted = request.POST.get("language", "")
    if request.user.is_authenticated and request.user.language and wanted in dict(settings.LANGUAGES):
        change_account(request.user, by=Actor.staff(request.user), language=wanted)
    return response


def sheet(request, actor, form=None, key_form=None, **more):
    form = form or AccountForm(initial={name: getattr(request.user, name) for name in CHOICES})
    keys = own_keys_of(actor)
    context = {"section": "account", "form": form, "key_form": key_form or KeyForm(), "keys": keys, **more}
    return Sheet(request, "staff/account.html", "staff/_account.html", context)
