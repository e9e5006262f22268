"""How a request belongs to others: merged, split off, linked; and what it is worth with what it has now."""

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy

from tickets.models import LINKS, Attachment, Relation, RelationKind, Ticket

MOST_RELATIONS = 100
# When words were said: what a part takes over from the request that it was split from.
SAID = ("first_responded_at", "last_reply_at", "last_customer_message_at")


def relations_of(ticket):
    """All its relations with both requests, newest first: one statement, remembered on the instance."""
    if not hasattr(ticket, "_relations"):
        rows = Relation.objects.filter(Q(ticket=ticket.pk) | Q(other=ticket.pk))
        ticket._relations = list(rows.select_related("ticket", "other").order_by("-id")[:MOST_RELATIONS])
    return ticket._relations


# The same ties, read from the other end.
FROM_THE_OTHER = {
    RelationKind.RELATED: gettext_lazy("related to"),
    RelationKind.DUPLICATE: gettext_lazy("has as its duplicate"),
    RelationKind.CAUSED: gettext_lazy("the cause of"),
    RelationKind.SPLIT: gettext_lazy("split into"),
    RelationKind.MERGED: gettext_lazy("took in"),
}


def relation_rows(ticket):
    """[{kind, words, other, is_source}]: each tie as this request tells it."""
    return [
        {
            "kind": row.kind,
            "words": RelationKind(row.kind).label if row.ticket_id == ticket.pk else FROM_THE_OTHER[row.kind],
            "other": row.other if row.ticket_id == ticket.pk else row.ticket,
            "is_source": row.ticket_id == ticket.pk,
            "is_link": row.kind in LINKS,
            "made_by": row.made_by,
            "made_at": row.made_at,
        }
        for row in relations_of(ticket)
    ]


def merged_requests(ticket):
    """{id: number} of the requests that went into this one."""
    return {
        row.ticket_id: row.ticket.number
        for row in relations_of(ticket)
        if row.kind == RelationKind.MERGED and row.other_id == ticket.pk
    }


def told_here(ticket):
    """The request with those that were merged into it, for what is said and shown of all of them."""
    return Ticket.objects.filter(Q(pk=ticket.pk) | Q(merged_into=ticket.pk))


def said_before(ticket):
    """{name: moments} of what was said before a split, for each part that is told here."""
    splits = Relation.objects.filter(kind=RelationKind.SPLIT, ticket__in=told_here(ticket))
    kept = list(splits.values_list("kept", flat=True))
    return {name: [parse_datetime(row[name]) for row in kept if row.get(name)] for name in SAID}


def splits_since(message):
    """The splits after this message was written, of its request and of the parts that came of them; oldest first."""
    found, of = [], [message.ticket_id]
    while of:
        rows = Relation.objects.filter(kind=RelationKind.SPLIT, other__in=of, made_at__gte=message.created_at)
        rows = list(rows.select_related("other").order_by("pk"))
        found += rows
        of = [row.ticket_id for row in rows]
    return found


def files_here(ticket):
    """The files that are kept, those of merged requests among them, newest first."""
    files = list(ticket.attachments.all())
    if merged := merged_requests(ticket):
        files += Attachment.objects.filter(ticket__in=merged)
    return sorted((file for file in files if file.is_kept), key=lambda file: file.pk, reverse=True)


def value_of(ticket):
    """What was paid for the units that the request is about."""
    return sum(worth(line) for line in ticket.lines.select_related("order_line"))


def worth(line):
    """What was paid for the line's units."""
    return line.order_line.paid_minor * line.quantity // line.order_line.quantity
