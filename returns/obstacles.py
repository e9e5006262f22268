"""What of goods and proposals stands before a step: units that did not come, were not seen, have no outcome."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from returns.models import RepairState, ResolutionKind, ResolutionState
from returns.models.resolutions import LIVE
from returns.policies import may_inspect, may_propose, may_receive, may_repair
from returns.queries.eligibility import evaluate_ticket
from returns.queries.possible import resolutions_of, seen_units
from staff.models import Role
from tickets.models import Stage
from tickets.policies import is_lead
from tickets.queries.units_told import not_inspected, still_to_arrive, without_outcome
from tickets.registry import ALIASES, Obstacle, obstacle


@obstacle
def goods_in_the_way(ticket, step, actor):
    """The units of this request, as far as the step needs them to be."""
    if not ticket.goods_expected or (step is not None and step.stage == Stage.COMMUNICATE):
        return None
    if any(unit.awaited for unit in seen_units(ticket)):
        return to_arrive(ticket, step, actor)
    stage = step.stage if step is not None else Stage.RESOLVE
    if stage == Stage.RESOLVE and any(unit.uninspected for unit in seen_units(ticket)):
        return to_inspect(ticket, actor)
    return None


@obstacle
def the_policy_says_no(ticket, step, actor):
    """What the policy denies a lead may still allow, with a reason."""
    if step is None or ALIASES.get(step.params.get("verb")) != "approve" or is_lead(actor, ticket):
        return None
    policy = evaluate_ticket(ticket)
    return Obstacle(policy.why, awaits=Role.SUPERVISOR.label) if policy.decision == "deny" else None


@obstacle
def a_repair_in_the_way(ticket, step, actor):
    """What is on the bench is not sent back before it is told how the repair went."""
    if step is None or step.params.get("verb") != "goods.send_back":
        return None
    repairs = [one.repair for one in resolutions_of(ticket) if hasattr(one, "repair")]
    if not any(repair.state in (RepairState.OPEN, RepairState.IN_REPAIR) for repair in repairs):
        return None
    told = _("The repair is not finished yet.")
    if not may_repair(actor, ticket):
        return Obstacle(told, awaits=Role.INSPECTOR.label)
    return Obstacle(told, _("Record the repair"), verb_panel(ticket, "record_repair"))


@obstacle
def nothing_decided(ticket, step, actor):
    """What was proposed came to nothing, or units that came back have no outcome: somebody proposes anew."""
    if (
        step is not None
        and step.kind not in ("approve", "wait")
        and step.params.get("verb") != "ticket.resolve"
    ):
        return None
    rows = resolutions_of(ticket)
    if any(one.state in LIVE for one in rows):
        return None
    failed = bool(rows) and rows[-1].state in (ResolutionState.DECLINED, ResolutionState.FAILED)
    left = sum(max(0, line.inspected - line.resolved) for line in ticket.lines.all())
    if not (failed or (left and (step is None or step.kind == "do"))):
        return None
    told = _("The last proposal came to nothing. Propose another one.") if failed else without_outcome(left)
    if not may_propose(actor, ticket):
        return Obstacle(told, awaits=Role.AGENT.label)
    if failed and rows[-1].kind == ResolutionKind.COMPENSATION:
        return Obstacle(told, _("Propose a compensation"), verb_panel(ticket, "compensate"))
    return Obstacle(
        told, _("Choose what the customer gets"), reverse("resolve_options", args=[ticket.number])
    )


def to_arrive(ticket, step, actor):
    count = sum(unit.awaited for unit in seen_units(ticket))
    told = still_to_arrive(count)
    if actor.kind != "staff" or not may_receive(actor, ticket):
        is_waited_for = step is not None and step.kind == "wait"  # the card says so itself
        return None if is_waited_for else Obstacle(told, awaits=Role.WAREHOUSE.label)
    query = urlencode({"code": ticket.number})
    return Obstacle(told, _("Receive the parcel"), f"{reverse('receive')}?{query}")


def to_inspect(ticket, actor):
    count = sum(unit.uninspected for unit in seen_units(ticket))
    told = not_inspected(count)
    if actor.kind != "staff" or not may_inspect(actor, ticket):
        return Obstacle(told, awaits=Role.INSPECTOR.label)
    return Obstacle(told, _("Inspect the goods"), reverse("inspect", args=[ticket.number]))


def verb_panel(ticket, verb):
    return f"{reverse('ticket', args=[ticket.number])}?do={verb}#verb"
