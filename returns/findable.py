"""The numbers of parcels, replacements and inspected units by which a request is found."""

from collections import defaultdict

from returns.models import Exchange, Inspection, Parcel
from tickets.registry import findable


@findable("waybill")
def waybills(ids):
    """Of parcels, with the code that our label carries, and of what the shop sent instead."""
    parcels = Parcel.objects.filter(ticket__in=ids).order_by("id")
    replaced = Exchange.objects.filter(resolution__ticket__in=ids).order_by("id")
    return by_request(
        parcels.values_list("ticket_id", "waybill", "label_code"),
        replaced.values_list("resolution__ticket_id", "waybill"),
    )


@findable("order")
def replacement_orders(ids):
    replaced = Exchange.objects.filter(resolution__ticket__in=ids).order_by("id")
    return by_request(replaced.values_list("resolution__ticket_id", "new_order_ref"))


@findable("serial")
def inspected_serials(ids):
    inspected = Inspection.objects.filter(ticket_line__ticket__in=ids).order_by("id")
    return by_request(inspected.values_list("ticket_line__ticket_id", "serial"))


def by_request(*sources):
    """{id: codes} of rows (id, code, ...); what is empty is no code."""
    found = defaultdict(list)
    for rows in sources:
        for ticket_id, *codes in rows:
            found[ticket_id].extend(filter(None, codes))
    return found
