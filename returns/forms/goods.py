"""The forms of goods: approve, ship, receive, match, stop waiting, inspect."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from returns.forms.fields import (
    JSONField,
    LineChoiceField,
    NullBooleanField,
    UnitsForm,
    clean_parcel,
    optional,
)
from returns.models import Condition, Disposition, Fault, Grade, Parcel
from returns.queries.eligibility import evaluate_ticket
from tickets.forms import LongText, VerbForm, whole_number

MAX_UNEXPECTED = 50
SHORT_REASONS = (
    ("not_sent", gettext_lazy("The customer keeps them")),
    ("lost", gettext_lazy("Lost on the way")),
    ("other", gettext_lazy("Another reason")),
)


class ApproveForm(UnitsForm):
    goods_back = NullBooleanField(label=gettext_lazy("Do the goods come back?"), required=False)
    note = LongText(label=gettext_lazy("Note"), required=False)
    reason = LongText(label=gettext_lazy("Reason, if the policy says no"), required=False)

    def set_up(self):
        super().set_up()
        self.initial.setdefault("goods_back", self.as_policy_says)  # asked only when it is drawn

    def as_policy_says(self):
        return evaluate_ticket(self.ticket).goods_required


class ShipForm(VerbForm):
    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=40)
    waybill = forms.CharField(label=gettext_lazy("Waybill"), max_length=60)
    parcel = forms.CharField(label=gettext_lazy("Label"), max_length=40, required=False)

    def clean_parcel(self):
        return clean_parcel(self, self.ticket.parcels.all())


class UnexpectedField(JSONField):
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
    parcel = forms.CharField(label=gettext_lazy("Waybill or label"), max_length=60, required=False)

    def clean_parcel(self):
        return clean_parcel(self, self.ticket.parcels.inbound())


class InspectForm(VerbForm):
    line = LineChoiceField(label=gettext_lazy("Goods"), required=False, max_length=40)
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"), required=False, min_value=1, max_value=1_000_000
    )
    checklist = forms.SlugField(label=gettext_lazy("Checklist"), required=False, max_length=60)
    answers = JSONField(label=gettext_lazy("Answers"), required=False)
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), required=False, choices=optional(Grade))
    fault = forms.ChoiceField(label=gettext_lazy("Fault"), required=False, choices=optional(Fault))
    finding = LongText(label=gettext_lazy("Finding"), required=False)
    disposition = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"), required=False, choices=optional(Disposition)
    )
    serial = forms.CharField(label=gettext_lazy("Serial number"), required=False, max_length=100)

    def set_up(self):
        self.fields["line"].choose_from(self.ticket.lines.select_related("order_line"))

    def clean_answers(self):
        answers = self.cleaned_data["answers"] or {}
        if not isinstance(answers, dict) or not all(
            isinstance(value, str | int | float) for value in answers.values()
        ):
            raise forms.ValidationError(_("Answers are named values: text or numbers."))
        return answers
