"""What of tickets is due at a time: levels of SLA clocks, clocks that are missing, waits near their limit, and
the sweep of files whose rows never came to be."""

import time

from aftersales import due
from tickets.actions.clock_healing import ClockHealing
from tickets.actions.clock_levels import fire_levels
from tickets.actions.files import FileSweep
from tickets.actions.timers import fire_step_timers
from tickets.models import SlaClock, StepTimer, Ticket

due.register(due.DueKind(SlaClock, name="sla", queue="sla", fire=fire_levels, owner=(Ticket, "ticket_id")))
due.register(ClockHealing())
due.register(
    due.DueKind(StepTimer, name="step_timer", queue="sla", fire=fire_step_timers, owner=(Ticket, "ticket_id"))
)
due.register(FileSweep(time.monotonic))
