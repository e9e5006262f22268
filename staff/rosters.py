"""Who is to be told: the leads of a team, the people of a role who serve a shop."""

from collections import defaultdict

from django.db.models import F, Q

from staff.models import Membership, User


class Roster:
    """The people of some roles, and the team leads, of these shops; read in one statement."""

    def __init__(self, shop_ids, roles):
        self._of_shop = defaultdict(dict)  # (role, shop id) -> {user id: user}
        self._of_team = defaultdict(dict)  # (role, team id) -> {user id: user}
        self._leads = defaultdict(dict)
        memberships = (
            Membership.objects.filter(team__shops__in=shop_ids, user__is_active=True)
            .filter(Q(is_lead=True) | Q(user__role__in=roles))
            .annotate(serves=F("team__shops"))
            .select_related("user")
            .order_by("user_id")
        )
        for member in memberships:
            user = member.user
            self._of_shop[user.role, member.serves][user.pk] = user
            self._of_team[user.role, member.team_id][user.pk] = user
            if member.is_lead:
                self._leads[member.team_id][user.pk] = user

    def ids(self):
        """Of everybody in it."""
        return {pk for found in (self._of_shop, self._leads) for people in found.values() for pk in people}

    def leads(self, team_id):
        return list(self._leads[team_id].values())

    def of_role(self, role, *, team_id, shop_id):
        """The team's own people of that role, or else all of the shop's."""
        return list((self._of_team[role, team_id] or self._of_shop[role, shop_id]).values())


def people(user_ids):
    """{id: user} of those who still work here."""
    return User.objects.filter(is_active=True).in_bulk(user_ids)
