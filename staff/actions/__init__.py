"""Everything that changes who may act. If it is not here, it does not happen."""

from staff.actions.keys import issue_key, revoke_key
from staff.actions.notices import mark_read, notify
from staff.actions.people import add_member, create_shop, create_team, create_user

__all__ = [
    "add_member",
    "create_shop",
    "create_team",
    "create_user",
    "issue_key",
    "mark_read",
    "notify",
    "revoke_key",
]
