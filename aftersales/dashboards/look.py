"""What somebody asks of the wall, and the links from its numbers to the requests behind them."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from aftersales.dashboards.policies import sees_people
from staff.models import Membership, Shop, Team, User
from tickets.models import Cut, Ticket
from tickets.queries.due_hours import HOUR, hour_code, hour_name, hours_ahead
from tickets.queries.waiting import waiting

WINDOWS = (4, 8, 12)  # hours that the heat table may show
USUAL_WINDOW = 8
SHOWN = "all"  # the view of the queue that the numbers lead to: every open request


class By(TextChoices):
    """What the table of coming breaches has its rows by."""

    TEAM = "team", _("Team")
    STAGE = "stage", _("Stage")
    PERSON = "person", _("Person")
    WAITING_ON = "waiting_on", _("Waiting on")


@dataclass(frozen=True)
class Look:
    """Somebody's open requests, narrowed; all the wall's numbers are of this moment."""

    actor: object
    at: object
    shops: tuple = ()  # to choose from, as are the teams
    teams: tuple = ()
    shop: object = None
    team: object = None
    hours: int = USUAL_WINDOW
    by: str = By.TEAM

    @property
    def tickets(self):
        tickets = Ticket.objects.visible_to(self.actor).open()
        if self.shop:
            tickets = tickets.filter(shop=self.shop)
        return tickets.filter(team=self.team) if self.team else tickets

    @property
    def shop_ids(self):
        return [self.shop.pk] if self.shop else [shop.pk for shop in self.shops]

    @cached_property
    def with_people(self):
        return sees_people(self.actor, self.shop_ids)

    @cached_property
    def cells(self):
        team_id = self.team.pk if self.team else None
        return waiting(self.tickets, self.shop_ids, self.at, hours=self.hours, team_id=team_id)

    @property
    def places(self):
        return [cell for cell in self.cells if cell.cut == Cut.PLACE]

    @property
    def holders(self):
        return [cell for cell in self.cells if cell.cut == Cut.PERSON]

    @cached_property
    def columns(self):
        return hours_ahead(self.at, self.hours)

    @property
    def until(self):
        return self.columns[-1] + HOUR

    @cached_property
    def names(self):
        return Names(self)

    def params(self, **other):
        """The address's parameters, as far as they are not the usual ones."""
        found = {"by": self.by} if self.by != By.TEAM else {}
        found |= {"hours": self.hours} if self.hours != USUAL_WINDOW else {}
        found |= {"shop": self.shop.code} if self.shop else {}
        found |= {"team": self.team.code} if self.team else {}
        return found | other

    def link(self, **filters):
        """The queue with these filters and the wall's own: what a number opens."""
        own = {"shop": self.shop.code} if self.shop else {}
        own |= {"team": self.team.code} if self.team else {}
        return f"{self.queue}?{urlencode({'view': SHOWN, **own, **filters}, doseq=True)}"

    @cached_property
    def queue(self):
        """Looked up once: a wall has a hundred links."""
        return reverse("queue")

    def link_in_hour(self, place, **filters):
        return self.link(due=hour_code(self.columns[place]), **filters)

    def link_until(self, **filters):
        """Everything that is late, or due in one of the hours shown."""
        return self.link(due=f"until-{hour_code(self.until)}", **filters)

    def hour_names(self):
        return [hour_name(hour) for hour in self.columns]


class Names:
    """Teams and people of the cells: those who serve the shops, and who else still holds a request there."""

    def __init__(self, look):
        self.serving = {user.pk: user for user in people_serving(look)}
        self.teams = completed(
            {team.pk: team for team in look.teams}, Team, {cell.team_id for cell in look.cells}
        )
        self.people = completed(dict(self.serving), User, {cell.assignee_id for cell in look.cells})


def completed(known, model, wanted):
    missing = wanted - set(known) - {None}
    return known | (model.objects.in_bulk(missing) if missing else {})


def people_serving(look):
    teams = [look.team] if look.team else look.teams
    members = Membership.objects.filter(team__in=teams).values("user")
    return User.objects.filter(is_active=True, pk__in=members).order_by("username")


def look_of(actor, params, at):
    """The look of an address; what it does not know is left out."""
    shops = actor.user.places()[1] if actor.user else list(Shop.objects.filter(pk=actor.shop_id))
    teams = list(Team.objects.filter(shops__in=shops).distinct().order_by("code"))
    hours = params.get("hours", "")
    look = Look(
        actor=actor,
        at=at,
        shops=tuple(shops),
        teams=tuple(teams),
        shop=next((shop for shop in shops if shop.code == params.get("shop")), None),
        team=next((team for team in teams if team.code == params.get("team")), None),
        hours=int(hours) if hours in map(str, WINDOWS) else USUAL_WINDOW,
        by=By(params["by"]) if params.get("by") in By.values else By.TEAM,
    )
    return look if look.by != By.PERSON or look.with_people else replace(look, by=By.TEAM)
