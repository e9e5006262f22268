"""Keeping our copy of a shop's orders and products."""

import hashlib
import json

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotPossible
from aftersales.events.log import record_event
from tickets.actions.acting import refuse_stale
from tickets.actions.searching import note_search_of_all
from tickets.models import Customer, Order, OrderLine, Product

ORDER_FIELDS = (
    "number",
    "status",
    "placed_at",
    "currency",
    "promised_ship_at",
    "shipping_minor",
    "discount_minor",
    "shipping_address",
    "payments",
    "deliveries",
    "invoice",
    "metadata",
)  # fmt: skip - a list to read, not a column
LINE_FIELDS = (
    "sku", "title", "product_class", "quantity", "unit_price_minor", "paid_minor", "tax_minor",
    "warranty_months", "serials",
)  # fmt: skip


def digest_of(data):
    return hashlib.sha256(
        json.dumps(data, sort_keys=True, default=str, ensure_ascii=False).encode()
    ).hexdigest()


def lock_name(*parts):
    """Hold a name for this transaction, so that two makers of the same thing come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["/".join(map(str, parts))])


@transaction.atomic
def put_order(shop, external_id, data, *, by, expected_version=None):
    """Create or replace our copy of an order; returns (order, created).

    `data` is the checked body of PUT /orders. Replacing never shrinks below what requests claim or
    what was paid back: NotPossible `order_has_claims`, naming the lines. The same body again writes nothing.
    """
    lock_name("order", shop.pk, external_id)
    digest = digest_of(data)
    order = Order.objects.filter(shop=shop, external_id=external_id).first()
    if order is not None:
        refuse_stale(order, expected_version)
    if order is not None and order.digest == digest:
        return order, False
    customer = put_customer(shop, data.get("customer"))
    if order is None:
        return create_order(shop, external_id, data, customer, digest, by), True
    return replace_order(order, data, customer, digest, by), False


def put_customer(shop, data):
    """The buyer, created or brought up to date; None for an order without one."""
    if not data:
        return None
    fields = {name: data.get(name) or "" for name in ("name", "phone", "email", "locale", "level")}
    customer, created = Customer.objects.get_or_create(
        shop=shop, external_id=data["external_id"], defaults=fields
    )
    if not created and any(getattr(customer, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(customer, name, value)
        customer.save(update_fields=list(fields))
        note_search_of_all(customer=customer)
    return customer


def create_order(shop, external_id, data, customer, digest, by):
    moment = now()
    order = Order(
        shop=shop, external_id=external_id, customer=customer, digest=digest, is_test=by.is_test,
        created_at=moment, updated_at=moment,
    )  # fmt: skip
    take_order_fields(order, data)
    order.save(force_insert=True)
    delivered = delivered_quantities(data)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            external_id=line["external_id"],
            delivered=min(delivered.get(line["external_id"], 0), line["quantity"]),
            **{name: line[name] for name in LINE_FIELDS},
        )
        for line in data["lines"]
    )
    record_event(order, "order.create", by=by, data={"number": order.number})
    return order


def take_order_fields(order, data):
    """Copy the header, and derive what follows from it: captured, delivered, whether the sums agree."""
    for name in ORDER_FIELDS:
        setattr(order, name, data[name])
    order.captured_minor = sum(payment["captured_minor"] for payment in data["payments"])
    due = sum(line["paid_minor"] for line in data["lines"]) + order.shipping_minor
    order.payments_differ = order.captured_minor != due
    arrivals = [d["delivered_at"] for d in data["deliveries"] if d.get("delivered_at")]
    order.delivered_at = max(arrivals) if arrivals else None
    # jsonb keeps text, not datetimes.
    for name in ("payments", "deliveries", "invoice"):
        setattr(order, name, json.loads(json.dumps(data[name], default=lambda at: at.isoformat())))


def delivered_quantities(data):
    """Units delivered per line: by the deliveries, or all of them when the order says it was delivered."""
    counts = {}
    for delivery in data["deliveries"]:
        if delivery.get("delivered_at"):
            for item in delivery.get("lines", ()):
                counts[item["line"]] = counts.get(item["line"], 0) + item["quantity"]
    if not data["deliveries"] and data["status"] == "delivered":
        return {line["external_id"]: line["quantity"] for line in data["lines"]}
    return counts


def replace_order(order, data, customer, digest, by):
    """Bring a standing order to the new body, its lines first, the order's own row last."""
    standing = {line.external_id: line for line in order.lines.order_by("id").select_for_update()}
    order = Order.objects.select_for_update().get(pk=order.pk)
    wanted = {line["external_id"]: line for line in data["lines"]}
    refuse_to_shrink(standing, wanted)
    refuse_other_currency(order, data["currency"])
    delivered = delivered_quantities(data)
    for external_id, line in wanted.items():
        row = standing.get(external_id) or OrderLine(order=order, external_id=external_id)
        for name in LINE_FIELDS:
            setattr(row, name, line[name])
        row.delivered = min(max(delivered.get(external_id, 0), row.delivered), row.quantity)
        row.save()
    OrderLine.objects.filter(order=order).exclude(external_id__in=wanted).delete()
    take_order_fields(order, data)
    if order.captured_minor < order.refunded_minor + order.refund_reserved_minor:
        raise NotPossible(
            _("More was paid back than these payments captured."), code="order_has_claims", lines=[]
        )
    order.customer, order.digest, order.updated_at = customer or order.customer, digest, now()
    order.version = order.version + 1
    order.save()
    note_search_of_all(order=order)
    record_event(order, "order.change", by=by, data={"number": order.number})
    return order


def refuse_other_currency(order, currency):
    """What was promised or paid back is in the order's currency, and stays so."""
    if order.currency != currency and order.refunded_minor + order.refund_reserved_minor:
        raise NotPossible(
            _("Money was promised or paid back in %(currency)s; the currency stays.")
            % {"currency": order.currency},
            code="order_has_claims",
            lines=[],
        )


def refuse_to_shrink(standing, wanted):
    """Lines that requests rely on may not go, nor fall below what is claimed, gone or paid back."""
    held = []
    for external_id, row in standing.items():
        new = wanted.get(external_id)
        units = row.claimed + row.consumed + row.cancelled - row.redelivered
        money = row.refunded_minor + row.refund_reserved_minor
        in_use = row.claimed or row.consumed or money or row.ticket_lines.exists()
        if (new is None and in_use) or (new and (new["quantity"] < units or new["paid_minor"] < money)):
            held.append(external_id)
    if held:
        raise NotPossible(
            _("Requests rely on these lines: %(lines)s. They cannot go or shrink.")
            % {"lines": ", ".join(held)},
            code="order_has_claims",
            lines=held,
        )


@transaction.atomic
def put_product(shop, sku, data, *, by):
    """What the shop tells of a product; only the fields given change. Returns (product, created)."""
    lock_name("product", shop.pk, sku)
    product = Product.objects.filter(shop=shop, sku=sku).first()
    created = product is None
    if created:
        product = Product(shop=shop, sku=sku)
    elif all(getattr(product, name) == value for name, value in data.items()):
        return product, False
    for name, value in data.items():
        setattr(product, name, value)
    product.updated_at = now()
    product.version = 1 if created else F("version") + 1
    product.save()
    product.refresh_from_db()
    return product, created
