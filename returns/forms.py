"""The forms of goods and money: one definition that the pages render and the API checks and describes."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from returns.models import Condition, Parcel
from returns.queries.parcels import tidy_code
from returns.queries.units import units_of
from tickets.forms import LinesField, LongText, VerbForm, whole_number

MAX_UNEXPECTED = 50
SHORT_REASONS = (
    ("not_sent", gettext_lazy("The customer keeps them")),
    ("lost", gettext_lazy("Lost on the way")),
    ("other", gettext_lazy("Another reason")),
)


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


class ApproveForm(UnitsForm):
    goods_back = forms.NullBooleanField(
        label=gettext_lazy("Goods come back"),
        required=False,
        help_text=gettext_lazy("Empty: as the request needs it."),
    )
    note = LongText(label=gettext_lazy("Note"), required=False)
    reason = LongText(label=gettext_lazy("Reason, if the policy says no"), required=False)


class ShipForm(VerbForm):
    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=40)
    waybill = forms.CharField(label=gettext_lazy("Waybill"), max_length=60)
    parcel = forms.CharField(label=gettext_lazy("Label"), max_length=40, required=False)

    def clean_parcel(self):
        return clean_parcel(self, self.ticket.parcels.all())


class UnexpectedField(forms.JSONField):
    """A list of {"sku", "quantity", "note"}: what was in the box and was not announced."""

    def clean(self, value):
        rows = super().clean(value)
        if rows in (None, ""):
            return []
        if not isinstance(rows, list) or len(rows) > MAX_UNEXPECTED:
            raise forms.ValidationError(
                _("A list of at most %(max)s items, each with sku and quantity.") % {"max": MAX_UNEXPECTED}
            )
        return [row for entry in rows if (row := self.clean_row(entry))["quantity"]]

    @staticmethod
    def clean_row(entry):
        if not isinstance(entry, dict) or set(entry) - {"sku", "quantity", "note"}:
            raise forms.ValidationError(
                _("An unexpected item has sku, quantity and note."), code="unknown_field"
            )
        sku, note = str(entry.get("sku", "")).strip()[:100], str(entry.get("note", "")).strip()[:300]
        if not sku and not note:
            raise forms.ValidationError(_("Say what the unexpected item is: an SKU, or a note."))
        return {"sku": sku, "quantity": whole_number(entry.get("quantity", 1)), "note": note}


class ConditionsField(forms.MultipleChoiceField):
    def __init__(self, **options):
        super().__init__(
            choices=Condition.choices, widget=forms.CheckboxSelectMultiple, required=False, **options
        )

    def to_python(self, value):
        return super().to_python([value] if isinstance(value, str) else value)


class BoxForm(forms.Form):
    """What the dock says of any box."""

    unexpected = UnexpectedField(label=gettext_lazy("Something else in the box"), required=False)
    conditions = ConditionsField(label=gettext_lazy("Outer condition"))
    note = LongText(label=gettext_lazy("Note"), required=False)
    weight_g = forms.IntegerField(
        label=gettext_lazy("Weight in grams"), required=False, min_value=1, max_value=1_000_000
    )


class ReceiveForm(BoxForm, UnitsForm):
    count = "awaited"
    parcel = forms.CharField(label=gettext_lazy("Waybill or label"), max_length=60, required=False)
    another_box = forms.BooleanField(label=gettext_lazy("Another box of the same request"), required=False)

    def clean_parcel(self):
        return clean_parcel(self, self.ticket.parcels.inbound())


class UnknownParcelForm(BoxForm):
    """A box that belongs to no request yet."""

    waybill = forms.CharField(label=gettext_lazy("Waybill"), max_length=60, required=False)
    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=40, required=False)


class MatchForm(UnitsForm):
    count = "awaited"
    parcel = forms.CharField(label=gettext_lazy("Waybill or label of the unclaimed parcel"), max_length=60)

    def clean_parcel(self):
        return clean_parcel(self, Parcel.objects.inbound().unclaimed().filter(shop_id=self.ticket.shop_id))


class CloseShortForm(UnitsForm):
    count = "awaited"
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=SHORT_REASONS)
    note = LongText(label=gettext_lazy("Note"), required=False)


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
