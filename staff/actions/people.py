"""Set up people, teams and shops."""

from django.db import transaction

from aftersales.events.log import record_event
from staff.models import Membership, Shop, Team, User


@transaction.atomic
def create_shop(*, by, code, name_zh, name_en, currency, country, **fields):
    """Open a shop on this desk."""
    shop = Shop.objects.create(
        code=code, name_zh=name_zh, name_en=name_en, currency=currency, country=country, **fields
    )
    record_event(shop, "shop.create", by=by, data={"name": code})
    return shop


@transaction.atomic
def create_team(*, by, code, name_zh, name_en, shops, stages=()):
    """A team that serves these shops."""
    team = Team.objects.create(code=code, name_zh=name_zh, name_en=name_en, stages=list(stages))
    team.shops.set(shops)
    return team


@transaction.atomic
def create_user(*, by, username, name_en, role, password=None, **fields):
    """A person who can log in, when a password is given."""
    user = User(username=username, name_en=name_en, role=role, **fields)
    user.set_password(password)
    user.save()
    record_event(user, "user.create", by=by, data={"username": username, "role": role})
    return user


def add_member(team, user, *, is_lead=False):
    """Put a person into a team; twice is once."""
    return Membership.objects.update_or_create(team=team, user=user, defaults={"is_lead": is_lead})[0]


@transaction.atomic
def set_password(user, password, *, by):
    """Give a person a new password."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record_event(user, "user.change", by=by, data={"username": user.username})
