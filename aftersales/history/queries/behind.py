"""The facts behind a number, newest first: which requests it counts."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from aftersales.errors import InvalidFields
from aftersales.history.models import Fact
from aftersales.history.policies import shops_with_people
from aftersales.history.queries.panels import ENDS, STAGES, WAYS
from aftersales.web.keyset import Keyset, RowAfter
from staff.models import Team, User
from tickets import sla
from tickets.models import Category, Ticket

NEWEST = Keyset("happened_at", "id", descending=True)
MEASURES = (
    "open",
    *(f"sla.{target}" for target in sla.TARGETS),
    *("response.first", "response.next"),
    *(f"{moved}.{stage}" for moved in ("enter", "stage") for stage in STAGES),
)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAMES = ("measure", "met", "left_for", "weekday", "hour", "person")


@dataclass(frozen=True)
class Number:
    """Which of the facts of a measure a number counts."""

    measure: str
    met: bool | None = None
    left_for: str = ""
    weekday: int | None = None
    hour: int | None = None
    person: object = None

    @property
    def is_of_clocks(self):
        return self.measure == "sla" or self.measure.startswith("sla.")


def asked_number(question, params, *, strict=False):
    """The number that an address means. What it does not know is left out, or refused where it is `strict`."""
    known = {
        "measure": {name: name for name in (*MEASURES, "sla")},
        "met": {"yes": True, "no": False},
        "left_for": {way: way for way in WAYS},
        "weekday": {str(day): day for day in range(1, 8)},
        "hour": {str(hour): hour for hour in range(24)},
    }
    values = {name: words.get(params.get(name, "")) for name, words in known.items()}
    values["person"] = person_named(question, params.get("person", ""))
    errors = [name for name in NAMES if params.get(name, "") and values[name] is None]
    if strict and not params.get("measure"):
        errors.append("measure")
    if strict and errors:
        raise InvalidFields([wrong(name) for name in errors])
    values["left_for"] = values["left_for"] or ""
    return Number(**{**values, "measure": values["measure"] or "open"})


def wrong(name):
    detail = _("“%(name)s” has a value that is not known.") % {"name": name}
    return {"pointer": f"?{name}", "detail": detail, "code": "invalid"}


def person_named(question, username):
    """Somebody whose numbers the reader may see: of themselves, or, for who leads, of whoever serves those shops."""
    if not username or question.actor.user is None:
        return None
    if username == question.actor.user.username:
        return question.actor.user
    shops = shops_with_people(question.actor)
    return User.objects.filter(username=username[:60], teams__shops__in=shops).distinct().first()


def facts_behind(question, number, *, cursor="", limit=50):
    """(facts with `request`, `who`, `category` and `team`, the next cursor or None).

    Each shop is read by its own index in its order, no further than a page; then they are put together.
    """
    rows = matching(question, number)
    if cursor:
        rows = rows.filter(RowAfter(NEWEST.fields, NEWEST.decode(cursor, Fact), True))
    order = [f"-{name}" for name in NEWEST.fields]
    parts = [
        rows.filter(shop_id=shop_id, measure=measure).order_by(*order)[: limit + 1]
        for shop_id in question.shop_ids
        for measure in measures_of(number)
    ]
    if not parts:  # of whoever serves no shop
        return [], None
    merged = parts[0].union(*parts[1:], all=True).order_by(*order)[: limit + 1] if parts[1:] else parts[0]
    found = list(merged)
    following = NEWEST.encode(found[limit - 1]) if len(found) > limit else None
    return with_names(question.actor, found[:limit]), following


def measures_of(number):
    return (
        [name for name in MEASURES if name.startswith("sla.")]
        if number.measure == "sla"
        else [number.measure]
    )


def matching(question, number):
    rows = Fact.objects.visible_to(question.actor).filter(day__range=(question.first, question.last))
    # The index knows moments: each of these days, wherever it is, lies between these.
    around = (midnight(question.first - DAY), midnight(question.last + 2 * DAY))
    rows = rows.filter(happened_at__range=around)
    if question.team:
        rows = rows.filter(team_id=question.team.pk)
    if question.category:
        rows = rows.filter(category_id__in=question.category_ids)
    if number.met is not None and number.is_of_clocks:
        rows = rows.filter(met=number.met)
    if number.person:
        rows = rows.filter(person_id=number.person.pk)
        if number.person.pk != question.actor.id:
            rows = rows.filter(shop_id__in=shops_with_people(question.actor))
    if number.left_for:
        ended = {"led_to__in": ENDS}
        rows = rows.exclude(**ended) if number.left_for == "on" else rows.filter(led_to=number.left_for)
    if number.weekday is not None or number.hour is not None:
        rows = rows.filter(reduce(or_, hours_meant(question, number), Q(pk=None)))
    return rows


def hours_meant(question, number):
    """Each of these hours among the days, in the reader's time, as the index knows moments."""
    zone = ZoneInfo(question.zone)
    for ahead in range(-1, (question.last - question.first).days + 2):
        day = question.first + ahead * DAY
        if number.weekday in (None, day.isoweekday()):
            hour = number.hour or 0
            begins = datetime.combine(day, time(hour), zone).astimezone(UTC)
            # An hour that the clocks show twice is both; one that they leave out is none.
            again = datetime.combine(day, time(hour, fold=1), zone).astimezone(UTC)
            ends = again + HOUR if number.hour is not None else datetime.combine(day + DAY, time(), zone)
            yield Q(happened_at__gte=begins, happened_at__lt=ends)


def midnight(day):
    return datetime.combine(day, time(), UTC)


def with_names(actor, facts):
    """Each with what it names: four statements, however many."""
    tickets = Ticket.objects.visible_to(actor).in_bulk({fact.ticket_id for fact in facts})
    people = User.objects.in_bulk({fact.person_id for fact in facts if fact.person_id})
    categories = Category.objects.in_bulk({fact.category_id for fact in facts})
    teams = Team.objects.in_bulk({fact.team_id for fact in facts if fact.team_id})
    with_people = shops_with_people(actor)
    for fact in facts:
        fact.request = tickets.get(fact.ticket_id)
        shown = fact.shop_id in with_people or (actor.user is not None and fact.person_id == actor.user.pk)
        fact.who = people.get(fact.person_id) if shown else None
        fact.category, fact.team = categories.get(fact.category_id), teams.get(fact.team_id)
    return facts
