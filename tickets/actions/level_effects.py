"""What the actions of levels do: tell people, hand requests over, raise priorities, end waits; for a whole batch."""

import logging

from django.db import connection, transaction

from tickets.actions.level_notices import tell_or_hold
from tickets.actions.step_starting import start_step
from tickets.content.level_actions import HANDING_OVER, STEP, TELLING, action_of
from tickets.models import Priority, Ticket
from tickets.queries.addressees import Addressees

log = logging.getLogger(__name__)
PRIORITIES = list(Priority)

WRITE_TICKETS = """
UPDATE tickets_ticket AS ticket
   SET priority = new.priority, assignee_id = new.assignee_id, followers = new.followers::bigint[],
       version = ticket.version + 1, updated_at = %s
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[]) AS new (id, priority, assignee_id, followers)
 WHERE ticket.id = new.id
"""


def act(passed, moment):
    """All that these levels do to their requests and whom they tell, together in few statements.

    If that fails, clock by clock: what cannot be done is logged and left. It undoes no breach, for that the
    level was passed is so all the same, and it is for a clock alone, not for all that came with it.
    """
    if not passed:
        return
    try:
        _act_as_one(passed, moment)
    except Exception:
        if connection.needs_rollback:
            raise  # not even the savepoint could be gone back to
        log.exception("what %s levels do failed; now clock by clock", len(passed))
        for pk in dict.fromkeys(one.clock.pk for one in passed):
            try:
                _act_as_one([one for one in passed if one.clock.pk == pk], moment)
            except Exception:
                log.exception("what the levels of clock %s do cannot be done", pk)


def _act_as_one(passed, moment):
    """All of it or nothing, in the database and in what each `Passed` and its request know."""
    before = {one.ticket.pk: vars(one.ticket).copy() for one in passed}
    try:
        with transaction.atomic():
            _act(passed, moment)
    except Exception:
        for one in passed:
            vars(one.ticket).update(before[one.ticket.pk])
            one.forget()
        raise


def _act(passed, moment):
    """Each `Passed` learns what was done."""
    tickets = {one.ticket.pk: one.ticket for one in passed}
    before = {pk: written(ticket) for pk, ticket in tickets.items()}
    actions = {action_of(text) for one in passed for text in one.level.actions}
    whom = Addressees(tickets.values(), actions)
    for one in passed:
        for text in one.level.actions:
            _do(action_of(text), one, whom, moment)
    _write_tickets([ticket for pk, ticket in tickets.items() if before[pk] != written(ticket)], moment)
    tell_or_hold(passed, moment)


def written(ticket):
    return ticket.priority, ticket.assignee_id, tuple(ticket.followers)


def _do(action, one, whom, moment):
    if action.verb == "raise_priority":
        _raise_priority(one)
    elif action.kind == "email":
        one.told[action.name] = action.name
    elif action.verb in (*TELLING, *HANDING_OVER):
        chosen = whom.of(action, one.ticket)
        one.told.update((user.pk, user) for user in chosen)
        if action.verb == "add_watcher":
            _add_followers(one, chosen)
        elif action.verb in HANDING_OVER:
            _hand_over(action, one, chosen, whom, moment)


def _raise_priority(one):
    raised = PRIORITIES[min(PRIORITIES.index(one.ticket.priority) + 1, len(PRIORITIES) - 1)]
    if raised != one.ticket.priority:
        one.ticket.priority = one.effects["priority"] = str(raised)


def _add_followers(one, users):
    new = [user for user in users if user.pk not in one.ticket.followers]
    if new:
        one.ticket.followers = [*one.ticket.followers, *(user.pk for user in new)]
        one.effects["followers"] = [*one.effects.get("followers", ()), *(user.username for user in new)]


def _hand_over(action, one, chosen, whom, moment):
    """To one of the chosen, unless one of them has it already: in turn by the request's number, or who has least."""
    if not chosen or one.ticket.assignee_id in {user.pk for user in chosen}:
        return
    if action.verb == "reassign_least_loaded":
        user = whom.least_loaded(chosen, moment)
    else:
        user = chosen[one.ticket.pk % len(chosen)]
    one.ticket.assignee_id = user.pk
    one.effects |= {"assignee": user.username, "person_id": user.pk}
    whom.assignees[user.pk] = user


def _write_tickets(tickets, moment):
    if not tickets:
        return
    ids = [ticket.pk for ticket in tickets]
    columns = [
        [ticket.priority for ticket in tickets],
        [ticket.assignee_id for ticket in tickets],
        ["{" + ",".join(map(str, ticket.followers)) + "}" for ticket in tickets],
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_TICKETS, [moment, ids, *columns])


def start_steps(one, *, by):
    """Each in an action of its own, after the clocks are written: what follows from a step changes clocks, too.

    One that fails leaves the wait as it is.
    """
    for action in map(action_of, one.level.actions):
        if action.verb != STEP:
            continue
        try:
            start_step(Ticket(pk=one.ticket.pk), by=by, step=action.name)
        except Exception:
            if connection.needs_rollback:
                raise
            log.exception("the step %s of request %s cannot be started", action.name, one.ticket.number)
