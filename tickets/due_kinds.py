"""What of tickets is due at a time: levels of SLA clocks, and the look for clocks that are missing."""

from aftersales import due
from tickets.actions.clock_healing import ClockHealing
from tickets.actions.clock_levels import fire_levels
from tickets.models import SlaClock, Ticket

due.register(due.DueKind(SlaClock, name="sla", queue="sla", fire=fire_levels, owner=(Ticket, "ticket_id")))
due.register(ClockHealing())
