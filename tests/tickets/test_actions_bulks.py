"""A verb over many requests: done once each through the guards of one by one, cancelled, taken back."""

import pytest
from django.db import IntegrityError, transaction

from aftersales import due, invariants
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import deactivate_person
from tests.factories import SYSTEM, ticket_body
from tickets.actions import bulks
from tickets.actions.assignment import assign_ticket
from tickets.actions.bulks import cancel_bulk, start_bulk, undo_bulk
from tickets.actions.holds import hold_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.marking import tag_ticket
from tickets.actions.moves import cancel_ticket
from tickets.foresight import bulk_verb, foresee
from tickets.models import Bulk, Ticket
from tickets.serializers import read_ticket
from tickets.verbs import perform

pytestmark = pytest.mark.django_db
START = bulks.UNDO_SECONDS + 5


@pytest.fixture
def many(shop, order):
    """Five requests without goods."""
    return [
        open_ticket(shop, read_ticket(ticket_body(lines=[], category="usage_help")), by=SYSTEM)[0]
        for _n in range(5)
    ]


@pytest.fixture
def ask(many):
    """`ask(amy, "tag", tag="vip")`: over the five, or over `tickets`."""

    def start(user, verb, *, tickets=None, key="k", **data):
        actor = Actor.staff(user)
        numbers = [ticket.number for ticket in tickets or many]
        return start_bulk(foresee(bulk_verb(verb), data, {"numbers": numbers}, by=actor), by=actor, key=key)

    return start


@pytest.fixture
def run(advance_clock):
    """Let its time come and drain the queue."""

    def drain():
        advance_clock(START)
        due.drain(due.KINDS["bulk"])

    return drain


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


# -- taking back ------------------------------------------------------------------------------


def test_undo_before_its_time_only_cancels(many, ask, amy):
    bulk = ask(amy, "tag", tag="vip")

    assert undo_bulk(bulk, by=Actor.staff(amy)) == bulk
    assert counts(bulk)[0] == "cancelled"
    assert Bulk.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "data", "read"),
    [
        ("tag", {"tag": "vip"}, lambda ticket: list(ticket.tags)),
        ("untag", {"tag": "old"}, lambda ticket: list(ticket.tags)),
        ("follow", {}, lambda ticket: list(ticket.followers)),
        ("unfollow", {}, lambda ticket: list(ticket.followers)),
        ("assign", {"to": "wen"}, lambda ticket: ticket.assignee_id),
        ("assign", {"to": ""}, lambda ticket: ticket.assignee_id),
        (
            "reassign",
            {"to": "wen", "reason": "Knows it"},
            lambda ticket: (ticket.assignee_id, ticket.team_id),
        ),
        ("hold", {"reason": "Recall", "waiting_on": "partner"}, lambda ticket: ticket.waiting_on),
    ],
)
def test_what_was_done_is_taken_back_by_the_inverse(many, ask, run, amy, leo, verb, data, read):
    by = Actor.staff(amy)
    for ticket in many:
        assign_ticket(ticket, by=by, to=leo)
        tag_ticket(ticket, by=by, tag="old")
        if verb == "unfollow":
            Ticket.objects.filter(pk=ticket.pk).update(followers=[amy.pk])
    stood = [read(Ticket.objects.get(pk=ticket.pk)) for ticket in many]
    bulk = ask(amy, verb, **data)
    run()
    assert all(
        read(Ticket.objects.get(pk=ticket.pk)) != before for ticket, before in zip(many, stood, strict=True)
    )

    undo = undo_bulk(bulk, by=by)
    run()

    assert counts(undo) == ("finished", 0, 5, 0, 0)
    assert [read(Ticket.objects.get(pk=ticket.pk)) for ticket in many] == stood
    assert undo_bulk(bulk, by=by) == undo
    assert kinds(bulk) == ["bulk.start", "bulk.finish", "bulk.undo"]
    assert invariants.broken() == {}


def test_releasing_is_taken_back_where_one_hold_was(many, ask, run, amy):
    by = Actor.staff(amy)
    for ticket in many[:3]:
        hold_ticket(ticket, by=by, reason="Recall", waiting_on="partner")
    hold_ticket(many[0], by=by, reason="Second", waiting_on="customer")
    bulk = ask(amy, "release")
    run()
    assert counts(bulk) == ("finished", 0, 3, 2, 0)

    undo_bulk(bulk, by=by)
    run()

    waiting = [Ticket.objects.get(pk=ticket.pk).waiting_on for ticket in many[:3]]
    assert waiting == ["us", "partner", "partner"]


def test_what_others_changed_since_stays(many, ask, run, amy, leo, wen):
    bulk = ask(amy, "assign", to="wen")
    run()
    assign_ticket(many[0], by=Actor.staff(leo), to=leo)
    held = ask(amy, "hold", reason="Recall", waiting_on="partner", key="h")
    run()
    hold_ticket(many[1], by=Actor.staff(leo), reason="Fraud", waiting_on="nobody")

    for done, kept in ((bulk, many[0]), (held, many[1])):
        undo = undo_bulk(done, by=Actor.staff(amy))
        run()
        assert counts(undo) == ("finished", 0, 4, 1, 0)
        assert undo.rows.get(ticket=kept).sentence == "This was changed again since; it stays as it is."


def test_undo_while_it_runs_stops_the_rest_and_takes_back_the_done(many, ask, run, advance_clock, amy):
    bulk = ask(amy, "tag", tag="vip")
    advance_clock(START)
    due.KINDS["bulk"].fire_ids([row.pk for row in bulk.rows.order_by("id")[:2]])

    undo = undo_bulk(bulk, by=Actor.staff(amy))
    run()

    assert (counts(bulk), counts(undo)) == (("cancelled", 0, 2, 0, 3), ("finished", 0, 2, 0, 0))
    assert tags(many) == [[]] * 5


def test_what_cannot_be_taken_back_says_so(ask, run, amy):
    bulk = ask(amy, "note", body="Recall")
    run()
    with pytest.raises(NotPossible, match="“Internal note” cannot be taken back"):
        undo_bulk(bulk, by=Actor.staff(amy))

    tagged = ask(amy, "tag", tag="vip", key="t")
    run()
    undo = undo_bulk(tagged, by=Actor.staff(amy))
    with pytest.raises(NotPossible, match="takes something back itself"):
        undo_bulk(undo, by=Actor.staff(amy))


# -- failures ---------------------------------------------------------------------------------


def test_a_row_that_fails_is_tried_again_then_given_up_and_harms_no_other(many, ask, run, advance_clock, amy):
    def broken(ticket, *args, **fields):
        if ticket.pk == many[2].pk:
            raise RuntimeError("boom")
        return perform(ticket, *args, **fields)

    kind = due.KINDS["bulk"]
    bulk = ask(amy, "tag", tag="vip")
    poisoned = bulks.BulkKind(
        kind.model, name="x", queue="x", fire=bulks.bulk_firing(broken), owner=kind.owner
    )
    for _try in range(5):
        advance_clock(hours=1)
        poisoned.drain_once()

    assert counts(bulk) == ("finished", 0, 4, 1, 0)
    assert "failed several times" in bulk.rows.get(ticket=many[2]).sentence
    assert kinds(bulk)[-1] == "bulk.finish"


def test_two_bulks_over_the_same_requests_each_find_what_the_other_left(many, ask, run, amy, leo):
    first, second = ask(amy, "tag", tag="vip"), ask(leo, "tag", tag="vip")

    run()

    assert sorted([counts(first)[2:4], counts(second)[2:4]]) == [(0, 5), (5, 0)]
    assert tags(many) == [["vip"]] * 5


def test_counts_that_are_not_those_of_the_rows_are_found(ask, amy):
    ask(amy, "tag", tag="vip")
    Bulk.objects.update(waiting=4, refused=1)

    assert invariants.broken() == {"bulk_counts_its_rows": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"state": "done", "settled_at": None, "next_try_at": None},
        {"state": "refused", "next_try_at": None, "sentence": ""},
        {"state": "cancelled"},
        {"event_id": 1},
    ],
)
def test_the_database_keeps_a_row_from_half_an_end(ask, amy, change):
    bulk = ask(amy, "tag", tag="vip")

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.rows.update(**{"settled_at": bulk.asked_at, **change})


def test_a_request_stands_once_in_a_bulk(many, ask, amy):
    bulk = ask(amy, "tag", tag="vip")

    with pytest.raises(IntegrityError, match="one_row_per_bulk_and_ticket"), transaction.atomic():
        bulk.rows.create(ticket=many[0])
