"""What follows from any change of a ticket: its procedure's next step, its stage, its clocks."""

from aftersales.clock import now
from aftersales.events.actors import Actor
from tickets.actions.clocks import sync_clocks
from tickets.actions.steps import advance_run, record_verb
from tickets.models import Stage, Status, WaitingOn
from tickets.queries.runs import is_done_by, next_step, running_run
from tickets.registry import approver_of
from tickets.workflow import TICKET_WORKFLOW

DESK = Actor.system("desk")
# In the order of the stages; the table's guards say which of them is possible.
STAGE_VERBS = {
    Stage.RECEIVE: "expect_goods",
    Stage.INSPECT: "start_inspection",
    Stage.RESOLVE: "start_resolution",
}
ORDER = list(Stage)
ARRIVALS = {"receive", "match_parcel"}  # verbs by which goods come back


def progress(ticket, *, verb, by, cause=None):
    """Bring a locked ticket up to date after `verb`, and save it once."""
    moment = now()
    if verb in ARRIVALS and ticket.goods_received_at is None:
        ticket.goods_received_at = moment
    if ticket.is_open:
        record_verb(ticket, verb, by=by, cause=cause)
        while True:
            advance_run(ticket, cause=cause)
            if not move_stage(ticket, cause=cause):
                break
        describe(ticket)
    else:
        ticket.step_code = ticket.step_kind = ticket.step_role = ticket.step_awaits = ""
        ticket.waiting_on = WaitingOn.NOBODY
    sync_clocks(ticket, at=moment, verb=verb, by=by, cause=cause)
    ticket.updated_at = moment
    ticket.save(update_fields=FOLLOWING)


FOLLOWING = (
    *("status", "waiting_on", "step_code", "step_kind", "step_role", "step_awaits"),
    *("procedure_version_id", "next_due_at", "updated_at", "goods_received_at"),
)


def move_stage(ticket, *, cause):
    """Move to the next stage that has something to do, when the table lets us; says whether it moved."""
    target = wanted_stage(ticket)
    if target is None:
        return False
    verb = STAGE_VERBS[target]
    if TICKET_WORKFLOW.refusal(TICKET_WORKFLOW.transitions[verb], ticket, DESK):
        return False
    TICKET_WORKFLOW.take(verb, ticket, by=DESK, cause=cause)
    return True


def wanted_stage(ticket):
    """The next stage with goods or steps waiting in it, else resolve; None when it is there already.

    A ticket that has not been looked at, with neither procedure nor goods, stays in communicate.
    """
    here = ORDER.index(ticket.stage)
    run = running_run(ticket)
    step = next_step(run) if run else None
    if step is not None and ORDER.index(step.stage) <= here:
        return None
    if run is None and not ticket.goods_expected:
        return None
    for stage in ORDER[here + 1 : ORDER.index(Stage.RESOLVE)]:
        if (ticket.goods_expected and has_goods_for(ticket, stage)) or (step and step.stage == stage):
            return stage
    return Stage.RESOLVE if here < ORDER.index(Stage.RESOLVE) else None


def has_goods_for(ticket, stage):
    lines = ticket.lines.all()
    if stage == Stage.RECEIVE:
        return any(line.authorised > line.received for line in lines)
    return any(line.received > line.inspected for line in lines)


def describe(ticket):
    """Set the step and whom we wait for, which the queue shows and the clocks obey."""
    run = running_run(ticket)
    step = next_step(run) if run else None
    holds = list(ticket.holds.filter(released_at=None).order_by("-id"))
    approver = approver_awaited(ticket, step, holds)
    ticket.step_code, ticket.step_kind, ticket.step_role = (
        (step.code, step.kind, approver or step.role) if step else ("", "", approver)
    )
    ticket.step_awaits = partner_awaited(step)
    ticket.waiting_on = whom_we_wait_for(ticket, step, holds, approver)
    if ticket.status == Status.NEW and not (ticket.assignee_id or ticket.first_responded_at):
        return
    ticket.status = Status.OPEN if ticket.waiting_on in OURS else Status.WAITING


def approver_awaited(ticket, step, holds):
    """The role whose yes is what comes next, or "": what waits for one holds the request."""
    if is_for_somebody_now(ticket, step) or all(hold.is_manual for hold in holds):
        return ""
    return approver_of(ticket)


def is_for_somebody_now(ticket, step):
    """Whether the step can be done whatever the desk itself still waits for: a payment, goods, a yes."""
    if step is None or step.kind in ("wait", "approve") or is_done_by(step, "resolve"):
        return False
    return not (ticket.stage == Stage.RECEIVE and goods_missing(ticket))


OURS = (WaitingOn.US, WaitingOn.WAREHOUSE)
PARTNERS = (WaitingOn.CARRIER, WaitingOn.PARTNER, WaitingOn.PLATFORM)
# Whom a `wait` step waits for, by the event that ends it.
AWAITED = {
    "parcel.receive": WaitingOn.CUSTOMER,
    "parcel.scan": WaitingOn.CUSTOMER,
    "parcel.intercept_result": WaitingOn.CARRIER,
    "carrier.answer": WaitingOn.CARRIER,
    "partner.record_result": WaitingOn.PARTNER,
    "dispute.ruling": WaitingOn.PLATFORM,
    "resolution.done": WaitingOn.US,  # while something is under way its hold says more
}


def partner_awaited(step):
    """The partner outside whose answer ends the step, whoever else the request waits for meanwhile."""
    whom = AWAITED.get(step.params["until"]) if step is not None and step.kind == "wait" else None
    return str(whom) if whom in PARTNERS else ""


def whom_we_wait_for(ticket, step, holds, approver):
    """A hold names it; then the goods; then the step; then whoever spoke last.

    What a person can do now waits for nobody but by a person's own hold.
    """
    if approver or is_for_somebody_now(ticket, step):
        holds = [hold for hold in holds if hold.is_manual]
    if holds and holds[0].waiting_on != WaitingOn.NOBODY:
        return holds[0].waiting_on
    if approver:
        return WaitingOn.US
    if ticket.stage == Stage.RECEIVE and goods_missing(ticket):
        return WaitingOn.CUSTOMER
    if step is not None and step.kind == "wait":
        return AWAITED.get(step.params["until"], WaitingOn.CUSTOMER)
    if step is not None and step.role == "warehouse":
        return WaitingOn.WAREHOUSE
    return WaitingOn.CUSTOMER if ticket.asked_at else WaitingOn.US


def goods_missing(ticket):
    return any(line.authorised > line.received for line in ticket.lines.all())
