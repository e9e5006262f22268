"""Signing in, and what each person settles for themselves."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from staff.inbox import mute_choices
from staff.models import User

FEW_TRIES = 3


class SignInForm(AuthenticationForm):
    """`take_try` counts a try and says how many are left; None means that none is."""

    def __init__(self, *args, take_try=None, **kwargs):
        super().__init__(*args, **kwargs)
        self._take_try = take_try
        self.must_wait = False
        self._left = None

    def clean(self):
        if self.cleaned_data.get("username") and self.cleaned_data.get("password"):
            self._left = self._take_try(self.cleaned_data["username"])
            self.must_wait = self._left is None
            if self.must_wait:
                raise forms.ValidationError(
                    _("Too many tries from here for this name. Wait a quarter of an hour, then try again.")
                )
        return super().clean()

    def get_invalid_login_error(self):
        """The same for a name that nobody has, a wrong password and a closed account."""
        text = _("User name and password do not match.")
        if self._left == 0:
            text += " " + _("That was the last try; wait a quarter of an hour.")
        elif self._left <= FEW_TRIES:
            text += " " + ngettext("%(n)d try is left.", "%(n)d tries are left.", self._left) % {
                "n": self._left
            }
        return forms.ValidationError(text, code="invalid_login")


class AccountForm(forms.Form):
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("as the browser says")), *settings.LANGUAGES],
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Light or dark"),
        required=False,
        choices=[("", gettext_lazy("as the system says")), *User.theme.field.choices],
    )
    has_shortcuts = forms.BooleanField(
        label=gettext_lazy("Single keys do things: J and K move, E does the next step"), required=False
    )
    muted_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Do not tell me when"),
        required=False,
        choices=mute_choices,
        widget=forms.CheckboxSelectMultiple,
    )
