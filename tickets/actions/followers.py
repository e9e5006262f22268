"""Those who follow a request: told in their inbox of what others do to it."""

from aftersales.events.telling import doer, sentence
from staff.actions import notify
from staff.models import User

# Between two people of the desk, of no news to a third.
SILENT = {"ticket.follow", "ticket.unfollow", "ticket.tag", "ticket.untag", "ticket.take"}


def tell_followers(ticket, event, *, by, told=()):
    """One notice for each follower but who did it; nothing is asked of the database where nobody follows.

    What the desk does because of something else is not told again, nor what those in `told` know already.
    """
    if not ticket.followers or event is None or event.cause_id or event.kind in SILENT:
        return
    followers = User.objects.filter(pk__in=set(ticket.followers) - set(told), is_active=True)
    if by.is_person:
        followers = followers.exclude(pk=by.id)
    notify(
        followers,
        "followed",
        key=f"followed-{event.pk}",
        shop_id=ticket.shop_id,
        ticket_number=ticket.number,
        data={**doer(by, "by"), "what_en": sentence(event, "en"), "what_zh": sentence(event, "zh")},
    )
