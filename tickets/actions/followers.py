"""Those who follow a request: told in their inbox of what others do to it."""

from aftersales.events.telling import sentence
from staff.models import User
from tickets.actions.telling import has_heard, tell

# Between two people of the desk, of no news to a third.
SILENT = {"ticket.follow", "ticket.unfollow", "ticket.tag", "ticket.untag", "ticket.take"}


def tell_followers(ticket, event, *, by, told=()):
    """One notice for each follower but who did it; nothing is asked of the database where nobody follows.

    What the desk does because of something else is not told again, nor what those in `told` know already.
    """
    if not ticket.followers or event is None or event.cause_id or event.kind in SILENT:
        return
    others = set(ticket.followers) - set(told) - has_heard(ticket)
    followers = User.objects.filter(pk__in=others, is_active=True)
    what = {f"what_{one}": sentence(event, one) for one in ("en", "zh")}
    tell(ticket, followers, "followed", key=f"followed-{event.pk}", by=by, data=what)
