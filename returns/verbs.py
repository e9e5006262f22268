"""What can be done about goods and money: for each verb, who may now, its form and its action."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.errors import NotAllowed, NotPossible
from returns import forms
from returns.actions import approval, matching, parcels, receiving
from returns.policies import may_close_short, may_issue_label, may_receive, may_send
from returns.queries.units import units_of
from tickets.forms import EmptyForm
from tickets.registry import Verb, register_verb
from tickets.workflow import TICKET_WORKFLOW

SCOPE = "returns:write"


def from_ticket_table(name):
    """The refusal of the ticket's own table."""
    transition = TICKET_WORKFLOW.transitions[name]
    return lambda ticket, actor: TICKET_WORKFLOW.refusal(transition, ticket, actor)


def when(allowed, *conditions):
    """The refusal of a verb that the ticket's table does not know: role, open request, then its own conditions."""

    def check(ticket, actor):
        if not allowed(actor, ticket):
            return NotAllowed(_("Your role may not do this here."))
        if not ticket.is_open:
            return NotPossible(_("This request is finished. Open it again first."))
        sentences = (condition(ticket) for condition in conditions)
        return next((NotPossible(sentence) for sentence in sentences if sentence), None)

    return check


def goods_expected(ticket):
    return "" if ticket.goods_expected else _("No goods are to come back for this request.")


def goods_awaited(ticket):
    if not ticket.goods_expected:
        return goods_expected(ticket)
    awaited = any(unit.awaited for unit in units_of(ticket).values())
    return "" if awaited else _("Everything that was authorised is here already.")


def verb(name, action, form, label, check, **options):
    register_verb(Verb(name, action, form, label, check, scope=SCOPE, **options))


verb(
    "approve", approval.approve_ticket, forms.ApproveForm, gettext_lazy("Approve"), from_ticket_table("approve"),
    aliases=("return.approve",), icon="check",
)  # fmt: skip  # one verb, one place
verb(
    "issue_label", parcels.issue_label, EmptyForm, gettext_lazy("Issue the return label"),
    when(may_issue_label, goods_awaited), aliases=("label.issue", "parcel.expect"), icon="printer",
)  # fmt: skip
verb(
    "ship", parcels.ship_parcel, forms.ShipForm, gettext_lazy("Note the waybill"),
    when(may_send, goods_awaited), icon="truck",
)  # fmt: skip
verb(
    "receive", receiving.receive_goods, forms.ReceiveForm, gettext_lazy("Receive"),
    when(may_receive, goods_expected), aliases=("parcel.receive",), icon="barcode",
)  # fmt: skip
verb(
    "match_parcel", matching.match_parcel, forms.MatchForm, gettext_lazy("Match an unclaimed parcel"),
    when(may_receive, goods_awaited), icon="help-hexagon", is_offered=False,
)  # fmt: skip
verb(
    "close_short", matching.close_short, forms.CloseShortForm, gettext_lazy("Stop waiting for goods"),
    when(may_close_short, goods_awaited), icon="x",
)  # fmt: skip
