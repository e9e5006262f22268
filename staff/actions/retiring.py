"""Take shops, teams and people out of the desk for good; what they did stays told."""

from django.db import transaction

from aftersales.events.log import record_event
from staff.actions.keys import revoke_key
from staff.models import ApiKey


@transaction.atomic
def retire_shop(shop, *, by):
    """Close a shop: nobody sees its requests any more, its keys end, its code is free again."""
    for key in ApiKey.objects.filter(shop=shop, revoked_at=None):
        revoke_key(key, by=by)
    record_event(shop, "shop.close", by=by, data={"name": shop.code})
    shop.code, shop.is_active = freed(shop.code, shop.pk), False
    shop.save(update_fields=["code", "is_active"])


@transaction.atomic
def retire_team(team):
    """Dissolve a team: it serves no shop and has no people; requests still name it."""
    team.code = freed(team.code, team.pk)
    team.save(update_fields=["code"])
    team.shops.clear()
    team.memberships.all().delete()


@transaction.atomic
def retire_user(user, *, by):
    """A person who will not log in again; their keys end, their user name is free again."""
    for key in ApiKey.objects.filter(user=user, revoked_at=None):
        revoke_key(key, by=by)
    record_event(user, "user.retire", by=by, data={"username": user.username})
    user.username, user.is_active = freed(user.username, user.pk), False
    user.set_unusable_password()
    user.save(update_fields=["username", "is_active", "password"])
    user.memberships.all().delete()


def freed(code, pk):
    """A name that nobody would choose, so that somebody else may have the old one."""
    return f"{code[:25]}-closed-{pk}"
