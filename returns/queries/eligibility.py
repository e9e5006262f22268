"""What the policy says to a request: allowed, to be looked at, or denied; until when, and who pays the way back."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as noop

from aftersales.clock import now
from aftersales.languages import side_of
from aftersales.versions.registry import current
from tickets.models import Resolution

POLICY = "default"
ALLOW, REVIEW, DENY = "allow", "review", "deny"
SEVERITY = [ALLOW, REVIEW, DENY]
BRINGS_GOODS_BACK = {Resolution.RETURN, Resolution.EXCHANGE, Resolution.REPAIR}
# What the desk says where no clause does.
SILENT = {
    "clause": "none",
    "zh": "政策没有规定这种情况，由人工决定。",
    "en": noop("The policy says nothing about this; a person decides."),
}
TOO_LATE = {"zh": "申请期限已过：{last_day}。", "en": "The time to ask for it ended: {last_day}."}


@dataclass
class Evaluation:
    """The answer, as a caller and a customer may read it; it writes nothing."""

    decision: str
    resolution: str
    goods_required: bool
    freight_payer: str
    policy_version: int
    apply_by: datetime | None = None
    allowed_resolutions: list = field(default_factory=list)
    evidence: list = field(default_factory=list)
    explanation: list = field(default_factory=list)  # of {"clause", "zh", "en"}

    @property
    def why(self):
        """The clauses in the reader's language."""
        language = side_of()
        return " ".join(clause[language] for clause in self.explanation)


@dataclass(frozen=True)
class Asked:
    """One line of a question: how many units of an order line, and why. The reason may be None."""

    order_line: object
    reason: object


def evaluate_ticket(ticket, resolution=None):
    """The policy's word on a request as it was made, whenever it is asked, or on another wish."""
    asked = [
        Asked(line.order_line, line.reason) for line in ticket.lines.select_related("order_line", "reason")
    ]
    found = evaluate(
        ticket.shop, ticket.order, asked, resolution or ticket.requested_resolution, at=ticket.created_at
    )
    needs = ticket.category.needs_goods
    if needs != "maybe":
        found.goods_required = needs == "always"
    return found


def evaluate(shop, order, asked, resolution, *, at=None):
    """Ask the shop's policy about these lines; of several lines the strictest answer counts."""
    version = current("eligibility", POLICY, shop.pk)
    policy = version.content
    found = Evaluation(
        decision=ALLOW,
        resolution=str(resolution),
        goods_required=resolution in BRINGS_GOODS_BACK,
        freight_payer=freight_payer(policy, asked),
        policy_version=version.number,
        allowed_resolutions=allowed_for(policy, asked, shop),
    )
    for line in asked:
        judge(found, policy, shop, order, line, at or now())
    if found.goods_required:
        add_clause(found, "freight", policy.freight_explanation)
    return found


def judge(found, policy, shop, order, asked, at):
    """Add one line's verdict to the whole."""
    group = asked.reason.group if asked.reason else ""
    if asked.reason and asked.reason.evidence and asked.reason.evidence not in found.evidence:
        found.evidence.append(asked.reason.evidence)
    exclusion = policy.exclusion(asked.order_line.product_class, group)
    if exclusion:
        return worsen(found, DENY, exclusion.code, exclusion.explanation)
    window = policy.window(group, found.resolution, shop.country)
    if window is None:
        return worsen(found, REVIEW, SILENT["clause"], SILENT)
    add_clause(found, window.code, window.explanation)
    ends = ends_at(window, shop, order, asked.order_line)
    if ends and (found.apply_by is None or ends < found.apply_by):
        found.apply_by = ends
    if ends and at >= ends:
        last_day = (ends - timedelta(seconds=1)).astimezone(ZoneInfo(shop.time_zone)).date().isoformat()
        worsen(
            found,
            DENY,
            window.code,
            {name: text.format(last_day=last_day) for name, text in TOO_LATE.items()},
        )
    return None


def worsen(found, decision, code, explanation):
    if SEVERITY.index(decision) > SEVERITY.index(found.decision):
        found.decision = decision
    add_clause(found, code, explanation)


def add_clause(found, code, explanation):
    clause = {"clause": code, "zh": explanation["zh"], "en": explanation["en"]}
    if clause not in found.explanation:
        found.explanation.append(clause)


def ends_at(window, shop, order, order_line):
    """The moment from which it is too late; None: never, or the time has not begun.

    Days count from the day after delivery to the end of the last one, in the shop's own time.
    """
    delivered = order.delivered_at if order else None
    if delivered is None or window.start == "anytime":
        return None
    zone = ZoneInfo(shop.time_zone)
    if window.start == "warranty":
        if not order_line.warranty_months:  # nobody told us how long
            return None
        last = add_months(delivered.astimezone(zone).date(), order_line.warranty_months)
    else:
        last = delivered.astimezone(zone).date() + timedelta(days=window.days)
    return datetime.combine(last + timedelta(days=1), time.min, zone)


def add_months(day, months):
    """The same day of a later month, or its last one."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    following = day.replace(year=year + month // 12, month=month % 12 + 1, day=1)
    return day.replace(year=year, month=month, day=min(day.day, (following - timedelta(days=1)).day))


def freight_payer(policy, asked):
    """The shop, unless the customer alone is the cause of every line."""
    payers = {policy.freight_payer(line.reason.fault_party if line.reason else "unknown") for line in asked}
    return "customer" if payers == {"customer"} else "shop"


def allowed_for(policy, asked, shop):
    """What may be asked for on every line, in the order of the names."""
    sets = [set(policy.windows_for(line.reason.group if line.reason else "", shop.country)) for line in asked]
    return sorted(set.intersection(*sets)) if sets else []
