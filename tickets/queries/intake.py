"""What a new request asks the database before it is written, in plain SQL: it is asked with every one.

The ORM takes longer to compose these two statements than PostgreSQL to run them.
"""

from django.db import connection

from tickets.models import Customer, Order, OrderLine

TWIN = "SELECT id, external_digest, number FROM tickets_ticket WHERE shop_id = %s AND external_id = %s"
# Of each, what a new request takes over or shows; anything else is read when it is asked for.
LINE = ("id", "order_id", "external_id", "sku", "title", "quantity", "paid_minor")
ORDER = ("id", "customer_id", "external_id", "currency")
CUSTOMER = ("id", "external_id", "name", "locale")
# Names of our own columns; every value is a parameter.
LINES = f"""
SELECT {", ".join(f"line.{name}" for name in LINE)},
       {", ".join(f"whole.{name}" for name in ORDER)},
       {", ".join(f"buyer.{name}" for name in CUSTOMER)}
  FROM tickets_order whole
  JOIN tickets_orderline line ON line.order_id = whole.id AND line.external_id = ANY(%s)
  LEFT JOIN tickets_customer buyer ON buyer.id = whole.customer_id
 WHERE whole.shop_id = %s AND whole.external_id = %s
"""  # noqa: S608


def twin_of(shop, external_id):
    """(id, digest, number) of the request that this external id already made, or None."""
    with connection.cursor() as cursor:
        cursor.execute(TWIN, [shop.pk, external_id])
        return cursor.fetchone()


def lines_of_order(shop, external_id, codes):
    """The order's lines with these external ids; each knows its order, and that its customer."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, [codes, shop.pk, external_id])
        rows = cursor.fetchall()
    return with_order(rows) if rows else []


def with_order(rows):
    """One order for all of the lines, so that it is made once and asked once."""
    middle = len(LINE) + len(ORDER)
    order = Order.from_db(connection.alias, ORDER, rows[0][len(LINE) : middle])
    if order.customer_id:
        order.customer = Customer.from_db(connection.alias, CUSTOMER, rows[0][middle:])
    lines = [OrderLine.from_db(connection.alias, LINE, row[: len(LINE)]) for row in rows]
    for line in lines:
        line.order = order
    return lines
