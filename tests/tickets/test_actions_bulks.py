"""A verb over many requests: done once each through the guards of one by one, cancelled, taken back."""

import pytest

from aftersales import due, invariants
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import deactivate_person
from tickets.actions import bulks
from tickets.actions.bulks import cancel_bulk, start_bulk
from tickets.actions.marking import tag_ticket
from tickets.actions.moves import cancel_ticket
from tickets.foresight import bulk_verb, foresee
from tickets.models import Bulk, Ticket

pytestmark = pytest.mark.django_db
START = bulks.UNDO_SECONDS + 5


def kinds(subject):
    return list(Event.objects.filter(stream=subject.stream).order_by("seq").values_list("kind", flat=True))


def states(bulk):
    return list(bulk.rows.order_by("ticket_id").values_list("state", flat=True))


def counts(bulk):
    bulk.refresh_from_db()
    return bulk.state, bulk.waiting, bulk.done, bulk.refused, bulk.cancelled


def tags(tickets):
    return [list(Ticket.objects.get(pk=ticket.pk).tags) for ticket in tickets]


def test_it_begins_after_the_time_to_undo_and_is_done_once_each(many, ask, run, amy):
    bulk = ask(amy, "tag", tag=" VIP ")
    due.drain(due.KINDS["bulk"])
    assert tags(many) == [[]] * 5

    run()
    run()

    assert tags(many) == [["vip"]] * 5
    assert counts(bulk) == ("finished", 0, 5, 0, 0)
    assert kinds(bulk) == ["bulk.start", "bulk.finish"]
    events = Event.objects.filter(kind="ticket.tag")
    assert {event.pk for event in events} == set(bulk.rows.values_list("event", flat=True))
    assert {(event.actor_id, event.request_id) for event in events} == {(amy.pk, bulk.code)}
    assert invariants.broken() == {}


def test_who_does_not_fit_is_told_at_once_and_never_touched(many, ask, run, amy):
    tag_ticket(many[0], by=Actor.staff(amy), tag="vip")
    bulk = ask(amy, "tag", tag="vip")
    row = bulk.rows.get(ticket=many[0])

    assert (row.state, row.sentence) == ("refused", "This request has the tag “vip” already.")
    assert counts(bulk) == ("running", 4, 0, 1, 0)
    run()
    assert counts(bulk) == ("finished", 0, 4, 1, 0)


def test_what_changed_underneath_is_refused_with_its_reason_and_harms_no_other(many, ask, run, amy, leo):
    bulk = ask(amy, "hold", reason="Recall", waiting_on="partner")
    cancel_ticket(many[1], by=Actor.staff(leo))

    run()

    assert states(bulk) == ["done", "refused", "done", "done", "done"]
    assert "“Put on hold” is not possible" in bulk.rows.get(ticket=many[1]).sentence
    assert kinds(many[1])[-1] == "ticket.cancel"


@pytest.mark.parametrize("verb", ["resolve", "close"])
def test_mandatory_steps_hold_in_bulk(many, ask, leo, verb):
    with pytest.raises(NotPossible, match="None of these requests can be changed so") as refused:
        ask(leo, verb)
    assert ("First comes the step" in str(refused.value)) == (verb == "resolve")
    assert not Bulk.objects.exists()


def test_mandatory_steps_are_asked_again_when_it_is_done(many, run, leo):
    """Whatever was foreseen: what is done goes through the guards of one by one."""
    by = Actor.staff(leo)
    foreseen = foresee(bulk_verb("tag"), {"tag": "x"}, {"numbers": [each.number for each in many]}, by=by)
    foreseen.verb, foreseen.data = bulk_verb("resolve"), {}
    bulk = start_bulk(foreseen, by=by, key="k")

    run()

    assert states(bulk) == ["refused"] * 5
    assert all(
        text.startswith("First comes the step") for text in bulk.rows.values_list("sentence", flat=True)
    )
    assert Ticket.objects.open().count() == 5


def test_who_left_or_may_no_longer_see_does_nothing(many, ask, run, amy, ada):
    bulk = ask(amy, "tag", tag="vip")
    deactivate_person(amy, by=Actor.staff(ada))

    run()

    assert counts(bulk) == ("finished", 0, 0, 5, 0)
    assert tags(many) == [[]] * 5


def test_a_shops_key_asks_for_no_bulk(many, shop_key):
    actor = Actor.shop(shop_key[0])
    found = foresee(bulk_verb("tag"), {"tag": "x"}, {"numbers": [many[0].number]}, by=actor)

    with pytest.raises(NotAllowed, match="asked for by people"):
        start_bulk(found, by=actor, key="k")


def test_asking_twice_with_one_key_is_asking_once(ask, amy, leo):
    first = ask(amy, "tag", tag="vip")

    assert ask(amy, "tag", tag="vip") == first
    assert ask(leo, "tag", tag="vip") != first


def test_one_person_runs_only_so_many(ask, run, amy):
    for number in range(bulks.MOST_RUNNING):
        ask(amy, "note", body="x", key=str(number))
    with pytest.raises(NotPossible, match="are running"):
        ask(amy, "note", body="x")

    run()
    assert ask(amy, "note", body="x")


def test_cancelled_before_its_time_it_leaves_nothing(many, ask, run, amy):
    bulk = ask(amy, "tag", tag="vip")
    assert cancel_bulk(bulk, by=Actor.staff(amy)) == cancel_bulk(bulk, by=Actor.staff(amy)) == bulk
    run()

    assert tags(many) == [[]] * 5
    assert counts(bulk) == ("cancelled", 0, 0, 0, 5)
    assert kinds(bulk) == ["bulk.start", "bulk.cancel"]


def test_cancelled_while_it_runs_what_is_done_stays(many, ask, advance_clock, amy):
    bulk = ask(amy, "tag", tag="vip")
    advance_clock(START)
    due.KINDS["bulk"].fire_ids([row.pk for row in bulk.rows.order_by("id")[:2]])
    cancel_bulk(bulk, by=Actor.staff(amy))

    assert counts(bulk) == ("cancelled", 0, 2, 0, 3)
    due.drain(due.KINDS["bulk"])
    assert tags(many) == [["vip"]] * 2 + [[]] * 3


def test_what_is_through_cannot_be_cancelled(ask, run, amy):
    bulk = ask(amy, "tag", tag="vip")
    run()

    with pytest.raises(NotPossible, match="through already"):
        cancel_bulk(bulk, by=Actor.staff(amy))


def test_a_canned_reply_is_each_customers_own(many, ask, run, amy):
    Ticket.objects.filter(pk=many[0].pk).update(language="en")
    bulk = ask(amy, "reply", macro="greet_first")
    run()

    assert counts(bulk) == ("finished", 0, 5, 0, 0)
    words = [ticket.messages.get(author_kind="staff").body for ticket in many]
    assert all(ticket.number in text for ticket, text in zip(many, words, strict=True))
    assert [text.startswith("Hello") for text in words] == [True, False, False, False, False]
