"""What of tickets is due at a time: levels of SLA clocks and notices held of them, clocks that are missing, waits
near their limit, search, bulks, recounts, the counts of what is open, and the sweep of files without rows."""

import time

from aftersales import due
from tickets.actions.bulks import BulkKind, bulk_firing
from tickets.actions.clock_healing import ClockHealing
from tickets.actions.clock_levels import fire_levels
from tickets.actions.files import FileSweep
from tickets.actions.level_notices import fire_held
from tickets.actions.recounts import recount_kind
from tickets.actions.searching import index_due
from tickets.actions.timers import fire_step_timers
from tickets.actions.waiting import WaitingFold
from tickets.models import BulkRow, HeldNotice, SearchDue, SlaClock, StepTimer, Ticket
from tickets.sla import RANKS
from tickets.verbs import perform

due.register(
    due.DueKind(
        SlaClock,
        name="sla",
        queue="sla",
        fire=fire_levels,
        owner=(Ticket, "ticket_id"),
        ranks=range(len(RANKS)),
    )
)
due.register(
    due.DueKind(HeldNotice, name="held_notice", queue="sla", fire=fire_held, owner=(Ticket, "ticket_id"))
)
due.register(ClockHealing())
due.register(
    due.DueKind(StepTimer, name="step_timer", queue="sla", fire=fire_step_timers, owner=(Ticket, "ticket_id"))
)
# Short batches: who writes in one of these requests never waits for them, but the next drain does.
due.register(due.DueKind(SearchDue, name="search", queue="events", fire=index_due, batch=200))
due.register(FileSweep(time.monotonic))
due.register(WaitingFold())
due.register(
    BulkKind(
        BulkRow, name="bulk", queue="bulk", fire=bulk_firing(perform), owner=(Ticket, "ticket_id"), batch=50
    )
)
due.register(recount_kind())
