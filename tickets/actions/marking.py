"""What people put on a request to find it again: tags for everybody, following for oneself."""

from django.utils.translation import gettext as _

from aftersales.errors import NotPossible
from aftersales.events.telling import doer
from tickets.actions.acting import ticket_action
from tickets.workflow import TICKET_WORKFLOW

MOST_TAGS = 20


@ticket_action("tag")
def tag_ticket(ticket, *, by, tag):
    """Put a word on it."""
    if refused := no_tag_fits(ticket, by, tag):
        raise refused
    return TICKET_WORKFLOW.take("tag", ticket, by=by, tags=[*ticket.tags, tag], data={"tag": tag})


@ticket_action("untag")
def untag_ticket(ticket, *, by, tag):
    """Take the word off again."""
    if refused := no_tag_there(ticket, by, tag):
        raise refused
    tags = [each for each in ticket.tags if each != tag]
    return TICKET_WORKFLOW.take("untag", ticket, by=by, tags=tags, data={"tag": tag})


@ticket_action("follow")
def follow_ticket(ticket, *, by):
    """Hear in the inbox of what others do to it."""
    if refused := follows_already(ticket, by):
        raise refused
    followers = [*ticket.followers, by.id]
    return TICKET_WORKFLOW.take("follow", ticket, by=by, followers=followers, data=doer(by))


@ticket_action("unfollow")
def unfollow_ticket(ticket, *, by):
    """Hear no more of it."""
    if refused := follows_not(ticket, by):
        raise refused
    followers = [pk for pk in ticket.followers if pk != by.id]
    return TICKET_WORKFLOW.take("unfollow", ticket, by=by, followers=followers, data=doer(by))


def no_tag_fits(ticket, actor, tag):
    if tag in ticket.tags:
        return NotPossible(_("This request has the tag “%(tag)s” already.") % {"tag": tag})
    if len(ticket.tags) >= MOST_TAGS:
        return NotPossible(_("A request has at most %(max)s tags.") % {"max": MOST_TAGS})
    return None


def no_tag_there(ticket, actor, tag):
    there = tag in ticket.tags
    return None if there else NotPossible(_("This request has no tag “%(tag)s”.") % {"tag": tag})


def follows_already(ticket, actor):
    follows = actor.is_person and actor.id in ticket.followers
    return NotPossible(_("You follow this request already.")) if follows else None


def follows_not(ticket, actor):
    follows = actor.is_person and actor.id in ticket.followers
    return None if follows else NotPossible(_("You do not follow this request."))
