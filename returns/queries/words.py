"""How resolutions are told: their kind in both languages and their amount, for events and notices."""

from aftersales.events.telling import in_both
from aftersales.money import format_money
from returns.models import ResolutionKind


def told(resolution):
    """The data of a resolution's events."""
    data = {
        "resolution": str(resolution.uid),
        "kind": resolution.kind,
        **in_both("what", ResolutionKind(resolution.kind).label),
        "amount": "",
    }
    if resolution.amount_minor:
        data |= {
            "amount": format_money(resolution.amount_minor, resolution.currency),
            "amount_minor": resolution.amount_minor,
            "currency": resolution.currency,
        }
    return data
