"""Everything that changes who may act. If it is not here, it does not happen."""

from staff.actions.accounts import (
    add_person,
    change_account,
    change_person,
    choose_password,
    deactivate_person,
    reactivate_person,
    reset_password,
)
from staff.actions.digests import choose_digest
from staff.actions.keys import issue_key, revoke_key, rotate_key
from staff.actions.notices import mark_read, notify, take_back_notices
from staff.actions.people import add_member, create_shop, create_team, create_user
from staff.actions.shifts import set_shift
from staff.actions.shops import change_shop, open_shop
from staff.actions.signing_in import forget_tries, take_try
from staff.actions.teams import change_team, form_team

__all__ = [
    "add_member",
    "add_person",
    "change_account",
    "change_person",
    "change_shop",
    "change_team",
    "choose_digest",
    "choose_password",
    "create_shop",
    "create_team",
    "create_user",
    "deactivate_person",
    "forget_tries",
    "form_team",
    "issue_key",
    "mark_read",
    "notify",
    "open_shop",
    "reactivate_person",
    "reset_password",
    "revoke_key",
    "rotate_key",
    "set_shift",
    "take_back_notices",
    "take_try",
]
