"""The fields that requests can be filtered by. If it is not here, nobody can ask for it.

Each says which operators it has, what its values are, and the query they make.
"""

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from aftersales.clock import now
from aftersales.languages import side_of
from staff.masking import sees_money
from staff.models import Membership, Role, Shop, Team, User
from tickets.models import (
    NEVER,
    Channel,
    ClockState,
    Customer,
    Cut,
    Grain,
    Order,
    Outcome,
    Priority,
    Resolution,
    SlaClock,
    Stage,
    Status,
    Ticket,
    TicketLine,
    WaitingChange,
    WaitingCount,
    WaitingOn,
)
from tickets.queries.catalogue import categories, reasons
from tickets.queries.due_hours import due_before, due_in_hour
from tickets.queries.filter_values import BY_HOUR, SETS, Field, any_of, span_of
from tickets.queries.own_steps import my_steps

FIELDS = {}


def field(name, label, *, ops=SETS, **options):
    """Declare the function below as the condition of a field."""

    def declare(meets):
        FIELDS[name] = Field(name, label, ops, meets, **options)
        return meets

    return declare


def in_words(rows):
    """[(code, name)] of the pack's rows in the reader's language."""
    side = side_of()
    return [(code, row.name[side]) for code, row in rows.items()]


def shops(actor):
    """[(code, name)] of the reader's shops."""
    return [(shop.code, shop.name) for shop in actor.user.places()[1]] if actor.user else []


# -- the request itself --------------------------------------------------------------------

YES = [("yes", gettext_lazy("yes"))]


def plain(name, label, choices, column=""):
    """A field that is a column with fixed choices."""
    column = f"{column or name}__in"
    declared = field(name, label, choices=lambda actor: choices)
    return declared(lambda op, values, actor: Q(**{column: values}))


plain("stage", gettext_lazy("Stage"), Stage.choices[:-1])
plain("status", gettext_lazy("Status"), Status.choices)
plain("waiting_on", gettext_lazy("Waiting on"), WaitingOn.choices)
plain("priority", gettext_lazy("Priority"), Priority.choices)
plain("channel", gettext_lazy("Channel"), Channel.choices)
plain("resolution", gettext_lazy("Asked for"), Resolution.choices, "requested_resolution")
plain("outcome", gettext_lazy("Outcome"), Outcome.choices)


@field("category", gettext_lazy("Category"), choices=lambda actor: in_words(categories()))
def category(op, values, actor):
    known = categories()
    return Q(category__in=[known[code].pk for code in values if code in known])


def shops_of(actor):
    """What a number belongs to: the same one in another shop is another's."""
    return actor.user.shop_ids() if actor.user else [actor.shop_id]


# Another table is asked once for its few rows, not joined: so each condition costs a look at the request alone.
@field("reason", gettext_lazy("Reason"), choices=lambda actor: in_words(reasons()), is_costly=True)
def reason(op, values, actor):
    return Exists(TicketLine.objects.filter(ticket=OuterRef("pk"), reason__code__in=values))


@field("sku", gettext_lazy("SKU"), takes="text", is_costly=True)
def sku(op, values, actor):
    return Exists(TicketLine.objects.filter(ticket=OuterRef("pk"), order_line__sku__in=values))


@field("order", gettext_lazy("Order number"), takes="text")
def order(op, values, actor):
    named = Q(number__in=values) | Q(external_id__in=values)
    return Q(order__in=Order.objects.filter(named, shop__in=shops_of(actor)).values("pk"))


@field("tag", gettext_lazy("Tag"), takes="text")
def tag(op, values, actor):
    return Q(tags__overlap=values)


LANGUAGES = [("zh", gettext_lazy("Chinese")), ("en", gettext_lazy("English"))]


@field("language", gettext_lazy("Customer's language"), choices=lambda actor: LANGUAGES)
def language(op, values, actor):
    return any_of(Q(language__startswith=value) for value in values)


@field("amount", gettext_lazy("Amount"), ops=("at_least", "at_most"), takes="amount", may_read=sees_money)
def amount(op, values, actor):
    compared = {"at_least": "value_minor__gte", "at_most": "value_minor__lte"}[op]
    return any_of(Q(**{compared: each["minor"], "currency": each["currency"]}) for each in values)


@field("reopened", gettext_lazy("Opened again"), ops=("is", "is_not"), choices=lambda actor: YES)
def reopened(op, values, actor):
    return Q(reopen_count__gt=0)


# -- whose it is -----------------------------------------------------------------------------


NO_TEAM = [("none", pgettext_lazy("team", "none"))]


def holds_some(actor, name):
    """Teams or people that have open requests in the reader's shops, as the kept counts and the fresh notes know."""
    shops = shops_of(actor)
    kept = WaitingCount.objects.filter(shop_id__in=shops, cut=Cut.PERSON, grain=Grain.ALL, count__gt=0)
    fresh = WaitingChange.objects.filter(shop_id__in=shops, count__gt=0)
    return Q(pk__in=kept.values(name)) | Q(pk__in=fresh.values(name))


def teams(actor):
    """No team, those that serve the reader's shops, and those that still have requests there."""
    serving = Team.shops.through.objects.filter(shop__in=shops_of(actor)).values("team")
    found = Team.objects.filter(Q(pk__in=serving) | holds_some(actor, "team_id"))
    return [*NO_TEAM, *((team.code, team.name) for team in found.order_by("code"))]


@field("team", gettext_lazy("Team"), choices=teams, always=tuple(NO_TEAM))
def team(op, values, actor):
    named = Q(team__in=Team.objects.filter(code__in=values).values("pk"))
    return named | Q(team=None) if "none" in values else named


@field("shop", gettext_lazy("Shop"), choices=shops)
def shop(op, values, actor):
    return Q(shop__in=Shop.objects.filter(code__in=values).values("pk"))


WHOSE = [
    ("me", gettext_lazy("me")),
    ("nobody", pgettext_lazy("assignee", "nobody")),
    ("others", gettext_lazy("somebody else")),
]


def colleagues(actor):
    """The reader, nobody, the others; then by name who serves one of the reader's shops or has requests there."""
    if actor.user is None:
        return WHOSE
    serving = Membership.objects.filter(user__is_active=True, team__shops__in=actor.user.shop_ids())
    found = Q(pk__in=serving.values("user")) | holds_some(actor, "assignee_id")
    named = User.objects.filter(found).order_by("username")[:200]
    return [*WHOSE, *((person.username, person.display_name) for person in named)]


@field("assignee", gettext_lazy("Assignee"), choices=colleagues, always=tuple(WHOSE))
def assignee(op, values, actor):
    named = [value for value in values if value not in dict(WHOSE)]
    parts = {"nobody": Q(assignee=None), "others": Q(assignee__isnull=False) & ~Q(assignee=actor.id)}
    parts["me"] = Q(assignee=actor.id)
    whose = [parts[value] for value in values if value in parts]
    if named:
        whose.append(Q(assignee__in=User.objects.filter(username__in=named).values("pk")))
    return any_of(whose)


# -- the next step -----------------------------------------------------------------------------

STEP_KINDS = [
    ("ask", gettext_lazy("Question")),
    ("check", gettext_lazy("Check")),
    ("photo", gettext_lazy("Photos")),
    ("message", gettext_lazy("Message")),
    ("decide", gettext_lazy("Decision")),
    ("approve", gettext_lazy("Approval")),
    ("do", gettext_lazy("Task")),
    ("wait", gettext_lazy("Wait")),
]
plain("step_kind", gettext_lazy("Kind of next step"), STEP_KINDS)
plain("step_role", gettext_lazy("Next step is done by"), Role.choices)


@field("turn", gettext_lazy("Next step waits on"), ops=("is", "is_not"), choices=lambda actor: WHOSE[:1])
def turn(op, values, actor):
    return my_steps(actor)


# -- clocks and times ----------------------------------------------------------------------------

SLA = [
    ("late", gettext_lazy("late")),
    ("on_time", gettext_lazy("on time")),
    ("paused", gettext_lazy("paused")),
    ("met", gettext_lazy("all met")),
    ("missed", gettext_lazy("one missed")),
]


@field("sla", gettext_lazy("Clock"), choices=lambda actor: SLA)
def sla(op, values, actor):
    at = now()
    clocks = SlaClock.objects.filter(ticket=OuterRef("pk"))
    missed = Exists(clocks.filter(breached_at__isnull=False))
    states = {
        "late": Q(next_due_at__lt=at),
        "on_time": Q(next_due_at__gte=at, next_due_at__lt=NEVER),
        "paused": Q(next_due_at=NEVER),
        "missed": missed,
        "met": Exists(clocks.filter(state=ClockState.MET)) & ~missed,
    }
    return any_of(states[value] for value in values if value in states)


@field("due", gettext_lazy("Due"), ops=("within", "in_hour", "before"), takes="span")
def due(op, values, actor):
    if op in BY_HOUR:
        meets = {"in_hour": lambda value: due_in_hour(value, now()), "before": due_before}[op]
        return any_of(meets(value) for value in values)
    return any_of(Q(next_due_at__lt=now() + span_of(value)) for value in values)


def moment(name, label, column, *, may_be_empty=False):
    """A field that is a time: longer ago than, in the last, and never where it may not have happened."""
    ops = ("older", "newer", "never") if may_be_empty else ("older", "newer")

    def meets(op, values, actor):
        if op == "never":
            return Q(**{f"{column}__isnull": True})
        compared = {"older": "lt", "newer": "gte"}[op]
        return any_of(Q(**{f"{column}__{compared}": now() - span_of(value)}) for value in values)

    field(name, label, ops=ops, takes="span")(meets)


moment("created", gettext_lazy("Opened"), "created_at")
moment("updated", gettext_lazy("Changed"), "updated_at")
moment("customer_wrote", gettext_lazy("Customer wrote"), "last_customer_message_at", may_be_empty=True)
moment("we_wrote", gettext_lazy("We wrote"), "last_reply_at", may_be_empty=True)
moment("ended", gettext_lazy("Ended"), "resolved_at")


@field("replied", gettext_lazy("Customer had the last word"), ops=("is", "is_not"), choices=lambda actor: YES)
def replied(op, values, actor):
    return Q(last_customer_message_at__gt=F("last_reply_at"))


# -- the customer ----------------------------------------------------------------------------------


@field("customer", gettext_lazy("Customer number"), takes="text")
def customer(op, values, actor):
    named = Customer.objects.filter(external_id__in=values, shop__in=shops_of(actor))
    return Q(customer__in=named.values("pk"))


@field("requests", gettext_lazy("Customer's requests"), ops=("at_least",), takes="number", is_costly=True)
def requests(op, values, actor):
    """By the customer's index, no further than to the one that decides."""
    same = Ticket.objects.filter(customer=OuterRef("customer"))
    return any_of(Exists(same[each - 1 : each]) for each in values)
