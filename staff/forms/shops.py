"""A shop's settings, opening one, and the set-up of a new desk."""

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.money import EXPONENTS
from staff.forms.people import CODE, NewPersonForm, free_code
from staff.models import Role, User

COMMON_CURRENCIES = ("CNY", "EUR", "USD", "GBP", "HKD", "JPY")
SHOP_COLUMNS = ("name_zh", "name_en", "language", "time_zone", "calendar", "survey_delay_minutes")


@cache
def currencies():
    others = sorted(set(EXPONENTS) - set(COMMON_CURRENCIES))
    return [(code, code) for code in (*COMMON_CURRENCIES, *others)]


@cache
def countries():
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    return {line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#")}


@cache
def time_zones():
    return [(name, name) for name in sorted(available_timezones()) if "/" in name and name[:4] != "Etc/"]


class ShopForm(forms.Form):
    """What may change of a shop; money it has taken fixes the rest."""

    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("In which we write when a customer's language is not known."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=time_zones)
    calendar = forms.ChoiceField(
        label=gettext_lazy("Working hours"),
        required=False,
        help_text=gettext_lazy(
            "Deadlines count these hours. A change counts for clocks started from then on."
        ),
    )
    survey_delay_minutes = forms.IntegerField(
        label=gettext_lazy("Survey after, in minutes"),
        min_value=0,
        max_value=43_200,
        help_text=gettext_lazy("How long after a request is resolved the customer is asked."),
    )
    return_name = forms.CharField(label=gettext_lazy("Return address: name"), max_length=100, required=False)
    return_phone = forms.CharField(label=gettext_lazy("Return address: phone"), max_length=40, required=False)
    return_address = forms.CharField(
        label=gettext_lazy("Return address: street and place"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Printed on return labels as it stands here."),
    )

    def __init__(self, *args, calendars=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["calendar"].choices = [("", _("as each policy says")), *calendars]

    @staticmethod
    def initial_of(shop):
        address = shop.return_address
        return {
            **{name: getattr(shop, name) for name in SHOP_COLUMNS},
            "return_name": address.get("name", ""),
            "return_phone": address.get("phone", ""),
            "return_address": address.get("address", ""),
        }

    def columns(self):
        """What was typed, as the columns of a shop."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in SHOP_COLUMNS},
            "return_address": {
                "name": data["return_name"],
                "phone": data["return_phone"],
                "address": data["return_address"],
            },
        }


class NewShopForm(ShopForm):
    """Also what can never be changed again."""

    code = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=30,
        validators=[CODE],
        help_text=gettext_lazy("Stands in addresses and never changes. Small letters, digits, hyphens."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=currencies)
    country = forms.CharField(
        label=gettext_lazy("Country"),
        max_length=2,
        help_text=gettext_lazy("Two letters, as in CN, DE, GB, US."),
    )

    def clean_code(self):
        return free_code(self.cleaned_data["code"])

    def clean_country(self):
        country = self.cleaned_data["country"].upper()
        if country not in countries():
            raise forms.ValidationError(_("This is no country's code."))
        return country

    def columns(self):
        own = {name: self.cleaned_data[name] for name in ("code", "currency", "country")}
        return super().columns() | own


class FurtherShopForm(NewShopForm):
    """A shop beside others: a team that is there serves it."""

    team = forms.ChoiceField(label=gettext_lazy("Served by"))

    def __init__(self, *args, teams=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [(team.code, team.name) for team in teams]


class SetupForm(NewShopForm):
    """The first shop, the team that serves it, and who settles everything else."""

    team_name_zh = forms.CharField(label=gettext_lazy("Team's name in Chinese"), max_length=100)
    team_name_en = forms.CharField(label=gettext_lazy("Team's name in English"), max_length=100)
    username = NewPersonForm.base_fields["username"]
    person_name_en = forms.CharField(label=gettext_lazy("Your name in English"), max_length=60)
    person_name_zh = forms.CharField(
        label=gettext_lazy("Your name in Chinese"), max_length=60, required=False
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters; a few words are best."),
    )
    password_again = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self):
        data = super().clean()
        if not {"password", "password_again"} <= data.keys():
            return data
        if data["password"] != data["password_again"]:
            self.add_error("password_again", _("The two passwords are not the same."))
            return data
        try:
            validate_password(data["password"], User(**self.admin(), role=Role.ADMIN))
        except forms.ValidationError as error:
            self.add_error("password", error)
        return data

    def team(self):
        return {"name_zh": self.cleaned_data["team_name_zh"], "name_en": self.cleaned_data["team_name_en"]}

    def admin(self):
        data = self.cleaned_data
        return {
            "username": data.get("username", ""),
            "name_en": data.get("person_name_en", ""),
            "name_zh": data.get("person_name_zh", ""),
            "email": data.get("email", ""),
        }
