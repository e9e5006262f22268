"""The boxes of the ticket page about the order, the customer, the procedure and the files."""

from staff import masking
from staff.rosters import people
from tickets.icons import product_icon
from tickets.models import RelationKind
from tickets.policies import is_desk, is_staff
from tickets.queries.neighbours import claimed_elsewhere, likely_duplicates, neighbours, profile, shared_line
from tickets.queries.page import order_lines, place_in_procedure
from tickets.queries.relations import files_here, relation_rows
from tickets.registry import panel, verb_named

MOST_OTHERS, MOST_ALIKE = 6, 3


@panel("tickets/relations", order=5)
def relations(ticket, actor):
    """What this request belongs to, what may be the same once more, who follows, which words are on it."""
    rows, alike = relation_rows(ticket), likely_duplicates(ticket)
    told = {row["other"].pk for row in rows}
    alike = [suggestion(ticket, actor, other, why) for other, why in alike if other.pk not in told]
    followers = people(ticket.followers).values() if ticket.followers else ()
    if not (rows or alike or ticket.tags or followers):
        return None
    return {
        "ticket": ticket,
        "relations": [{**row, "undo": may_undo(ticket, actor, row)} for row in rows],
        "alike": alike[:MOST_ALIKE],
        "followers": followers,
        "may_untag": may("untag", ticket, actor),
    }


def suggestion(ticket, actor, other, why):
    """The younger of the two goes into the older, by one click where the table lets it; else they are linked."""
    source, into = (ticket, other) if ticket.pk > other.pk else (other, ticket)
    merges = may("merge", ticket, actor) if source is ticket else is_desk(actor, ticket)
    return {
        "other": other,
        "why": why,
        "source": source,
        "into": into,
        "may_merge": merges,
        "may_link": may("link", ticket, actor),
        "same_units": shared_line({line.order_line_id for line in ticket.lines.all()}, other) is not None,
    }


def may_undo(ticket, actor, row):
    """The verb that takes the tie back, and on which request: "" where there is none for this person."""
    if row["kind"] == RelationKind.MERGED and (row["is_source"] or is_desk(actor, ticket)):
        return "unmerge"
    return "unlink" if row["is_link"] and may("unlink", ticket, actor) else ""


def may(name, ticket, actor):
    return verb_named(name).check(ticket, actor) is None


@panel("tickets/order", order=10)
def order(ticket, actor):
    """The order's lines, with what this request and others have claimed of them."""
    if ticket.order_id is None:
        return None
    rows, elsewhere = order_lines(ticket), claimed_elsewhere(ticket)
    for row in rows:
        row["icon"] = product_icon(row["line"].product_class)
        row["elsewhere"] = elsewhere.get(row["line"].pk, [])
    return {"order": ticket.order, "rows": rows, "shows_money": masking.sees_money(actor)}


@panel("tickets/money", order=20)
def money(ticket, actor):
    """What was paid and what can still be paid back; nothing of it for the dock."""
    order = ticket.order
    if order is None or not masking.sees_money(actor):
        return None
    left = order.captured_minor - order.refunded_minor - order.refund_reserved_minor
    return {"ticket": ticket, "order": order, "left": left}


@panel("tickets/customer", order=60)
def customer(ticket, actor):
    """Who asks, as far as this role may know them."""
    customer = ticket.customer
    contact = ticket.contact
    phone = contact.get("phone") or (customer.phone if customer else "")
    email = contact.get("email") or (customer.email if customer else "")
    address = ticket.order.shipping_address if ticket.order_id else {}
    shown = masking.address_for(actor, address)
    return {
        "ticket": ticket,
        "customer": customer,
        "phone": masking.phone_for(actor, phone),
        "email": masking.email_for(actor, email),
        "address": " ".join(filter(None, (shown.get(part, "") for part in ("province", "city", "street")))),
        "profile": profile(ticket),
        "reads": masking.sees_conversation(actor),
        "shows_money": masking.sees_money(actor),
        "others": neighbours(ticket)[:MOST_OTHERS],
    }


@panel("tickets/procedure", order=70)
def procedure(ticket, actor):
    """The steps so far and those to come."""
    place = place_in_procedure(ticket)
    return place if place["run"] else None


@panel("tickets/files", order=80)
def files(ticket, actor):
    """Photos and papers; served as downloads only."""
    may_attach = is_staff(actor, ticket) and not ticket.merged_into_id
    return {"ticket": ticket, "files": files_here(ticket), "may_attach": may_attach}
