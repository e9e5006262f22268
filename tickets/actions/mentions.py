"""Who is called in a note: people as @username, teams as @code, as far as they may see the ticket."""

import re

from django.db.models import Q

from staff.models import Team, User
from tickets.actions.telling import tell

# A name ends before Chinese text, and before the full stop that ends a sentence.
MENTION = re.compile(r"(?<![A-Za-z0-9_.@-])@([A-Za-z0-9](?:[A-Za-z0-9_.-]{0,58}[A-Za-z0-9])?)(?![A-Za-z0-9])")
MOST = 50  # names in one note; more is a list, not a call


def tell_mentioned(ticket, message, *, by):
    """A notice for each person called, once, however often; not for the writer."""
    tell(ticket, mentioned(message.body, ticket.shop_id), "mention", key=mention_key(message), by=by)


def mentioned(text, shop_id):
    """The people called in a text who see this shop's tickets."""
    names = names_in(text)
    if not names:
        return User.objects.none()
    called = Q()
    for name in names:
        called |= Q(username__iexact=name)
    teams = Team.objects.filter(code__in=names, shops=shop_id, shops__is_active=True)
    seeing = User.objects.filter(is_active=True, teams__shops=shop_id, teams__shops__is_active=True)
    return seeing.filter(called | Q(teams__in=teams)).distinct()


def names_in(text):
    """The first names called, in small letters and each once."""
    return list(dict.fromkeys(name.lower() for name in MENTION.findall(text)))[:MOST]


def mention_key(message):
    return f"mention-{message.uid}"
