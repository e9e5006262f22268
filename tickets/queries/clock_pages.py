"""One clock told in full: its rule and why this one, its time interval by interval, its pauses, its earlier runs."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aftersales import money
from aftersales.clock import now
from aftersales.versions.registry import compiled
from tickets import sla
from tickets.content.scopes import LESS_SPECIFIC
from tickets.models import Category, Channel, ClockState, Priority, Reason, WaitingOn
from tickets.queries.catalogue import by_code
from tickets.queries.clock_intervals import intervals, sums
from tickets.queries.clocks import explain_clock
from tickets.queries.policies import explained

CONDITIONS = {
    "categories": _("Category"),
    "groups": _("Group of categories"),
    "shops": _("Shop"),
    "customer_levels": _("Level of the customer"),
    "channels": _("Channel"),
    "priorities": _("Priority"),
    "reasons": _("Reason"),
    "amount": _("Amount"),
}
LABELS = {"channels": dict(Channel.choices), "priorities": dict(Priority.choices)}
LONGEST_CYCLE = 5  # digits
ROWS = {"categories": Category, "groups": Category, "reasons": Reason}


def asked_cycle(text):
    """A number, or None for the newest; what is no number asks for none there is."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_CYCLE else -1


def told_clock(ticket, target, cycle=None, *, shows_money):
    """The newest clock of a target, or that of a cycle, with all that made its due time; None if there is none."""
    clocks = [clock for clock in ticket.clocks.all() if clock.target == target]
    by_cycle = {clock.cycle: clock for clock in clocks}
    clock = by_cycle.get(cycle or max(by_cycle, default=0))
    if clock is None:
        return None
    told = explain_clock(clock, ticket.pauses.all())
    moment = now()
    seconds_left, rows = sla.seconds_left(clock, moment), intervals(clock, told["rows"], moment)
    return told | {
        "rows": rows,
        **sums(rows, seconds_left),
        "state": "missed" if sla.is_missed(clock, moment) else str(clock.state),
        "is_announced": all(row["reason"] != "not_announced" for row in rows),
        "is_paused": clock.state == ClockState.PAUSED,
        "remaining_seconds": seconds_left,
        "choice": explained(clock.choice, compiled(clock.policy_id), shows_money=shows_money),
        "cycles": sorted(by_cycle),
    }


# -- in words -----------------------------------------------------------------------


def row_words(rows):
    """The intervals with their length, and whom a pause waited for."""
    waited = dict(WaitingOn.choices)
    return [
        row | {"seconds": row["minutes"] * 60, "waiting_word": waited.get(row.get("waiting_on"), "")}
        for row in rows
    ]


def met_words(choice):
    """[(condition, what the request has)] of the policy that was chosen."""
    return [(CONDITIONS[row["condition"]], _value(row["condition"], row["value"])) for row in choice["met"]]


def other_words(choice):
    """Each other policy with the condition that the request does not meet: what it asks, what the request has."""
    return [
        {
            "name": other["name"],
            "number": other["number"],
            "is_default": other["is_default"],
            "is_less_specific": other["why_not"] == LESS_SPECIFIC,
            "condition": CONDITIONS.get(other["why_not"], ""),
            "asked": [_value(other["why_not"], value) for value in other["asked"]],
            "had": _value(other["why_not"], other["had"]) if other["had"] else other["had"],
        }
        for other in choice["others"]
    ]


def _value(condition, value):
    """A code as people read it; {"zh", "en"} where it is a row's name."""
    if condition == "amount":
        return _amount(value)
    if condition in ROWS:
        row = by_code(ROWS[condition]).get(value)
        return row.name if row else value
    return LABELS.get(condition, {}).get(value, value)


def _amount(value):
    if value is None:  # not for whoever asks
        return "–"
    if "minor" in value:  # what the request has
        return (
            money.format_money(value["minor"], value["currency"], get_language()) if value["currency"] else ""
        )
    ends = (value["from_minor"], value["to_minor"])
    texts = [
        "" if end is None else money.format_money(end, value["currency"], get_language()) for end in ends
    ]
    return " – ".join(texts)
