"""Eligibility policies: what a shop takes back how long, who pays the freight, and who may approve how much.

    {"code": "default", "name": {...},
     "windows": [{"id": "no_reason", "reason_groups": ["changed_mind"], "resolutions": ["return"],
                  "countries": [], "days": 7, "from": "delivered_next_day", "explanation": {...}}],
     "excluded": [{"id": "fresh", "classes": ["food"], "reason_groups": ["changed_mind"],
                   "explanation": {...}}],
     "freight": {"by_fault": {"seller": "shop", "buyer": "customer", ...}, "explanation": {...}},
     "limits": {"by_currency": {"CNY": {"agent": 20000, "supervisor": 200000}}, "explanation": {...}},
     "refund_days": {"least": 1, "most": 5}}

Every clause explains itself in both languages, because it is shown to the customer as it stands.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from aftersales import money
from aftersales.errors import Invalid
from aftersales.versions.bodies import Part
from aftersales.versions.registry import versioned

RESOLUTIONS = ("return", "refund_only", "exchange", "repair", "reship", "compensation", "answer")
FAULT_PARTIES = ("seller", "buyer", "carrier", "supplier", "unknown")
PAYERS = ("shop", "customer")
# Working days until a refund is on the customer's account, where the policy does not say.
REFUND_DAYS = (1, 5)
# From the day after delivery to the end of the last day; as long as the line's warranty; without an end.
STARTS = ("delivered_next_day", "warranty", "anytime")


@dataclass(frozen=True)
class Window:
    """For these reasons these resolutions may be asked for so many days; the first that fits counts."""

    code: str
    reason_groups: frozenset
    resolutions: frozenset
    countries: frozenset  # of the shop; empty is everywhere
    days: int | None  # only with `start` "delivered_next_day"
    start: str
    explanation: dict


@dataclass(frozen=True)
class Exclusion:
    """These classes of product are not taken back for these reasons."""

    code: str
    classes: frozenset
    reason_groups: frozenset
    explanation: dict


@dataclass(frozen=True)
class EligibilityPolicy:
    """A policy, ready to be asked. Its dicts are not changed by anybody."""

    code: str
    name: dict
    windows: tuple
    excluded: tuple
    freight_by_fault: dict
    freight_explanation: dict
    limits_by_currency: dict  # currency -> {"agent", "supervisor"}
    limits_explanation: dict
    refund_days: tuple = REFUND_DAYS  # (least, most) working days

    def window(self, reason_group, resolution, country):
        """The window that counts, or None: the policy is silent and a person decides."""
        return next(
            (
                window
                for window in self.windows
                if reason_group in window.reason_groups
                and resolution in window.resolutions
                and (not window.countries or country in window.countries)
            ),
            None,
        )

    def windows_for(self, reason_group, country):
        """What may be asked for at all: resolution -> the window that counts."""
        found = {resolution: self.window(reason_group, resolution, country) for resolution in RESOLUTIONS}
        return {resolution: window for resolution, window in found.items() if window}

    def exclusion(self, product_class, reason_group):
        """The clause by which this product is not taken back for this reason, or None."""
        return next(
            (
                clause
                for clause in self.excluded
                if product_class in clause.classes and reason_group in clause.reason_groups
            ),
            None,
        )

    def freight_payer(self, fault_party):
        """ "shop" or "customer"."""
        return self.freight_by_fault[fault_party]

    def approver(self, amount_minor, currency):
        """The least role that may approve this amount: "agent", "supervisor" or "finance"."""
        limits = self.limits_by_currency.get(currency)
        if limits is None:
            return "finance"
        return next((role for role in ("agent", "supervisor") if amount_minor <= limits[role]), "finance")


@versioned("eligibility")
def parse_eligibility(body):
    """An eligibility policy from its body; refused in one sentence that names the place."""
    entries = Part(body).entries(
        required=("code", "name", "windows", "excluded", "freight", "limits"), optional=("refund_days",)
    )
    freight = entries["freight"].entries(required=("by_fault", "explanation"))
    limits = entries["limits"].entries(required=("by_currency", "explanation"))
    seen = set()
    return EligibilityPolicy(
        code=entries["code"].code(),
        name=entries["name"].both_languages(200),
        windows=tuple(_window(part, seen) for part in entries["windows"].items(at_least=1)),
        excluded=tuple(_exclusion(part, seen) for part in entries["excluded"].items()),
        freight_by_fault={
            fault: payer.one_of(PAYERS)
            for fault, payer in freight["by_fault"].entries(required=FAULT_PARTIES).items()
        },
        freight_explanation=freight["explanation"].both_languages(),
        limits_by_currency={
            currency: _limits(part, currency) for currency, part in limits["by_currency"].mapping().items()
        },
        limits_explanation=limits["explanation"].both_languages(),
        refund_days=_refund_days(entries["refund_days"]) if "refund_days" in entries else REFUND_DAYS,
    )


def _refund_days(part):
    entries = part.entries(required=("least", "most"))
    least, most = (entries[name].whole(0, 60) for name in ("least", "most"))
    if least > most:
        entries["least"].refuse(_("The least number of days cannot be more than the most."))
    return least, most


def _window(part, seen):
    entries = part.entries(
        required=("id", "reason_groups", "resolutions", "from", "explanation"), optional=("days", "countries")
    )
    start = entries["from"].one_of(STARTS)
    if (start == "delivered_next_day") != ("days" in entries):
        part.refuse(_("Days are given when they count from delivery, and only then."))
    return Window(
        code=entries["id"].once(seen),
        reason_groups=frozenset(entries["reason_groups"].codes(at_least=1)),
        resolutions=frozenset(entries["resolutions"].codes(at_least=1, among=RESOLUTIONS)),
        countries=frozenset(_country(country) for country in entries["countries"].items())
        if "countries" in entries
        else frozenset(),
        days=entries["days"].whole(1, 3660) if "days" in entries else None,
        start=start,
        explanation=entries["explanation"].both_languages(),
    )


def _country(part):
    value = part.value
    if not (isinstance(value, str) and len(value) == len("CN") and value.isascii() and value.isupper()):
        part.refuse(
            _("“%(value)s” is not a country. Use the two letters of ISO 3166, like CN or DE.")
            % {"value": value}
        )
    return value


def _exclusion(part, seen):
    entries = part.entries(required=("id", "classes", "reason_groups", "explanation"))
    return Exclusion(
        code=entries["id"].once(seen),
        classes=frozenset(entries["classes"].codes(at_least=1)),
        reason_groups=frozenset(entries["reason_groups"].codes(at_least=1)),
        explanation=entries["explanation"].both_languages(),
    )


def _limits(part, currency):
    try:
        money.exponent(currency)
    except Invalid as error:
        part.refuse(str(error))
    entries = part.entries(required=("agent", "supervisor"))
    limits = {role: entry.whole(at_most=money.MOST_MINOR) for role, entry in entries.items()}
    if limits["agent"] > limits["supervisor"]:
        entries["agent"].refuse(_("An agent cannot approve more than a supervisor."))
    return limits
