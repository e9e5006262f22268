"""Which team a new request goes to."""

import time

from staff.models import Team

FRESH_SECONDS = 1.0
_remembered = {}


def team_for(shop):
    """The first team of the shop that works the communicate stage; None when nobody does."""
    until, team = _remembered.get(shop.pk, (0.0, None))
    if until < time.monotonic():
        team = Team.objects.filter(shops=shop, stages__contains=["communicate"]).order_by("pk").first()
        _remembered[shop.pk] = (time.monotonic() + FRESH_SECONDS, team)
    return team


def forget():
    _remembered.clear()
