"""The bench: repairs begin, are finished, or are given up."""

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from returns.actions.ledger import move_goods
from returns.actions.settling import fail_resolution
from returns.models import Bucket, Repair, RepairState
from returns.queries.words import told
from returns.workflow import REPAIR_WORKFLOW
from tickets.actions.acting import ticket_action


@ticket_action("record_repair")
def record_repair(ticket, *, by, status, repair=None, work_done="", serial_after=""):
    """How far a repair is: started, repaired, or unrepairable. The same again changes nothing."""
    repair = repair_meant(ticket, repair, status)
    if repair.state == STATES[status]:
        return None
    return STEPS[status](repair, by, work_done, serial_after)


def repair_meant(ticket, repair, status):
    """The repair that was named, locked; unnamed, the only one that is not finished."""
    repairs = Repair.objects.select_for_update(of=("self",)).select_related("resolution")
    repairs = repairs.filter(resolution__ticket=ticket)
    if repair is not None:
        found = repairs.get(pk=repair.pk)
    else:
        waiting = list(repairs.filter(state__in=[RepairState.OPEN, RepairState.IN_REPAIR]).order_by("id"))
        if not waiting:
            raise NotPossible(_("No repair of this request is open."))
        if len(waiting) > 1:
            raise Invalid(_("Several repairs are open: say which one."), field="repair", code="ambiguous")
        found = waiting[0]
    found.resolution.ticket = ticket
    return found


def start(repair, by, work_done, serial_after):
    return REPAIR_WORKFLOW.take("start", repair, by=by, data=told(repair.resolution))


def finish(repair, by, work_done, serial_after):
    """The goods stay on the bench until they are sent back."""
    if not work_done.strip():
        raise Invalid(_("Say what was done."), field="work_done")
    return REPAIR_WORKFLOW.take(
        "finish", repair, by=by, data=told(repair.resolution), work_done=work_done,
        serial_after=serial_after or repair.serial_before, repaired_at=now(),
    )  # fmt: skip  # one line less


def give_up(repair, by, work_done, serial_after):
    """It cannot be repaired: the goods lie with the inspected ones again, to be decided on anew."""
    if not work_done.strip():
        raise Invalid(_("Say why it cannot be repaired."), field="work_done")
    data = {**told(repair.resolution), "failure": work_done[:300]}
    event = REPAIR_WORKFLOW.take("give_up", repair, by=by, data=data, work_done=work_done)
    for item in repair.resolution.items.select_related("ticket_line"):
        move_goods(item.ticket_line, item.quantity, Bucket.REPAIR_BENCH, Bucket.INSPECTED, by=by)
    fail_resolution(repair.resolution, by=by, note=work_done, cause=event)
    return event


STATES = {
    "started": RepairState.IN_REPAIR,
    "repaired": RepairState.REPAIRED,
    "unrepairable": RepairState.UNREPAIRABLE,
}
STEPS = {"started": start, "repaired": finish, "unrepairable": give_up}
