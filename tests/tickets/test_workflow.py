"""The table, whole: every verb in every state, and nothing else moves a ticket."""

import re

import pytest
from django.utils.translation import override

from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from returns.workflow import WORKFLOWS
from tests.factories import ticket_body
from tickets.actions.intake import open_ticket
from tickets.models import MERGED, Run, Stage, Status, Ticket
from tickets.serializers import read_ticket
from tickets.workflow import TICKET_WORKFLOW

pytestmark = pytest.mark.django_db

STATES = [stage for stage in Stage if stage != Stage.DONE] + [
    Status.RESOLVED,
    Status.CLOSED,
    Status.REJECTED,
    Status.CANCELLED,
    Status.EXPIRED,
    MERGED,
]
DESK = Actor.system("desk")


def put_into(ticket, state):
    """The only place that sets a state by hand: to test the table in every one of them."""
    ticket.state = state
    if state == MERGED:
        ticket.merged_into = another(ticket)
    ticket.resolved_at = now() if ticket.stage == Stage.DONE else None
    ticket.save()
    Run.objects.filter(ticket=ticket).delete()  # no step stands in the way of a pure test of the table
    return Ticket.objects.get(pk=ticket.pk)


def another(ticket):
    body = read_ticket(ticket_body(lines=[]))
    return Ticket.objects.exclude(pk=ticket.pk).first() or open_ticket(ticket.shop, body, by=DESK)[0]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", TICKET_WORKFLOW.transitions)
def test_only_the_table_moves_a_ticket(verb, state, ticket, ada):
    ticket = put_into(ticket, state)
    ticket.assignee = ada  # some verbs are the assignee's
    transition = TICKET_WORKFLOW.transitions[verb]
    actor = next(a for a in (Actor.staff(ada), DESK) if transition.allowed(a, ticket))
    ends = transition.target in (
        *(Status.RESOLVED, Status.REJECTED, Status.CANCELLED, Status.EXPIRED),
        MERGED,
    )
    begins = state in STATES[4:] and transition.target == Stage.COMMUNICATE
    changes = {"resolved_at": now()} if ends else {"resolved_at": None} if begins else {}
    if MERGED in (state, transition.target):
        changes["merged_into"] = another(ticket) if transition.target == MERGED else ticket.merged_into
    if state == MERGED and transition.target == Stage.COMMUNICATE:
        changes["merged_into"] = None
    blocked = any(reason(ticket) for reason in transition.blocked_by)
    before = Event.objects.filter(stream=ticket.stream).count()

    if state in transition.sources and not blocked:
        event = TICKET_WORKFLOW.take(verb, ticket, by=actor, **changes)
        assert Ticket.objects.get(pk=ticket.pk).state == (transition.target or state)
        assert (event.kind, event.stream) == (f"ticket.{verb}", ticket.stream)
    else:
        with pytest.raises(NotPossible):
            TICKET_WORKFLOW.take(verb, ticket, by=actor, **changes)
        assert Event.objects.filter(stream=ticket.stream).count() == before


def test_every_state_can_be_reached_and_every_open_one_left():
    transitions = TICKET_WORKFLOW.transitions.values()
    reached = {t.target for t in transitions} | {Stage.COMMUNICATE}
    left = {source for t in transitions if t.target for source in t.sources}

    assert set(STATES) <= reached
    assert set(STATES) - left == {Status.CANCELLED}


@pytest.mark.parametrize("name", ["audrey", "quinn"])
def test_those_who_only_read_move_nothing(name, ticket, stage):
    reader = Actor.staff(getattr(stage, name))

    assert TICKET_WORKFLOW.available(ticket, reader) == []
    with pytest.raises(NotAllowed):
        TICKET_WORKFLOW.take("take", ticket, by=reader)


def test_a_version_counts_every_move(ticket, amy):
    TICKET_WORKFLOW.take("take", ticket, by=Actor.staff(amy), assignee=amy)

    assert Ticket.objects.get(pk=ticket.pk).version == 2


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "“Merge into another request” is not possible: this request is cancelled."),
        ("zh-hans", "无法执行“并入另一张工单”：该工单目前的状态是“已取消”。"),
    ],
)
def test_a_refusal_names_the_verb_and_the_thing_as_people_do(language, told, ticket):
    ticket = put_into(ticket, Status.CANCELLED)

    with override(language):
        refused = TICKET_WORKFLOW.refusal(TICKET_WORKFLOW.transitions["merge"], ticket, DESK)

    assert str(refused) == told


@pytest.mark.parametrize("workflow", [TICKET_WORKFLOW, *WORKFLOWS], ids=lambda workflow: workflow.subject)
def test_every_move_of_every_table_has_words_in_both_languages(workflow):
    for code in workflow.transitions:
        with override("en"):
            english = str(workflow.verb_name(code))
        with override("zh-hans"):
            chinese = str(workflow.verb_name(code))
        assert english[0].isupper(), code
        assert not re.search("[A-Za-z]", chinese), code
