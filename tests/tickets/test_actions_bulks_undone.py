"""Bulks that are taken back, and those that fail."""

import pytest
from django.db import IntegrityError, transaction

from aftersales import due, invariants
from aftersales.errors import NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tickets.actions import bulks
from tickets.actions.assignment import assign_ticket
from tickets.actions.bulks import undo_bulk
from tickets.actions.holds import hold_ticket
from tickets.actions.marking import tag_ticket
from tickets.models import Bulk, Ticket
from tickets.verbs import perform

pytestmark = pytest.mark.django_db


START = bulks.UNDO_SECONDS + 5


def kinds(subject):
    return list(Event.objects.filter(stream=subject.stream).order_by("seq").values_list("kind", flat=True))


def counts(bulk):
    bulk.refresh_from_db()
    return bulk.state, bulk.waiting, bulk.done, bulk.refused, bulk.cancelled


def tags(tickets):
    return [list(Ticket.objects.get(pk=ticket.pk).tags) for ticket in tickets]


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
