"""The boxes of the ticket page about the order, the customer, the procedure and the files."""

from staff import masking
from tickets.icons import product_icon
from tickets.policies import is_staff
from tickets.queries.page import customer_orders, order_lines, other_requests, place_in_procedure
from tickets.registry import panel


@panel("tickets/order", order=10)
def order(ticket, actor):
    """The order's lines, with what this request and others have claimed of them."""
    if ticket.order_id is None:
        return None
    rows = order_lines(ticket)
    for row in rows:
        row["icon"] = product_icon(row["line"].product_class)
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
    others = other_requests(ticket)
    return {
        "ticket": ticket,
        "customer": customer,
        "phone": masking.phone_for(actor, phone),
        "email": masking.email_for(actor, email),
        "address": " ".join(filter(None, (shown.get(part, "") for part in ("province", "city", "street")))),
        "orders": customer_orders(ticket),
        "others": others,
    }


@panel("tickets/procedure", order=70)
def procedure(ticket, actor):
    """The steps so far and those to come."""
    place = place_in_procedure(ticket)
    return place if place["run"] else None


@panel("tickets/files", order=80)
def files(ticket, actor):
    """Photos and papers; served as downloads only."""
    ready = (file for file in ticket.attachments.all() if file.is_kept)
    rows = sorted(ready, key=lambda file: file.pk, reverse=True)
    return {"ticket": ticket, "files": rows, "may_attach": is_staff(actor, ticket)}
