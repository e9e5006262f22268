"""Coming in: signing in, choosing a password by a link, changing it."""

from functools import partial

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aftersales.events.actors import Actor
from aftersales.web.addresses import client_address
from aftersales.web.pages import toast
from staff.actions import choose_password, forget_tries, take_try
from staff.actions.signing_in import QUIET
from staff.forms.signing_in import SignInForm
from staff.links import person_by
from staff.queries import is_set_up
from staff.views.doors import private


class SignIn(LoginView):
    """Ten tries per name and address, then a wait; a right password forgets them."""

    form_class = SignInForm
    redirect_authenticated_user = True

    def get_form_kwargs(self):
        address = client_address(self.request)
        return super().get_form_kwargs() | {"take_try": partial(take_try, address=address)}

    def form_valid(self, form):
        forget_tries(form.cleaned_data["username"], client_address(self.request))
        return super().form_valid(form)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if form.must_wait:
            response.status_code = 429
            response["Retry-After"] = str(int(QUIET.total_seconds()))
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, wants_set_up=not is_set_up())


@private
@require_http_methods(["GET", "HEAD", "POST"])
def choose_by_link(request, pk, token):
    """The link that a new person gets, or one whose password was reset."""
    person = person_by(pk, token)
    if person is None:
        return render(request, "staff/link_closed.html", status=404)
    form = SetPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        choose_password(person, form.cleaned_data["new_password1"], by=Actor.staff(person))
        toast(request, _("Your password is set. Sign in with it."))
        return HttpResponseRedirect(reverse("login"))
    status = 422 if request.method == "POST" else 200
    return render(request, "staff/choose_password.html", {"form": form, "person": person}, status=status)


class ChangePassword(PasswordChangeView):
    """One's own; this session goes on, every other one ends."""

    extra_context = {"section": "account"}

    def form_valid(self, form):
        choose_password(form.user, form.cleaned_data["new_password1"], by=Actor.staff(form.user))
        update_session_auth_hash(self.request, form.user)
        return HttpResponseRedirect(self.get_success_url())
