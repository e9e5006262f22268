"""What a level of an SLA policy does, and to whom: each action is one short text.

    notify:WHOM               a notice in the inbox, and a mail where the person wants one
    add_watcher:WHOM          they follow the request from now on, and are told
    reassign_to:WHOM          to one of them in turn, by the request's number
    reassign_least_loaded:WHOM  to who is on shift and has fewest open requests
    start_step:CODE           a wait that the procedure stands at is over, where that leads to this step
    raise_priority, show_amber, mark_breached, webhook:sla.breach

WHOM is `assignee`, `team_lead`, a role, `person/USERNAME`, `team/CODE` or, to notify, `email/ADDRESS`.
"""

from functools import cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST = 200
ROLES = ("agent", "warehouse", "inspector", "finance", "supervisor", "manager", "quality", "admin")
PLAIN = ("show_amber", "mark_breached", "raise_priority", "webhook:sla.breach")
STEP = "start_step"
HANDING_OVER = ("reassign_to", "reassign_least_loaded")
TELLING = ("notify", "add_watcher")
# What is said in one word means the same as what is said in two.
SHORT = {
    "notify_assignee": "notify:assignee",
    "notify_team_lead": "notify:team_lead",
    "notify_supervisor": "notify:supervisor",
    "notify_manager": "notify:manager",
    "notify_director": "notify:manager",
}


class Action(NamedTuple):
    """`kind` is how `name` is to be understood: assignee, team_lead, role, person, team, email, step, or "" """

    verb: str
    kind: str = ""
    name: str = ""


@cache
def action_of(text):
    """The action that a text means, or None: there is no such action."""
    text = SHORT.get(text, text)
    if text in PLAIN:
        return Action(text)
    verb, colon, whom = text.partition(":")
    if not colon or not whom:
        return None
    if verb == STEP:
        return Action(verb, "step", whom)
    kind, name = whom_of(whom)
    may = verb in TELLING or (verb in HANDING_OVER and kind in ("role", "person", "team"))
    return Action(verb, kind, name) if may and kind and (kind != "email" or verb == "notify") else None


def whom_of(text):
    """(kind, name) of who is meant; ("", "") where nobody is."""
    if text in ("assignee", "team_lead"):
        return text, text
    if text in ROLES:
        return "role", text
    kind, slash, name = text.partition("/")
    return (kind, name) if slash and name and kind in ("person", "team", "email") else ("", "")


def read_actions(part):
    """The actions of a level as they stand, each once; a text that means nothing is refused."""
    found = []
    for item in part.items(at_least=1):
        text = item.text(LONGEST)
        action = action_of(text)
        if action is None:
            item.refuse(_no_action() % {"value": text[:80], "roles": ", ".join(ROLES)})
        if action.kind == "email":
            _check_address(item, action.name)
        if text in found:
            item.refuse(_("“%(value)s” stands here twice.") % {"value": text[:80]})
        found.append(text)
    return tuple(found)


def _no_action():
    return _(
        "“%(value)s” is no action. Write notify:…, add_watcher:…, reassign_to:… or reassign_least_loaded:… with "
        "assignee, team_lead, person/…, team/…, email/… or a role (%(roles)s); start_step:…; or raise_priority, "
        "show_amber, mark_breached, webhook:sla.breach."
    )


def _check_address(item, address):
    try:
        validate_email(address)
    except ValidationError:
        item.refuse(_("“%(value)s” is no e-mail address.") % {"value": address[:80]})
