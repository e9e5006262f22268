"""Say when a person works, and until when they are away."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid
from aftersales.events.log import record_event
from staff.actions.guarding import require
from staff.models import Shift, User
from staff.policies import may_plan, served_shop_ids
from staff.shifts import calendars_of

LONGEST_AWAY = timedelta(days=366)


@transaction.atomic
def set_shift(person, *, by, calendar="", away_until=None):
    """The hours of a calendar ("": nobody says), but for the time until `away_until`; twice is once."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    require(may_plan(by, person))
    if calendar and calendar not in calendars_of(sorted(served_shop_ids(person))):
        raise Invalid(_("There is no calendar “%(code)s”.") % {"code": calendar[:60]}, field="calendar")
    if away_until is not None and away_until <= now():
        away_until = None
    if away_until is not None and away_until > now() + LONGEST_AWAY:
        raise Invalid(_("Nobody can be away for more than a year ahead."), field="away_until")
    standing = Shift.objects.filter(user=person).first()
    before = (standing.calendar, standing.away_until) if standing else ("", None)
    if before == (calendar, away_until):
        return standing
    data = {"calendar": calendar, "away_until": away_until and away_until.isoformat()}
    record_event(person, "user.plan", by=by, data={"username": person.username, **data})
    if not calendar and away_until is None:
        standing.delete()
        return None
    return Shift.objects.update_or_create(
        user=person, defaults={"calendar": calendar, "away_until": away_until}
    )[0]
