"""Whom the actions of a level mean on each request, and whether what they name is there at all."""

from collections import Counter, defaultdict

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from aftersales.versions.registry import InvalidContent, all_in_force
from staff.models import Membership, Role, Team, User
from staff.rosters import Roster, people
from staff.shifts import Shifts, Standing
from tickets.content.level_actions import action_of
from tickets.models import Ticket

OFF_SHIFT = (Standing.OFF, Standing.AWAY)


class Addressees:
    """Everybody whom these actions mean on these requests, read in a few statements for a whole batch.

    Nobody is meant on a request that they do not see: a person or a team has to serve its shop.
    """

    def __init__(self, tickets, actions):
        self._shop_ids = {ticket.shop_id for ticket in tickets}
        roles = {action.name for action in actions if action.kind == "role"}
        self._roster = Roster(self._shop_ids, {Role.SUPERVISOR, *roles})
        self.assignees = people({ticket.assignee_id for ticket in tickets if ticket.assignee_id})
        named = {kind: {a.name for a in actions if a.kind == kind} for kind in ("person", "team")}
        self._named = self._read_named(**named) if any(named.values()) else {}
        self._loads = self._shifts = None

    def _read_named(self, person, team):
        found = defaultdict(dict)
        members = (
            Membership.objects.filter(team__shops__in=self._shop_ids, user__is_active=True)
            .filter(Q(user__username__in=person) | Q(team__code__in=team))
            .annotate(serves=F("team__shops"))
            .select_related("user", "team")
            .order_by("user_id")
        )
        for member in members:
            found["person", member.user.username, member.serves][member.user_id] = member.user
            found["team", member.team.code, member.serves][member.user_id] = member.user
        return found

    def of(self, action, ticket):
        """The people, in the order of their ids; an assignee that nobody is, is the team's lead."""
        if action.kind == "assignee" and ticket.assignee_id in self.assignees:
            return [self.assignees[ticket.assignee_id]]
        if action.kind in ("assignee", "team_lead"):
            return self._roster.leads(ticket.team_id) or self._of_role(Role.SUPERVISOR, ticket)
        if action.kind == "role":
            return self._of_role(action.name, ticket)
        return list(self._named.get((action.kind, action.name, ticket.shop_id), {}).values())

    def _of_role(self, role, ticket):
        return self._roster.of_role(role, team_id=ticket.team_id, shop_id=ticket.shop_id)

    def least_loaded(self, users, moment):
        """Of these who is on shift (of all, where nobody is) the one with fewest open requests, counting those
        that this batch gave out."""
        if self._loads is None:
            self._read_loads()
        there = [user for user in users if self._shifts.standing(user.pk, moment) not in OFF_SHIFT]
        user = min(there or users, key=lambda user: (self._loads[user.pk], user.pk))
        self._loads[user.pk] += 1
        return user

    def _read_loads(self):
        """Of all who may be meant, so that it is asked once in a batch."""
        ids = {pk for named in self._named.values() for pk in named} | self._roster.ids()
        held = Ticket.objects.open().filter(assignee__in=ids).values_list("assignee")
        self._loads = Counter(dict(held.annotate(held=Count("pk")).order_by()))
        self._shifts = Shifts(self._shop_ids, ids)


# -- before a policy is published ------------------------------------------------


def check_levels(version, content):
    """A person, a team and a step that a level names have to be there: nobody else would hear of it."""
    for number, level in enumerate(content.levels):
        for place, text in enumerate(level.actions):
            action = action_of(text)
            if action.kind in KNOWN and not KNOWN[action.kind](action.name, version.shop_id):
                sentence = UNKNOWN[action.kind]() % {"name": action.name[:80]}
                raise InvalidContent(
                    f"levels › {number + 1} › actions › {place + 1}: {sentence}",
                    field=f"/levels/{number}/actions/{place}",
                    sentence=sentence,
                )


def _is_person(username, shop_id):
    there = User.objects.filter(username=username, is_active=True)
    return (there.filter(teams__shops=shop_id) if shop_id else there).exists()


def _is_team(code, shop_id):
    there = Team.objects.filter(code=code)
    return (there.filter(shops=shop_id) if shop_id else there).exists()


def _is_step(code, shop_id):
    procedures = all_in_force("sop", shop_id)
    return any(step.code == code for version in procedures for step in version.content.steps)


KNOWN = {"person": _is_person, "team": _is_team, "step": _is_step}
UNKNOWN = {
    "person": lambda: _("Nobody who works here has the user name “%(name)s”."),
    "team": lambda: _("There is no team “%(name)s” here."),
    "step": lambda: _("No procedure here has a step “%(name)s”."),
}
