"""Ways to get to the money without walking through a whole procedure."""

from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import Attachment, Reason, Ticket
from tickets.queries.runs import next_step, running_run, step_done_by
from tickets.serializers import read_order, read_ticket
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


def photograph(ticket, step):
    """The photos that a step asks for, as rows: what is in them is tested elsewhere."""
    moment = now()
    Attachment.objects.bulk_create(
        Attachment(
            ticket=ticket, step_code=step.code, name=f"{step.code}-{number}.jpg", media_type="image/jpeg",
            size=1, sha256=f"{number:064}", author_kind="staff", author_name="test", created_at=moment, ready_at=moment,
        )
        for number in range(step.params.get("photos", 0))
    )  # fmt: skip


def photograph_for(ticket, verb):
    """What the verb's step asks for, or the step itself that is completed."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    run = running_run(ticket) if ticket.is_open else None
    step = (next_step(run) if verb == "complete_step" else step_done_by(ticket, verb)) if run else None
    if step is not None:
        photograph(ticket, step)


def propose_dear_refund(stage, paid_minor):
    """A kettle for so much was returned for no reason and is sound; Amy proposes to pay it back."""
    put_order(stage.shop, "O-dear", read_order(dear_order(paid_minor)), by=SYSTEM)
    reason = Reason.objects.filter(group="changed_mind").first().code
    lines = [{"order_line": "2", "quantity": 1, "reason": reason}]
    body = ticket_body(
        order="O-dear", category="no_reason_return", lines=lines, external_id="dear", subject="不想要了"
    )
    ticket = open_ticket(stage.shop, read_ticket(body), by=SYSTEM)[0]
    for person, verb, fields in (
        (stage.amy, "approve", {}),
        (stage.amy, "ship", {"carrier": "sf", "waybill": "SF1000200030"}),
        (stage.wen, "receive", {}),
        (stage.wen, "complete_step", {"answer": "pass"}),
        (stage.ines, "inspect", {"grade": "A", "finding": "As new"}),
        (stage.amy, "refund", {"reason": "Unused, with all its parts"}),
    ):
        photograph_for(ticket, verb)
        ticket = perform(Ticket.objects.get(pk=ticket.pk), verb, fields, by=Actor.staff(person))
    assert ticket.step_code == "refok"
    return ticket


def dear_order(paid_minor):
    """The usual order, with another price for the kettle."""
    body = order_body(number="TM260009")
    mugs, kettle = body["lines"]
    kettle |= {"unit_price_minor": paid_minor, "paid_minor": paid_minor}
    body["payments"][0] |= {"external_id": "p-dear", "captured_minor": mugs["paid_minor"] + paid_minor}
    return body
