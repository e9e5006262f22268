"""Orders and tickets as the API shows them, masked by who reads; plain dicts, because pages of fifty are made."""

from django.db.models import Prefetch

from aftersales.clock import now
from aftersales.versions.registry import compiled
from staff import masking
from tickets.models import Ticket
from tickets.queries.page import LINES
from tickets.sla import clock_facts, latest
from tickets.verbs import available_verbs


def order_shape(order, actor):
    """One order with its lines; money only for those who may see it."""
    money = masking.sees_money(actor)
    shape = {
        "external_id": order.external_id,
        "number": order.number,
        "status": order.status,
        "placed_at": order.placed_at,
        "promised_ship_at": order.promised_ship_at,
        "currency": order.currency,
        "customer": customer_shape(order.customer, actor) if order.customer_id else None,
        "shipping_address": masking.address_for(actor, order.shipping_address),
        "lines": [line_shape(line, money) for line in sorted(order.lines.all(), key=lambda line: line.pk)],
        "deliveries": order.deliveries,
        "metadata": order.metadata,
        "version": order.version,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
    }
    if money:
        shape |= {
            "payments": order.payments,
            "shipping_minor": order.shipping_minor,
            "discount_minor": order.discount_minor,
            "captured_minor": order.captured_minor,
            "refunded_minor": order.refunded_minor,
            "refund_reserved_minor": order.refund_reserved_minor,
            "payments_differ": order.payments_differ,
            "invoice": order.invoice,
        }
    return shape


def customer_shape(customer, actor):
    return {
        "external_id": customer.external_id,
        "name": customer.name,
        "phone": masking.phone_for(actor, customer.phone),
        "email": masking.email_for(actor, customer.email),
        "locale": customer.locale,
        "level": customer.level,
    }


def line_shape(line, money):
    shape = {
        "external_id": line.external_id,
        "sku": line.sku,
        "title": line.title,
        "product_class": line.product_class,
        "quantity": line.quantity,
        "cancelled": line.cancelled,
        "delivered": line.delivered,
        "claimed": line.claimed,
        "consumed": line.consumed,
        "claimable": line.claimable,
        "warranty_months": line.warranty_months,
        "serials": line.serials,
    }
    if money:
        shape |= {
            "unit_price_minor": line.unit_price_minor,
            "paid_minor": line.paid_minor,
            "tax_minor": line.tax_minor,
            "refunded_minor": line.refunded_minor,
        }
    return shape


WITH = ("shop", "order", "customer", "category", "assignee", "team")


def with_parts(queryset, *rules):
    """What a ticket's shape needs, in a fixed number of statements; `rules` is what the verbs' guards ask."""
    return queryset.select_related(*WITH).prefetch_related(LINES, "clocks", INTO, *rules)


# Only where something was merged: then one statement more for all rows.
INTO = Prefetch("merged_into", queryset=Ticket.objects.only("number"))


def ticket_shape(ticket, actor, *, verbs=True):
    """One ticket. Lists leave out `allowed_actions`, which asks every rule."""
    moment = now()
    shape = {
        "number": ticket.number,
        "id": str(ticket.uid),
        "external_id": ticket.external_id or None,
        "shop": ticket.shop.code,
        "order": ticket.order.external_id if ticket.order_id else None,
        "customer": ticket.customer.external_id if ticket.customer_id else None,
        "category": ticket.category.code,
        "channel": ticket.channel,
        "priority": ticket.priority,
        "stage": ticket.stage,
        "status": ticket.status,
        "waiting_on": ticket.waiting_on,
        "outcome": ticket.outcome or None,
        "merged_into": ticket.merged_into.number if ticket.merged_into_id else None,
        "tags": ticket.tags,
        "requested_resolution": ticket.requested_resolution,
        "subject": ticket.subject,
        "contact": {
            "phone": masking.phone_for(actor, ticket.contact.get("phone", "")),
            "email": masking.email_for(actor, ticket.contact.get("email", "")),
        },
        "lines": [ticket_line_shape(line) for line in ticket.lines.all()],
        "assignee": ticket.assignee.username if ticket.assignee_id else None,
        "team": ticket.team.code if ticket.team_id else None,
        "next_step": step_shape(ticket),
        "sla": [clock_facts(clock, moment) for clock in latest(ticket.clocks.all())],
        "is_test": ticket.is_test,
        "metadata": ticket.metadata,
        "version": ticket.version,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "resolved_at": ticket.resolved_at,
    }
    if verbs:
        shape["allowed_actions"] = [verb.name for verb in available_verbs(ticket, actor)]
    return shape


def ticket_line_shape(line):
    return {
        "id": str(line.uid),
        "order_line": line.order_line.external_id,
        "sku": line.order_line.sku,
        "title": line.order_line.title,
        "quantity": line.quantity,
        "reason": line.reason.code if line.reason_id else None,
        "description": line.description,
        "authorised": line.authorised,
        "received": line.received,
        "inspected": line.inspected,
        "resolved": line.resolved,
    }


def attachment_shape(attachment):
    return {
        "id": str(attachment.uid),
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "step": attachment.step_code or None,
        "created_at": attachment.created_at,
    }


def step_shape(ticket):
    """The one next step, from the compiled procedure: no other table is asked."""
    if not ticket.step_code:
        return None
    step = compiled(ticket.procedure_version_id).content.step(ticket.step_code)
    return {
        "id": step.code,
        "kind": step.kind,
        "title": step.name,
        "role": step.role,
        "stage": step.stage,
        "mandatory": step.mandatory,
        "answers": list(step.answers) if step.answers else None,
        "params": step.params,
    }


def reread(ticket, actor):
    """The ticket as it stands after a write."""
    return ticket_shape(with_parts(Ticket.objects.filter(pk=ticket.pk), "holds").get(), actor)


def opened(ticket, actor):
    """A ticket just opened: what was written a moment ago need not be read again."""
    for name, rows in (getattr(ticket, "just_written", None) or {}).items():
        queryset = getattr(ticket, name).all()
        queryset._result_cache, queryset._prefetch_done = rows, True
        ticket.__dict__.setdefault("_prefetched_objects_cache", {})[name] = queryset
    return ticket_shape(ticket, actor)
