"""What the forms of goods and money share: units of lines, and rows that belong to the request."""

import datetime

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.errors import Invalid
from aftersales.money import SYMBOLS, exponent, parse_money
from aftersales.web.doors import check_text
from returns.queries.parcels import tidy_code
from returns.queries.units import units_of
from tickets.forms import LinesField, VerbForm


class UnitsForm(VerbForm):
    """Base of the forms that ask for units of lines; `count` names the property of Units that limits them."""

    count = "free"
    lines = LinesField(limit=lambda line: line.most, label=gettext_lazy("Goods"), required=False)

    def set_up(self):
        lines = []
        for unit in units_of(self.ticket).values():
            unit.line.most = getattr(unit, self.count)
            lines.append(unit.line)
        self.fields["lines"].choose_from(lines)


class AmountWidget(forms.TextInput):
    """An amount in the currency's main unit, with its sign in front."""

    def render(self, name, value, attrs=None, renderer=None):
        sign = self.attrs.get("sign", "")
        plain = forms.TextInput({key: each for key, each in self.attrs.items() if key != "sign"})
        return format_html(
            '<span class="row amount"><span class="muted" aria-hidden="true">{}</span>{}</span>',
            sign,
            plain.render(name, value, attrs, renderer),
        )


class AmountForm(forms.Form):
    """One amount: people type it as they write it (129.00), a system gives it in the smallest unit."""

    needs_amount = False
    amount = forms.CharField(label=gettext_lazy("Amount"), required=False, max_length=40, widget=AmountWidget)
    amount_minor = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def set_up(self):
        super().set_up()
        currency, places = self.currency, exponent(self.currency)
        self.fields["amount"].widget.attrs |= {
            "sign": sign_of(currency),
            "inputmode": "decimal" if places else "numeric",
            "autocomplete": "off",
            "placeholder": f"{0:.{places}f}",
        }
        self.fields["amount"].is_needed = self.needs_amount  # in one form or the other

    @property
    def currency(self):
        return self.ticket.order.currency if self.ticket.order_id else self.ticket.shop.currency

    def clean(self):
        cleaned = super().clean()
        typed = cleaned.pop("amount", "")
        if typed and cleaned.get("amount_minor") is None:
            try:
                cleaned["amount_minor"] = parse_money(typed, self.currency)
            except Invalid as error:
                self.add_error("amount", str(error))
                return cleaned
        given = cleaned.get("amount_minor")
        if (self.needs_amount and given is None and not self.errors) or (given is not None and given <= 0):
            self.add_error("amount", _("Give an amount above nought."))
        return cleaned


def sign_of(currency):
    """What stands before an amount; a currency without a sign is told by its letters."""
    return SYMBOLS.get(currency, currency)


class LineChoiceField(forms.CharField):
    """A line of the request by its id; cleaned to the TicketLine, or None."""

    def choose_from(self, lines):
        self.lines = {str(line.uid): line for line in lines}

    def clean(self, value):
        uid = super().clean(value)
        if not uid:
            return None
        if uid not in self.lines:
            raise forms.ValidationError(_("A line is not one of this request."), code="unknown_line")
        return self.lines[uid]


class JSONField(forms.JSONField):
    """JSON, also when a page sends it as text: only what the desk can keep."""

    def to_python(self, value):
        try:
            value = super().to_python(value)
            check_text(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return value


class DateField(forms.DateField):
    """A day; what JSON sends in place of a text is wrong, not an error of ours."""

    def to_python(self, value):
        return super().to_python(value if isinstance(value, datetime.date) else str(value or ""))


class NullBooleanField(forms.NullBooleanField):
    """Yes, no, or left to the desk; a list or an object is none of them."""

    class NullBooleanSelect(forms.NullBooleanSelect):
        def __init__(self, attrs=None):
            super().__init__(attrs)
            self.choices = (
                ("unknown", gettext_lazy("As the category and the wish need it")),
                ("true", gettext_lazy("Yes, they come back to us")),
                ("false", gettext_lazy("No, the customer keeps them")),
            )

        def value_from_datadict(self, data, files, name):
            value = data.get(name)
            return super().value_from_datadict(
                data if isinstance(value, str | int | None) else {name: None}, files, name
            )

    widget = NullBooleanSelect


def optional(choices):
    """The choices of a field that may be left empty."""
    return [("", ""), *choices.choices]


def clean_parcel(form, parcels):
    """The parcel that a code means, among those given; no code means none."""
    code = tidy_code(form.cleaned_data["parcel"])
    if not code:
        return None
    parcel = parcels.filter(waybill=code).last() or parcels.filter(label_code=code).first()
    if parcel is None:
        raise forms.ValidationError(
            _("No such parcel belongs here: %(code)s.") % {"code": code}, code="unknown_parcel"
        )
    return parcel


def clean_child(form, name, rows, what, by="uid"):
    """The row that an id means, among those of this request; no id means none."""
    uid = form.cleaned_data[name]
    if uid is None:
        return None
    found = rows.filter(**{by: uid}).first()
    if found is None:
        raise forms.ValidationError(_("No such %(what)s belongs here.") % {"what": what}, code="unknown")
    return found
