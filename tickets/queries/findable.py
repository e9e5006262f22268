"""All text by which requests are found, as it stands: what the index is made of and every result is checked by."""

from collections import defaultdict
from dataclasses import dataclass, field

from tickets.models import Message, Ticket, TicketLine, Visibility
from tickets.registry import FINDABLE

MAX_CONVERSATION = 100_000  # characters of one request, the newest first; what is older is not found
HEADER = (
    *("id", "shop_id", "number", "external_id", "subject", "tags", "contact"),
    *("order__number", "order__external_id", "order__deliveries", "order__shipping_address"),
    *("customer__external_id", "customer__name", "customer__phone", "customer__email"),
)


@dataclass
class Findable:
    """One request in words: each kind is for other eyes. A text is (where, text); `where` is shown beside it."""

    shop_id: int
    facts: list = field(default_factory=list)  # for all who see the request
    said: list = field(default_factory=list)  # for those who read conversations
    notes: list = field(default_factory=list)  # for those of ours among them
    codes: list = field(default_factory=list)  # (where, number), for all
    phones: list = field(default_factory=list)  # these two by role
    emails: list = field(default_factory=list)


def findable_of(ids):
    """{id: Findable} of these requests, by a fixed number of statements."""
    found = {}
    for row in Ticket.objects.filter(pk__in=ids).values(*HEADER):
        found[row["id"]] = header_of(row)
    add_lines(found)
    add_conversation(found)
    for where, find in FINDABLE.items():
        for ticket_id, codes in find(list(found)).items():
            found[ticket_id].codes.extend((where, code) for code in codes)
    return found


def header_of(row):
    address = row["order__shipping_address"] or {}
    waybills = [delivery.get("waybill") for delivery in row["order__deliveries"] or ()]
    codes = [
        ("number", row["number"]),
        ("external_id", row["external_id"]),
        ("order", row["order__number"]),
        *(
            [("order", row["order__external_id"])]
            if row["order__external_id"] != row["order__number"]
            else []
        ),
        ("customer", row["customer__external_id"]),
        *(("waybill", waybill) for waybill in waybills),
    ]
    facts = [
        ("subject", row["subject"]),
        ("customer", row["customer__name"]),
        ("tags", " ".join(row["tags"])),
    ]
    phones = [row["contact"].get("phone"), row["customer__phone"], address.get("phone")]
    emails = [row["contact"].get("email"), row["customer__email"]]
    return Findable(
        row["shop_id"],
        facts=[(where, text) for where, text in facts if text],
        codes=[(where, code) for where, code in codes if code],
        phones=list(dict.fromkeys(filter(None, phones))),
        emails=list(dict.fromkeys(filter(None, emails))),
    )


def add_lines(found):
    lines = TicketLine.objects.filter(ticket__in=list(found)).order_by("id")
    for ticket_id, description, serials, sku, title, bought in lines.values_list(
        "ticket_id", "description", "serials", "order_line__sku", "order_line__title", "order_line__serials"
    ):
        request = found[ticket_id]
        request.codes.append(("sku", sku))
        request.codes.extend(("serial", serial) for serial in dict.fromkeys((*serials, *bought)) if serial)
        request.facts.extend(
            (where, text) for where, text in (("product", title), ("line", description)) if text
        )


def add_conversation(found):
    """The newest words first; what was taken back is not there any more."""
    left = defaultdict(lambda: MAX_CONVERSATION)
    messages = Message.objects.filter(ticket__in=list(found), withdrawn_at=None).order_by("-id")
    for ticket_id, visibility, body in messages.values_list("ticket_id", "visibility", "body"):
        body = body[: left[ticket_id]]
        left[ticket_id] -= len(body)
        request = found[ticket_id]
        if visibility == Visibility.INTERNAL:
            request.notes.append(("note", body))
        else:
            request.said.append(("message", body))
