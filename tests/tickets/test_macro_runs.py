"""Replies that do several things: all of them under one cause, or none."""

import pytest

from aftersales.errors import Invalid, InvalidFields, NotAllowed, NotPossible, Stale
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.tickets.test_actions_macros import words
from tickets.actions.assignment import take_ticket
from tickets.actions.macros import save_macro
from tickets.actions.marking import follow_ticket
from tickets.macro_runs import run_macro, told
from tickets.models import Message, Ticket
from tickets.queries.page import last_seq
from tickets.queries.timeline import timeline

pytestmark = pytest.mark.django_db
SAY = ("reply", {"body": "We look into it."})


@pytest.fixture
def me(amy):
    return Actor.staff(amy)


@pytest.fixture
def doing(me):
    """`doing(("take", {}), ...)`: amy's own reply that does this."""
    return lambda *deeds: save_macro(
        None, by=me, **words(does=[{"verb": verb, "with": given} for verb, given in deeds])
    )


HOLD = ("hold", {"reason": "waits for the maker", "waiting_on": "partner"})


def kinds(ticket):
    return list(Event.objects.filter(stream=ticket.stream).order_by("seq").values_list("kind", flat=True))


def test_words_and_verbs_are_done_in_order_under_one_cause(ticket, me, leo, doing):
    macro = doing(("assign", {"to": "leo"}), HOLD, ("note", {"body": "as usual"}))

    after = run_macro(ticket, macro, by=me, say=SAY)

    assert (after.assignee, after.waiting_on) == (leo, "partner")
    assert kinds(ticket)[:6] == [
        "ticket.open", "ticket.run_macro", "ticket.reply", "ticket.assign", "ticket.hold", "ticket.note",
    ]  # fmt: skip
    outer, *nested = Event.objects.filter(stream=ticket.stream, seq__gt=1).order_by("seq")
    assert {event.cause_id for event in nested} == {outer.pk}
    assert outer.cause_id is None


def test_history_tells_it_as_one_deed(ticket, me, doing):
    run_macro(ticket, doing(HOLD), by=me, say=SAY)

    entries, _older = timeline(ticket, me, reads_messages=True, undoable_since=ticket.created_at)

    told_of = next(entry for entry in entries if "event" in entry)
    assert told_of["sentence"] == "Ran “Greeting”"
    assert told_of["followed"][:2] == ["Replied to the customer", "Put on hold: waits for the maker"]


def test_those_who_follow_are_told_of_it_once(ticket, me, leo, doing):
    follow_ticket(ticket, by=Actor.staff(leo))

    run_macro(ticket, doing(HOLD), by=me, say=SAY)

    notice = leo.notifications.get()
    assert (notice.kind, notice.data["what_en"]) == ("followed", "Ran “Greeting”")


def test_one_refusal_and_nothing_is_done(ticket, me, doing):
    with pytest.raises(NotPossible, match=r"“Close”: .* Nothing of this was done"):
        run_macro(ticket, doing(("take", {}), ("close", {})), by=me, say=SAY)

    assert kinds(ticket) == ["ticket.open"]
    assert not Message.objects.filter(author_kind="staff").exists()
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_a_verb_that_its_form_refuses_undoes_all(ticket, me, doing):
    with pytest.raises(InvalidFields, match="“Assign”: Nobody of this shop is called bob"):
        run_macro(ticket, doing(("assign", {"to": "bob"})), by=me, say=SAY)

    assert kinds(ticket) == ["ticket.open"]


def test_ones_own_role_is_asked_for_each_verb(ticket, me, wen, doing):
    with pytest.raises(NotAllowed):
        run_macro(ticket, doing(("escalate", {"reason": "x"})), by=Actor.staff(wen))


def test_an_empty_message_is_refused_as_such(ticket, me, doing):
    with pytest.raises((Invalid, InvalidFields)) as refused:
        run_macro(ticket, doing(HOLD), by=me, say=("reply", {"body": ""}))
    assert "Nothing of this" not in str(refused.value)


def test_what_another_did_meanwhile_stops_it_once(ticket, me, leo, doing):
    ticket.seen_seq = last_seq(ticket)
    take_ticket(ticket, by=Actor.staff(leo))

    with pytest.raises(Stale, match="Leo took the request"):
        run_macro(ticket, doing(HOLD), by=me, say=SAY)
    ticket.seen_seq = last_seq(ticket)
    assert run_macro(ticket, doing(HOLD), by=me, say=SAY).waiting_on == "partner"


def test_what_it_does_is_told_in_words(doing):
    assert told(doing(("assign", {"to": "leo"}), ("take", {}))) == ["Assign: leo", "Take"]
    assert told(None) == []
