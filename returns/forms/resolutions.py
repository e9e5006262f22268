"""The forms of resolutions: propose, decide, approve, carry out, and what the shop answers."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.errors import BadRequest
from returns.forms.fields import AmountForm, DateField, UnitsForm, clean_child
from returns.models import Exchange, Refund, Repair, Resolution, ResolutionKind, Warranty
from tickets.forms import LinesField, LongText, VerbForm

DECIDABLE = tuple(str(kind) for kind in ResolutionKind if kind != ResolutionKind.COMPENSATION)
REPAIR_STATUSES = (
    ("started", gettext_lazy("Begun")),
    ("repaired", gettext_lazy("Repaired")),
    ("unrepairable", gettext_lazy("Cannot be repaired")),
)


class ProposalForm(UnitsForm):
    """Base of the proposals: which units, why, and whether the customer is asked first."""

    reason = LongText(label=gettext_lazy("Reason"), required=False)
    ask_customer = forms.BooleanField(label=gettext_lazy("Ask the customer first"), required=False)


class PreviewForm(UnitsForm):
    """Which units a refund would be computed for."""

    def refuse_unknown(self, data):
        """A name that is not known is never dropped in silence."""
        for name in data:
            if name not in (*self.fields, "resolution", "kind"):
                detail = _("Unknown field “%(name)s”.") % {"name": name}
                row = {"pointer": f"/{name}", "detail": detail, "code": "unknown_field"}
                raise BadRequest(detail, code="unknown_field", errors=[row])


class RefundForm(AmountForm, ProposalForm):
    field_order = ("lines", "amount", "reason", "ask_customer")

    def set_up(self):
        super().set_up()
        self.fields["amount"].label = _("Less than computed")
        self.fields["amount"].help_text = _("Empty: the amount as computed.")


class ExchangeForm(ProposalForm):
    sku = forms.CharField(label=gettext_lazy("Other SKU"), required=False, max_length=100)


class RepairForm(UnitsForm):
    count = "free_here"
    fault = forms.CharField(label=gettext_lazy("Fault"), required=False, max_length=300)
    warranty = forms.ChoiceField(
        label=gettext_lazy("Warranty"), choices=Warranty.choices, initial=Warranty.IN, required=False
    )
    due_on = DateField(
        label=gettext_lazy("Ready by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    ask_customer = forms.BooleanField(label=gettext_lazy("Ask the customer first"), required=False)


class ReturnAsIsForm(ProposalForm):
    count = "free_here"


class CompensateForm(AmountForm, VerbForm):
    needs_amount = True
    reason = LongText(label=gettext_lazy("Reason"))
    ask_customer = forms.BooleanField(label=gettext_lazy("Ask the customer first"), required=False)
    field_order = ("amount", "reason", "ask_customer")


class MixField(LinesField):
    """Units of lines with the resolution each gets; a line may stand here once for each resolution."""

    def __init__(self, **options):
        super().__init__(extra=("resolution",), **options)

    def clean_row(self, entry, known):
        row = super().clean_row(entry, known)
        if row is not None and row.get("resolution") not in DECIDABLE:
            raise forms.ValidationError(
                _("A resolution is one of: %(known)s.") % {"known": ", ".join(DECIDABLE)},
                code="unknown_resolution",
            )
        return row


class DecideForm(ProposalForm):
    lines = MixField(limit=lambda line: line.most, label=gettext_lazy("Goods"))


class ResolutionChoiceForm(VerbForm):
    resolution = forms.UUIDField(label=gettext_lazy("Proposal"), required=False)

    def clean_resolution(self):
        return clean_child(self, "resolution", Resolution.objects.filter(ticket=self.ticket), _("proposal"))


class ApproveResolutionForm(ResolutionChoiceForm):
    note = LongText(label=gettext_lazy("Note"), required=False)


class DeclineResolutionForm(ResolutionChoiceForm):
    reason = LongText(label=gettext_lazy("Reason"))


class RecordRepairForm(VerbForm):
    status = forms.ChoiceField(label=gettext_lazy("How far"), choices=REPAIR_STATUSES)
    repair = forms.UUIDField(label=gettext_lazy("Repair"), required=False)
    work_done = LongText(label=gettext_lazy("What was done, or why it cannot be"), required=False)
    serial_after = forms.CharField(
        label=gettext_lazy("Serial number afterwards"), required=False, max_length=100
    )

    def clean_repair(self):
        return clean_child(self, "repair", Repair.objects.filter(resolution__ticket=self.ticket), _("repair"))


class SendBackForm(VerbForm):
    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=40)
    waybill = forms.CharField(label=gettext_lazy("Waybill"), max_length=60)


class RefundResultForm(VerbForm):
    refund = forms.UUIDField(label=gettext_lazy("Refund"))
    status = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=[("succeeded", gettext_lazy("Paid back")), ("failed", gettext_lazy("Failed"))],
    )
    gateway_refund_id = forms.CharField(
        label=gettext_lazy("Id at the payment gateway"), required=False, max_length=120
    )
    detail = forms.CharField(label=gettext_lazy("Detail"), required=False, max_length=300)

    def clean_refund(self):
        return clean_child(self, "refund", Refund.objects.filter(ticket=self.ticket), _("refund"), by="key")


class ExchangeResultForm(VerbForm):
    exchange = forms.UUIDField(label=gettext_lazy("Exchange"))
    status = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=[("confirmed", gettext_lazy("Shipped")), ("refused", gettext_lazy("Cannot be shipped"))],
    )
    new_order_ref = forms.CharField(label=gettext_lazy("New order"), required=False, max_length=120)
    carrier = forms.CharField(label=gettext_lazy("Carrier"), required=False, max_length=40)
    waybill = forms.CharField(label=gettext_lazy("Waybill"), required=False, max_length=60)
    detail = forms.CharField(label=gettext_lazy("Detail"), required=False, max_length=300)

    def clean_exchange(self):
        exchanges = Exchange.objects.filter(resolution__ticket=self.ticket)
        return clean_child(self, "exchange", exchanges, _("exchange"))
