"""Ways to get to the money without walking through a whole procedure."""

from aftersales.events.actors import Actor
from tickets.models import Ticket
from tickets.queries.runs import next_step, running_run
from tickets.verbs import perform


def leave_questions_out(ticket, supervisor):
    """A supervisor skips every step before the resolution, with a reason, as the procedure allows.

    What was not approved yet is approved without goods, where the policy would have them back.
    """
    ticket = Ticket.objects.get(pk=ticket.pk)
    approved = ticket.goods_expected or any(line.authorised for line in ticket.lines.all())
    if ticket.stage == "communicate" and not approved:
        perform(ticket, "approve", {"goods_back": False, "reason": "Known"}, by=Actor.staff(supervisor))
    while True:
        ticket = Ticket.objects.get(pk=ticket.pk)
        run = running_run(ticket) if ticket.is_open else None
        step = next_step(run) if run else None
        if step is None or step.stage == "resolve":
            return ticket
        perform(ticket, "skip_step", {"reason": "Known from a call"}, by=Actor.staff(supervisor))
