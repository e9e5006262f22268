"""The form with which an agent opens a request for a customer, and the body that it makes of it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.languages import side_of
from tickets.models import Channel, Resolution
from tickets.queries.catalogue import categories, reasons

CHANNELS = [(each.value, each.label) for each in (Channel.PHONE, Channel.CHAT, Channel.EMAIL, Channel.AGENT)]


def named(rows):
    """[(code, name)] of categories or reasons in the reader's language."""
    side = side_of()
    return [(code, row.name[side]) for code, row in rows.items()]


def category_choices():
    return [("", _("by the reason of the first line")), *named(categories())]


def reason_choices():
    return [("", _("not said")), *named(reasons())]


def resolution_choices():
    return [("", _("as the category suggests")), *Resolution.choices]


class OpeningForm(forms.Form):
    """What the customer said and wants, and of which lines of the order how many units."""

    message = forms.CharField(
        label=gettext_lazy("What the customer said"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200, required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=category_choices, required=False)
    requested_resolution = forms.ChoiceField(
        label=gettext_lazy("What the customer wants"), choices=resolution_choices, required=False
    )
    channel = forms.ChoiceField(label=gettext_lazy("Heard by"), choices=CHANNELS)
    phone = forms.CharField(label=gettext_lazy("Phone for answers"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail for answers"), max_length=254, required=False)

    def __init__(self, *args, order=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.order = order
        self.order_lines = list(order.lines.order_by("id")) if order else []
        for line in self.order_lines:
            most = max(0, line.claimable)
            self.fields[f"quantity-{line.pk}"] = forms.IntegerField(
                label=_("Units"), min_value=0, max_value=most, initial=0, required=False, disabled=not most
            )
            self.fields[f"reason-{line.pk}"] = forms.ChoiceField(
                label=_("Reason"), choices=reason_choices, required=False, disabled=not most
            )

    def lines(self):
        """The order's lines with their two inputs, for the template."""
        return [
            {"line": line, "quantity": self[f"quantity-{line.pk}"], "reason": self[f"reason-{line.pk}"]}
            for line in self.order_lines
        ]

    def product_classes(self):
        """Of the lines that have units so far, else of the whole order."""
        wanted = [
            line for line in self.order_lines if self.initial.get(f"quantity-{line.pk}", "0") not in ("", "0")
        ]
        return {line.product_class for line in wanted or self.order_lines}

    def body(self):
        """The same body that a shop's system would post."""
        said = self.cleaned_data
        plain = ("message", "subject", "category", "requested_resolution", "channel")
        body = {name: said[name] for name in plain if said[name]}
        contact = {name: said[name] for name in ("phone", "email") if said[name]}
        if contact:
            body["contact"] = contact
        if self.order:
            body |= {"order": self.order.external_id, "lines": self.wanted_lines()}
        return body

    def wanted_lines(self):
        rows = []
        for line in self.order_lines:
            quantity = self.cleaned_data.get(f"quantity-{line.pk}")
            if quantity:
                row = {"order_line": line.external_id, "quantity": quantity}
                reason = self.cleaned_data[f"reason-{line.pk}"]
                rows.append(row | ({"reason": reason} if reason else {}))
        return rows
