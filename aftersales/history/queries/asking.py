"""What somebody asks of the history: which days, whose requests. Read from an address, and checked."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import BadRequest, InvalidFields
from aftersales.web.times import day_text
from staff.models import Shop, Team
from tickets.models import Category

SPANS = (7, 28, 90)  # days, today among them
USUAL = 28
LONGEST = 1100  # three years
NAMES = ("days", "from", "to", "shop", "team", "category")


@dataclass(frozen=True)
class Question:
    """The days, each the shop's own, and the requests of these shops, this team, this category, as they were then."""

    actor: object
    shops: tuple  # all that may be seen
    teams: tuple
    zone: str
    first: date
    last: date
    shop: object = None
    team: object = None
    category: object = None
    days: int = 0  # one of SPANS, or 0 where the two days were named

    @cached_property
    def shops_asked(self):
        return [self.shop] if self.shop else list(self.shops)

    @cached_property
    def shop_ids(self):
        return [shop.pk for shop in self.shops_asked]

    @cached_property
    def category_ids(self):
        """The category, or all of a group; nothing where it does not matter."""
        if self.category is None:
            return []
        of_group = Category.objects.filter(parent=self.category).values_list("pk", flat=True)
        return [self.category.pk, *of_group]

    @property
    def period(self):
        return _("%(first)s to %(last)s") % {"first": day_text(self.first), "last": day_text(self.last)}

    def parameters(self, **more):
        """What an address needs to ask the same again."""
        kept = {"days": self.days} if self.days else {"from": self.first, "to": self.last}
        for name in ("shop", "team", "category"):
            if getattr(self, name):
                kept[name] = getattr(self, name).code
        return {**kept, **more}


class Reading:
    """Reads a question; what it does not know is left out, and kept in `errors` for who wants to be told."""

    def __init__(self, params):
        self.params, self.errors = params, []

    def wrong(self, name, sentence):
        self.errors.append({"pointer": f"?{name}", "detail": sentence, "code": "invalid"})

    def number_of_days(self):
        text = self.params.get("days", "")
        if text and text not in map(str, SPANS):
            self.wrong("days", _("days is one of: %(known)s.") % {"known": ", ".join(map(str, SPANS))})
            return USUAL
        return int(text or USUAL)

    def day(self, name):
        text = self.params.get(name, "")
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or not 2000 <= found.year < 2200:
            self.wrong(name, _("%(name)s is a day, as in 2026-11-30.") % {"name": name})
            return None
        return found

    def one_of(self, name, things):
        code = self.params.get(name, "")
        found = next((thing for thing in things if thing.code == code), None)
        if code and found is None:
            self.wrong(name, _("There is no %(name)s “%(code)s”.") % {"name": name, "code": code[:60]})
        return found

    def category(self):
        code = self.params.get("category", "")
        return self.one_of("category", Category.objects.filter(code=code[:60])) if code else None

    def span(self, today):
        """(first, last, one of SPANS or 0)"""
        first, last = self.day("from"), self.day("to")
        if first is None and last is None:
            days = self.number_of_days()
            return today - timedelta(days=days - 1), today, days
        last = last or today
        first = first or last - timedelta(days=USUAL - 1)
        if first > last:
            self.wrong("from", _("The first day comes after the last."))
            first, last = last, first
        if (last - first).days >= LONGEST:
            self.wrong("from", _("At most %(days)s days are told at once.") % {"days": LONGEST})
            first = last - timedelta(days=LONGEST - 1)
        return first, last, 0


def asked(actor, params, zone, *, strict=False, known=()):
    """The question that an address asks; a `strict` one is refused for whatever is wrong, by a sentence for each."""
    reading = Reading(params)
    if strict and (unknown := set(params) - {*NAMES, *known}):
        raise BadRequest(_("Unknown filter “%(name)s”.") % {"name": min(unknown)[:60]}, code="unknown_filter")
    shops, teams = places_of(actor)
    first, last, days = reading.span(now().astimezone(ZoneInfo(zone)).date())
    question = Question(
        actor=actor,
        shops=tuple(shops),
        teams=tuple(teams),
        zone=zone,
        first=first,
        last=last,
        days=days,
        shop=reading.one_of("shop", shops),
        team=reading.one_of("team", teams),
        category=reading.category(),
    )
    if strict and reading.errors:
        raise InvalidFields(reading.errors)
    return question


def places_of(actor):
    """(shops whose numbers may be read, teams that serve them)"""
    shops = actor.user.places()[1] if actor.user else list(Shop.objects.filter(pk=actor.shop_id))
    return shops, list(Team.objects.filter(shops__in=shops).distinct().order_by("code"))
