"""How resolutions are told: their kind in both languages and their amount, for events and notices."""

from django.utils.translation import override

from aftersales.money import format_money
from returns.models import ResolutionKind


def told(resolution):
    """The data of a resolution's events."""
    data = {
        "resolution": str(resolution.uid),
        "kind": resolution.kind,
        "what_en": kind_name(resolution.kind, "en"),
        "what_zh": kind_name(resolution.kind, "zh-hans"),
        "amount": "",
    }
    if resolution.amount_minor:
        data |= {
            "amount": format_money(resolution.amount_minor, resolution.currency),
            "amount_minor": resolution.amount_minor,
            "currency": resolution.currency,
        }
    return data


def kind_name(kind, language):
    with override(language):
        return str(ResolutionKind(kind).label)
