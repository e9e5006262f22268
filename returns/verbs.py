"""What can be done about goods and money: for each verb, who may now, its form and its action."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.errors import NotAllowed, NotPossible
from returns import forms
from returns.actions import (
    approval,
    approving,
    exchanges,
    inspecting,
    matching,
    parcels,
    proposing,
    receiving,
    refunds,
    repairs,
    sending,
)
from returns.models import ResolutionState
from returns.policies import (
    may_answer_for_payments,
    may_answer_for_shop,
    may_close_short,
    may_inspect,
    may_issue_label,
    may_propose,
    may_receive,
    may_repair,
    may_send,
    may_send_back,
)
from returns.queries.possible import (
    being_resolved,
    exchange_is_asked,
    goods_are_awaited,
    goods_are_expected,
    goods_lie_here,
    goods_to_inspect,
    goods_to_send,
    refund_is_asked,
    refund_is_leaving,
    repair_is_open,
    resolutions_of,
    units_are_free,
)
from returns.workflow import RESOLUTION_WORKFLOW
from tickets.forms import EmptyForm
from tickets.policies import any_of
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
        return next((NotPossible(sentence) for ask in conditions if (sentence := ask(ticket))), None)

    return check


def answers(allowed, condition):
    """Who answers for the shop may do so twice, and after the request is finished: answers come late."""

    def check(ticket, actor):
        if not allowed(actor, ticket):
            return NotAllowed(_("Your role may not do this here."))
        sentence = condition(ticket)
        return NotPossible(sentence) if sentence else None

    return check


def on_a_proposal(step):
    """The refusal of a verb on proposals: there must be one on which this actor may take the step."""
    transition = RESOLUTION_WORKFLOW.transitions[step]

    def check(ticket, actor):
        proposals = [one for one in resolutions_of(ticket) if one.state == ResolutionState.PROPOSED]
        refusals = [RESOLUTION_WORKFLOW.refusal(transition, proposal, actor) for proposal in proposals]
        if not refusals:
            return NotPossible(_("No proposal of this request waits for an answer."))
        return None if None in refusals else refusals[0]

    return check


def verb(name, action, form, label, check, **options):
    register_verb(Verb(name, action, form, label, check, scope=SCOPE, **options))


verb(
    "approve", approval.approve_ticket, forms.ApproveForm, gettext_lazy("Approve"), from_ticket_table("approve"),
    aliases=("return.approve",), icon="check",
)  # fmt: skip  # one verb, one place
verb(
    "issue_label", parcels.issue_label, EmptyForm, gettext_lazy("Issue the return label"),
    when(may_issue_label, goods_are_awaited), aliases=("label.issue", "parcel.expect"), icon="printer",
)  # fmt: skip
verb(
    "ship", parcels.ship_parcel, forms.ShipForm, gettext_lazy("Note the waybill"),
    when(may_send, goods_are_awaited), icon="truck",
)  # fmt: skip
verb(
    "receive", receiving.receive_goods, forms.ReceiveForm, gettext_lazy("Receive"),
    when(may_receive, goods_are_expected), aliases=("parcel.receive",), icon="barcode",
)  # fmt: skip
verb(
    "match_parcel", matching.match_parcel, forms.MatchForm, gettext_lazy("Match an unclaimed parcel"),
    when(may_receive, goods_are_awaited), icon="help-hexagon", is_offered=False,
)  # fmt: skip
verb(
    "close_short", matching.close_short, forms.CloseShortForm, gettext_lazy("Stop waiting for goods"),
    when(may_close_short, goods_are_awaited), icon="x",
)  # fmt: skip
verb(
    "inspect", inspecting.inspect_goods, forms.InspectForm, gettext_lazy("Inspect"),
    when(may_inspect, goods_to_inspect), aliases=("inspection.record",), icon="checklist", page="inspect",
)  # fmt: skip
verb(
    "refund", proposing.propose_refund, forms.RefundForm, gettext_lazy("Propose a refund"),
    when(may_propose, being_resolved, units_are_free), aliases=("refund.propose",), icon="cash",
)  # fmt: skip
verb(
    "exchange", proposing.propose_exchange, forms.ExchangeForm, gettext_lazy("Propose an exchange"),
    when(may_propose, being_resolved, units_are_free), aliases=("exchange.propose",), icon="arrows-exchange",
)  # fmt: skip
verb(
    "repair", proposing.propose_repair, forms.RepairForm, gettext_lazy("Open a repair"),
    when(may_propose, being_resolved, goods_lie_here), aliases=("repair.open",), icon="tool",
)  # fmt: skip
verb(
    "reship", proposing.propose_reship, forms.ProposalForm, gettext_lazy("Propose to ship again"),
    when(may_propose, being_resolved, units_are_free), aliases=("reship.propose",), icon="truck",
)  # fmt: skip
verb(
    "compensate", proposing.propose_compensation, forms.CompensateForm, gettext_lazy("Propose a compensation"),
    when(may_propose, being_resolved), aliases=("compensation.propose",), icon="cash",
)  # fmt: skip
verb(
    "return_as_is", proposing.propose_return_as_is, forms.ReturnAsIsForm, gettext_lazy("Decide to return as is"),
    when(any_of(may_propose, may_send_back), being_resolved, goods_lie_here), icon="truck",
)  # fmt: skip
verb(
    "decide", proposing.decide_mix, forms.DecideForm, gettext_lazy("Decide for each item"),
    when(may_propose, being_resolved, units_are_free), icon="list-check",
)  # fmt: skip
verb(
    "approve_resolution", approving.approve_resolution, forms.ApproveResolutionForm,
    gettext_lazy("Approve the proposal"), on_a_proposal("approve"), icon="check",
)  # fmt: skip
verb(
    "decline_resolution", approving.decline_resolution, forms.DeclineResolutionForm,
    gettext_lazy("Decline the proposal"), on_a_proposal("decline"), icon="x",
)  # fmt: skip
verb(
    "accept_proposal", approving.accept_proposal, forms.ResolutionChoiceForm, gettext_lazy("The customer agrees"),
    on_a_proposal("accept"), icon="check",
)  # fmt: skip
verb(
    "undo", refunds.undo_refund, EmptyForm, gettext_lazy("Take the payment back"),
    when(may_propose, refund_is_leaving), icon="history",
)  # fmt: skip
verb(
    "record_refund_result", refunds.record_refund_result, forms.RefundResultForm,
    gettext_lazy("Record the refund's result"), answers(may_answer_for_payments, refund_is_asked),
    is_offered=False,
)  # fmt: skip
verb(
    "record_exchange_result", exchanges.record_exchange_result, forms.ExchangeResultForm,
    gettext_lazy("Record what the shop shipped"), answers(may_answer_for_shop, exchange_is_asked),
    is_offered=False,
)  # fmt: skip
verb(
    "record_repair", repairs.record_repair, forms.RecordRepairForm, gettext_lazy("Record the repair"),
    when(may_repair, repair_is_open), aliases=("repair.record",), icon="tool",
)  # fmt: skip
verb(
    "send_back", sending.send_back, forms.SendBackForm, gettext_lazy("Send back to the customer"),
    when(may_send_back, goods_to_send), aliases=("goods.send_back",), icon="truck",
)  # fmt: skip
