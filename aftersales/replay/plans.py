"""What is planned with each return: a category of the pack, and the solution that its customer wants."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`wanted` are the answers that lead there, the first choice first; every procedure has its own words."""

    name: str
    category: str
    reason: str
    resolution: str
    wanted: tuple


REFUND = ("refund", "return", "not_solved", "send_in", "other")
EXCHANGE = ("exchange", "not_solved", "wait", "other")
REPAIR = ("repair", "send_in", "not_solved")
# Dealt out in turn, so that any number of requests is a mixture.
PLANS = (
    Plan("return", "no_reason_return", "c_no_reason", "return", REFUND),
    Plan("exchange", "size_exchange", "s_small", "exchange", EXCHANGE),
    Plan("return", "quality_other", "q_surface", "return", REFUND),
    Plan("repair", "repair_appliance", "q_function", "repair", REPAIR),
    Plan("exchange", "quality_other", "q_structure", "exchange", EXCHANGE),
    Plan("return", "wrong_item", "w_product", "return", REFUND),
    Plan("repair", "quality_other", "q_function", "repair", REPAIR),
)


def plan_of(position):
    return PLANS[position % len(PLANS)]


def ticket_body(one, plan):
    """POST /tickets for a return; nothing in it depends on the day, so a second run finds its requests."""
    return {
        "external_id": one.external_id,
        "order": one.order,
        "channel": "platform",
        "category": plan.category,
        "requested_resolution": plan.resolution,
        "subject": one.title[:200],
        "message": f"I would like to send back {one.quantity} × {one.title}.",
        "lines": [{"order_line": one.order_line, "quantity": one.quantity, "reason": plan.reason}],
        "contact": {"locale": "en-GB"},
        "metadata": {"source": "online retail", "return": one.external_id},
    }
