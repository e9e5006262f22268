"""The lives of what belongs to a return: one short table for each."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from aftersales.workflow import Transition, Workflow
from returns.models import ExchangeState, ParcelState, RefundState, RepairState, ResolutionState
from returns.policies import (
    may_accept,
    may_answer_for_payments,
    may_answer_for_shop,
    may_decide,
    may_receive,
    may_repair,
    may_send,
    may_send_back,
    may_withdraw,
    of_resolution,
    of_ticket,
)
from tickets.policies import is_system


def anyone(actor, thing):
    """The step follows from another one, whose own table has said who may."""
    return True


def has_no_ticket(parcel):
    return "" if parcel.ticket_id is None else _("This parcel belongs to a request already.")


def awaits_customer(resolution):
    return _("The customer has not said yes yet.") if resolution.awaits_customer else ""


def is_answered(resolution):
    return "" if resolution.awaits_customer else _("Nobody waits for the customer's answer here.")


# What people call the moves of all these tables.
MOVES = {
    "ship": gettext_lazy("Note the waybill"),
    "receive": gettext_lazy("Receive"),
    "match": gettext_lazy("Match an unclaimed parcel"),
    "lose": gettext_lazy("Give up as lost"),
    "cancel": gettext_lazy("Withdraw"),
    "deliver": gettext_lazy("Note the delivery"),
    "accept": gettext_lazy("The customer agrees"),
    "approve": gettext_lazy("Approve the proposal"),
    "decline": gettext_lazy("Decline the proposal"),
    "finish": gettext_lazy("Finish"),
    "fail": gettext_lazy("Note that it failed"),
    "request": gettext_lazy("Ask the shop for the refund"),
    "succeed": gettext_lazy("Note that it was paid"),
    "refuse": gettext_lazy("Note that the shop cannot ship"),
    "start": gettext_lazy("Begin the repair"),
    "give_up": gettext_lazy("Note that it cannot be repaired"),
    "send_back": gettext_lazy("Send back to the customer"),
}
sends = of_ticket(may_send)
PLANNED, IN_TRANSIT, RECEIVED = ParcelState.PLANNED, ParcelState.IN_TRANSIT, ParcelState.RECEIVED

PARCEL_WORKFLOW = Workflow(
    gettext_noop("parcel"),
    #          verb       from                   to                     who          blocked by
    Transition("ship",    (PLANNED, IN_TRANSIT), IN_TRANSIT,            sends),
    Transition("receive", (PLANNED, IN_TRANSIT), RECEIVED,              may_receive),
    Transition("match",   (RECEIVED,),           None,                  may_receive, (has_no_ticket,)),
    Transition("lose",    (IN_TRANSIT,),         ParcelState.LOST,      anyone),
    Transition("cancel",  (PLANNED, IN_TRANSIT), ParcelState.CANCELLED, anyone),
    Transition("deliver", (IN_TRANSIT,),         ParcelState.DELIVERED, sends),
    field="state",
    verb_name=MOVES.get,
    names=dict(ParcelState.choices),
)  # fmt: skip  # it is a table

PROPOSED, APPROVED, DONE = ResolutionState.PROPOSED, ResolutionState.APPROVED, ResolutionState.DONE

RESOLUTION_WORKFLOW = Workflow(
    gettext_noop("resolution"),
    #          verb       from         to                         who                    blocked by
    Transition("accept",  (PROPOSED,), None,                      of_ticket(may_accept), (is_answered,)),
    Transition("approve", (PROPOSED,), APPROVED,                  may_decide,            (awaits_customer,)),
    Transition("decline", (PROPOSED,), ResolutionState.DECLINED,  may_withdraw),
    Transition("finish",  (APPROVED,), DONE,                      anyone),
    Transition("fail",    (APPROVED,), ResolutionState.FAILED,    anyone),
    Transition("cancel",  (APPROVED,), ResolutionState.CANCELLED, anyone),
    field="state",
    verb_name=MOVES.get,
    names=dict(ResolutionState.choices),
)  # fmt: skip  # it is a table

REFUND_APPROVED, REFUND_REQUESTED = RefundState.APPROVED, RefundState.REQUESTED
payments_answer = of_ticket(may_answer_for_payments)

REFUND_WORKFLOW = Workflow(
    gettext_noop("refund"),
    #          verb       from                 to                     who
    Transition("request", (REFUND_APPROVED,),  RefundState.REQUESTED, is_system),
    Transition("cancel",  (REFUND_APPROVED,),  RefundState.CANCELLED, anyone),
    Transition("succeed", (REFUND_REQUESTED,), RefundState.SUCCEEDED, payments_answer),
    Transition("fail",    (REFUND_REQUESTED,), RefundState.FAILED,    payments_answer),
    field="state",
    verb_name=MOVES.get,
    names=dict(RefundState.choices),
)  # fmt: skip  # it is a table

REQUESTED = ExchangeState.REQUESTED
shop_answers = of_resolution(may_answer_for_shop)

EXCHANGE_WORKFLOW = Workflow(
    gettext_noop("exchange"),
    #          verb      from          to                       who
    Transition("ship",   (REQUESTED,), ExchangeState.SHIPPED,   shop_answers),
    Transition("refuse", (REQUESTED,), ExchangeState.CANCELLED, shop_answers),
    field="state",
    verb_name=MOVES.get,
    names=dict(ExchangeState.choices),
)  # fmt: skip  # it is a table

OPEN, IN_REPAIR = RepairState.OPEN, RepairState.IN_REPAIR

repairs, sends_back = of_resolution(may_repair), of_resolution(may_send_back)

REPAIR_WORKFLOW = Workflow(
    gettext_noop("repair"),
    #          verb         from                     to                        who
    Transition("start",     (OPEN,),                 IN_REPAIR,                repairs),
    Transition("finish",    (OPEN, IN_REPAIR),       RepairState.REPAIRED,     repairs),
    Transition("give_up",   (OPEN, IN_REPAIR),       RepairState.UNREPAIRABLE, repairs),
    Transition("send_back", (RepairState.REPAIRED,), RepairState.SENT_BACK,    sends_back),
    field="state",
    verb_name=MOVES.get,
    names=dict(RepairState.choices),
)  # fmt: skip  # it is a table

WORKFLOWS = (PARCEL_WORKFLOW, RESOLUTION_WORKFLOW, REFUND_WORKFLOW, EXCHANGE_WORKFLOW, REPAIR_WORKFLOW)
