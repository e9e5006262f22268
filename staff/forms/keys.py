"""API keys."""

import ipaddress

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.keys import SCOPES

LIFETIMES = [
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
    (365, gettext_lazy("1 year")),
    (730, gettext_lazy("2 years")),
]
MOST_NETWORKS = 20


class KeyForm(forms.Form):
    """A person's own key."""

    label = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=100,
        help_text=gettext_lazy("Stands in the log wherever the key was used."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Ends after"), choices=LIFETIMES, coerce=int, initial=365
    )
    allowed_ips = forms.CharField(
        label=gettext_lazy("Only from these addresses"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Addresses or networks, such as 203.0.113.0/24, one a line. Empty: from anywhere."
        ),
    )
    is_test = forms.BooleanField(
        label=gettext_lazy("For tests: what it writes is marked and counts in no figure"), required=False
    )

    def clean_allowed_ips(self):
        found = self.cleaned_data["allowed_ips"].replace(",", " ").split()
        if len(found) > MOST_NETWORKS:
            raise forms.ValidationError(_("At most %(most)d addresses.") % {"most": MOST_NETWORKS})
        return list(dict.fromkeys(self._network(text) for text in found))

    @staticmethod
    def _network(text):
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError as error:
            raise forms.ValidationError(_("“%(text)s” is no address.") % {"text": text[:60]}) from error
        return str(network.network_address) if network.num_addresses == 1 else str(network)


class ShopKeyForm(KeyForm):
    """A key of a shop's system."""

    field_order = ["shop", "label", "scopes"]
    shop = forms.ChoiceField(label=gettext_lazy("Shop"))
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May"),
        choices=[(scope, scope) for scope in SCOPES],
        initial=list(SCOPES),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one: a key that may nothing opens nothing.")
        },
    )

    def __init__(self, *args, shops=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shop"].choices = [(shop.code, shop.name) for shop in shops]
