"""What the installation as a whole has settled: its content, and its set-up by whoever may print a token."""

import secrets
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.log import record_event
from staff.actions.accounts import check_username
from staff.actions.keys import issue_key
from staff.actions.people import add_member, create_shop, create_team, create_user
from staff.actions.shops import check_code
from staff.keys import digest
from staff.models import ApiKey, Role, Setting, Shop, User
from staff.queries import is_set_up

SETUP = Actor.system("setup")
TOKEN_LIFE = timedelta(hours=1)
STAGES = ("communicate", "receive", "inspect", "resolve")


class SetUp(NamedTuple):
    """What set-up made; the token of the key is shown once."""

    shop: Shop
    admin: User
    key: ApiKey
    token: str


def lock_setting():
    """The one row, locked until the transaction ends, so that two who settle something do it in turn."""
    Setting.objects.get_or_create(pk=1)
    return Setting.objects.select_for_update().get(pk=1)


def remember_pack(setting, digest):
    """This content pack is loaded."""
    setting.loaded_pack = digest
    setting.save(update_fields=["loaded_pack"])


@transaction.atomic
def new_setup_token():
    """A token that opens the set-up page once, within the hour; the one before ends."""
    setting = lock_setting()
    refuse_if_set_up()
    token = secrets.token_urlsafe(32)
    setting.setup_token_digest, setting.setup_token_expires_at = digest(token), now() + TOKEN_LIFE
    setting.save(update_fields=["setup_token_digest", "setup_token_expires_at"])
    return token


def opens_setup(token, setting=None):
    """Whether this is the token that was printed last, still within its hour."""
    setting = setting or Setting.objects.filter(pk=1).first()
    if not token or setting is None or not setting.setup_token_digest:
        return False
    same = constant_time_compare(setting.setup_token_digest, digest(token))
    return same and setting.setup_token_expires_at > now()


@transaction.atomic
def set_up_desk(token, *, shop, team, admin):
    """The first real shop, a team that serves it, its administrator and its API key. Once."""
    setting = lock_setting()
    refuse_if_set_up()
    if not opens_setup(token, setting):
        raise NotAllowed(
            _("This set-up link is used up or too old. Run “manage.py setup_token” for a new one.")
        )
    check_code(shop["code"])
    check_username(admin["username"])
    setting.is_set_up, setting.setup_token_digest = True, ""
    setting.save(update_fields=["is_set_up", "setup_token_digest"])
    new_shop = create_shop(by=SETUP, **shop)
    new_team = create_team(by=SETUP, code=f"{new_shop.code}-team", shops=[new_shop], stages=STAGES, **team)
    person = create_user(by=SETUP, role=Role.ADMIN, **admin)
    add_member(new_team, person, is_lead=True)
    key, key_token = issue_key(by=SETUP, label=new_shop.code, shop=new_shop)
    record_event(new_shop, "desk.set_up", by=SETUP, data={"admin": person.username})
    return SetUp(new_shop, person, key, key_token)


def refuse_if_set_up():
    if is_set_up():
        raise NotPossible(_("This desk is set up already. Further shops are opened in its settings."))
