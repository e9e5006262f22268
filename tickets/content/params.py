"""What each kind of step needs to know, param by param, and how each param is checked."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales import money
from aftersales.errors import Invalid
from aftersales.versions.bodies import Part

ROLES = ("agent", "warehouse", "inspector", "finance", "supervisor", "system")
INPUTS = ("text", "serial", "items")
WAITS_FOR = (
    "parcel.receive",
    "parcel.scan",
    "parcel.intercept_result",
    "carrier.answer",
    "partner.record_result",
    "dispute.ruling",
    "resolution.done",
)
# Of each kind: the params it must have, those it may have, and its answers where they are always the same.
KINDS = {
    "ask": ((), ("choices", "input", "message", "show_facts"), None),
    "check": (("fact",), ("photos", "checklist"), ("pass", "fail")),
    "photo": (("photos",), ("message",), ("done",)),
    "message": (("message",), (), ("sent",)),
    "decide": (("choices",), ("show_facts", "message"), None),
    "approve": (
        ("approver", "above", "currency", "auto_below_minor", "limit_minor"),
        ("limits",),
        ("approved", "declined"),
    ),
    "do": (("verb",), ("args", "message", "checklist", "photos"), ("done",)),
    "wait": (("until",), ("limit_days", "message", "remind_message", "late_message"), ("arrived", "timeout")),
}


# Params that name something else which the desk has to know.
NAMES = {
    "fact": "fact",
    "verb": "verb",
    "message": "macro",
    "remind_message": "macro",
    "late_message": "macro",
    "checklist": "checklist",
}


class Limits(NamedTuple):
    """Below the first an approval passes by itself; over the second it goes to the role above."""

    auto_below_minor: int
    limit_minor: int


def read_params(part, kind, read, known):
    """The params as they stand, or None if one of them is wrong."""
    required, optional, _answers = KINDS[kind]
    entries = read.entries(part, required, optional)
    if kind == "ask" and not ("choices" in entries or "input" in entries):
        read(part.refuse, _("An ask step needs choices or an input."))
    checked = {name: entry for name, entry in entries.items() if name in (*required, *optional)}
    good = [read(_checked, name, entry) for name, entry in checked.items()]
    if kind == "approve" and {"auto_below_minor", "limit_minor"} <= checked.keys() and all(good):
        read(_check_limits, entries["auto_below_minor"], entries["limit_minor"])
    for what, entry in references(checked) if known is not None and all(good) else ():
        read(_known, what, entry, known)
    return part.value if all(good) else None


def _checked(name, part):
    CHECKS[name](part)
    return True


def references(params):
    """(what, part) of every name in a step's params that is defined elsewhere."""
    for name, what in NAMES.items():
        if name in params:
            yield what, params[name]
    for fact in params["show_facts"].items() if "show_facts" in params else ():
        yield "fact", fact
    arguments = params["args"].mapping() if "args" in params else {}
    if "category" in arguments:
        yield "category", arguments["category"]


def _known(what, part, known):
    if isinstance(part.value, str) and part.value and part.value not in known[what]:
        part.refuse(UNKNOWN[what] % {"value": part.value[:80]})


UNKNOWN = {
    "fact": gettext_lazy("This desk knows no fact “%(value)s”."),
    "verb": gettext_lazy("This desk knows no action “%(value)s”."),
    "macro": gettext_lazy("This desk has no prepared message “%(value)s”."),
    "checklist": gettext_lazy("This desk has no checklist “%(value)s”."),
    "category": gettext_lazy("This desk has no category “%(value)s”."),
}


def _args(part):
    """What the verb is given beside what a person enters: short values, never structures."""
    for entry in part.mapping().values():
        if not isinstance(entry.value, str | int | bool):
            entry.refuse(_("This has to be one value: text, a number, true or false."))


def _name(part):
    """The name of a verb, dots and all, or of a fact or a reply."""
    if not all(piece.isidentifier() for piece in part.text(60).split(".")):
        part.refuse(_("“%(value)s” is not a name.") % {"value": part.value})


def _currency(part):
    try:
        money.exponent(part.value)
    except Invalid as error:
        part.refuse(str(error))


def _limits(part):
    for limits in part.mapping().values():
        _currency(Part(limits.place[-1], *limits.place))
        entries = limits.entries(required=Limits._fields)
        _check_limits(entries["auto_below_minor"], entries["limit_minor"])


def _check_limits(auto_below, limit):
    if auto_below.whole(at_most=money.MOST_MINOR) > limit.whole(at_most=money.MOST_MINOR):
        auto_below.refuse(_("What passes by itself cannot be more than the limit."))


CHECKS = {
    "choices": Part.choices,
    "input": lambda part: part.one_of(INPUTS),
    "message": _name,
    "remind_message": _name,
    "late_message": _name,
    "show_facts": lambda part: part.codes(at_least=1),
    "fact": _name,
    "verb": _name,
    "args": _args,
    "checklist": _name,
    "photos": lambda part: part.whole(at_least=1, at_most=20),
    "until": lambda part: part.one_of(WAITS_FOR),
    "limit_days": lambda part: part.whole(at_least=1, at_most=365),
    "approver": lambda part: part.one_of(ROLES),
    "above": lambda part: part.one_of(ROLES),
    "currency": _currency,
    "auto_below_minor": lambda part: part.whole(at_most=money.MOST_MINOR),
    "limit_minor": lambda part: part.whole(at_most=money.MOST_MINOR),
    "limits": _limits,
}
