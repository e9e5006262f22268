"""What the world outside the desk does in the demo: parcels travel, the shop pays and ships."""

from aftersales import due
from aftersales.clock import now
from returns.models import Exchange, ExchangeState, Refund, RefundState
from staff.models import Role

CARRIER = "example_express"
LATEST = 180  # minutes before the present at which the last of it has happened
APART = 40


def outside_takes(story):
    """How long the world takes: nearly all the time there is, so that the desk has work to do today."""
    left = (story.present - now()).total_seconds() / 60
    return max(1, left - LATEST - APART * story.number)


def parcels_on_the_way(story):
    """The customer sends the parcel, then the dock takes it in."""
    warehouse = story.staff(story.cast.first(Role.WAREHOUSE))
    if not story.ticket.parcels.filter(state="in_transit").exists():
        yield "ship", story.customer, {"carrier": CARRIER, "waybill": waybill(story, "IN")}
    yield "receive", warehouse, {}


def answers_of_the_shop(story):
    """The shop's systems ship what is exchanged or sent again, and pay what is refunded."""
    due.drain(due.KINDS["refund"])
    for exchange in Exchange.objects.filter(resolution__ticket=story.ticket, state=ExchangeState.REQUESTED):
        shipped = {
            "carrier": CARRIER,
            "waybill": waybill(story, "OUT"),
            "new_order_ref": f"{story.row['order']}-2",
        }
        yield (
            "record_exchange_result",
            story.agent,
            {"exchange": exchange.uid, "status": "confirmed", **shipped},
        )
    finance = story.staff(story.cast.first(Role.FINANCE))
    for refund in Refund.objects.filter(ticket=story.ticket, state=RefundState.REQUESTED):
        yield "record_refund_result", finance, {"refund": refund.key, "status": "succeeded"}


def waybill(story, way):
    return f"EX{story.ticket.pk:07}{way}"
