"""A part of a request goes on as a request of its own."""

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid
from aftersales.events.log import record_event
from tickets.actions.acting import ticket_action
from tickets.actions.claims import like_line
from tickets.actions.intake import new_number, write
from tickets.models import Relation, RelationKind, Ticket, TicketLine
from tickets.queries.relations import SAID, value_of, worth
from tickets.workflow import TICKET_WORKFLOW

# What the part takes over. It is as old as the whole: the customer has waited since then.
TAKEN_OVER = (
    *("shop", "order", "customer", "channel", "priority", "requested_resolution", "language", "contact"),
    *("assignee", "team", "currency", "tags", "is_test", "created_at"),
    *SAID,
)


@ticket_action("split")
def split_ticket(ticket, *, by, lines, category=None, subject=""):
    """Chosen units become a request of their own, with its own procedure and clocks; the order's counts stay."""
    TICKET_WORKFLOW.check("split", ticket, by=by)
    refuse_nothing_or_all(ticket, lines)
    part = part_of(ticket, category, subject)
    moved, taken = take_lines(lines)
    part.value_minor = sum(worth(line) for line in moved + taken)
    units = sum(row["quantity"] for row in lines)
    write(part, taken, {}, by, moved=moved)
    record_event(part, "ticket.split_off", by=by, data={"number": ticket.number, "units": units})
    said = {name: at.isoformat() for name in SAID if (at := getattr(ticket, name))}
    Relation.objects.create(
        ticket=part, other=ticket, kind=RelationKind.SPLIT, kept=said, made_by=by.name, made_at=now()
    )
    data = {"number": part.number, "units": units}
    return TICKET_WORKFLOW.take("split", ticket, by=by, data=data, value_minor=value_of(ticket))


def refuse_nothing_or_all(ticket, lines):
    """At least one unit goes and one stays, or it would be no part."""
    if not lines:
        raise Invalid(_("Say which lines, and how many of each."), field="lines")
    if sum(line.claimed for line in ticket.lines.all()) <= sum(row["quantity"] for row in lines):
        raise Invalid(_("Leave at least one unit here: this would be the whole request."), field="lines")


def part_of(ticket, category, subject):
    moment = now()
    return Ticket(
        number=new_number(moment),
        category=category or ticket.category,
        subject=subject or ticket.subject,
        updated_at=moment,
        **{name: getattr(ticket, name) for name in TAKEN_OVER},
    )


def take_lines(lines):
    """(lines that go as a whole, unsaved lines for a share of others); the shares leave their lines here."""
    moved, taken = [], []
    for row in sorted(lines, key=lambda row: row["line"].pk):
        line, quantity = (
            TicketLine.objects.select_related("order_line").get(pk=row["line"].pk),
            row["quantity"],
        )
        if quantity > line.claimed:
            raise Invalid(
                _("%(sku)s: %(wanted)s wanted, at most %(most)s possible.")
                % {"sku": line.order_line.sku, "wanted": quantity, "most": line.claimed},
                field="lines",
                code="quantity_not_available",
            )
        if quantity == line.quantity:
            moved.append(line)
            continue
        taken.append(like_line(line, None, quantity))
        line.quantity, line.claimed = line.quantity - quantity, line.claimed - quantity
        line.save(update_fields=["quantity", "claimed"])
    return moved, taken
