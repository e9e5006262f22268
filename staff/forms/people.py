"""People and teams."""

import re

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.models import Role

CODE = RegexValidator(
    re.compile(r"\A[a-z0-9][a-z0-9-]*\Z", re.ASCII), gettext_lazy("Use small letters, digits and hyphens.")
)
USERNAME = RegexValidator(
    re.compile(r"\A[a-z0-9][a-z0-9._-]*\Z", re.ASCII),
    gettext_lazy("Use small letters, digits, full stops, hyphens and underscores."),
)
ROUTE_WORDS = {"new"}
STAGES = [
    ("communicate", gettext_lazy("Communicate")),
    ("receive", gettext_lazy("Receive")),
    ("inspect", gettext_lazy("Inspect")),
    ("resolve", gettext_lazy("Resolve")),
]


class PersonForm(forms.Form):
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    teams = forms.MultipleChoiceField(
        label=gettext_lazy("Teams"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("People see the shops that their teams serve."),
        error_messages={"required": gettext_lazy("Choose at least one team.")},
    )
    leads = forms.MultipleChoiceField(
        label=gettext_lazy("Leads"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("A team's lead is told when its promises are in danger."),
    )

    def __init__(self, *args, teams=(), roles=(), **kwargs):
        super().__init__(*args, **kwargs)
        named = [(team.code, team.name) for team in teams]
        self.fields["teams"].choices = self.fields["leads"].choices = named
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role in roles]

    def clean(self):
        data = super().clean()
        if set(data.get("leads", ())) - set(data.get("teams", ())):
            self.add_error("leads", _("Who leads a team is in it: choose the team too."))
        return data


class NewPersonForm(PersonForm):
    field_order = ["username"]
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=40,
        validators=[USERNAME],
        help_text=gettext_lazy("To sign in with. Small letters, digits and . _ -"),
    )


class TeamForm(forms.Form):
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100)
    shops = forms.MultipleChoiceField(
        label=gettext_lazy("Serves"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one shop.")},
    )
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("Works on"),
        choices=STAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one stage.")},
    )

    def __init__(self, *args, shops=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shops"].choices = [(shop.code, shop.name) for shop in shops]


class NewTeamForm(TeamForm):
    field_order = ["code"]
    code = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=30,
        validators=[CODE],
        help_text=gettext_lazy("Never changes. Small letters, digits, hyphens."),
    )

    def clean_code(self):
        return free_code(self.cleaned_data["code"])


def free_code(code):
    """Codes stand in addresses, where the desk has words of its own."""
    if code in ROUTE_WORDS:
        raise forms.ValidationError(_("This word is taken by the desk itself. Choose another."))
    return code
