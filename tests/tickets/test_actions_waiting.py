"""The counts of what is open: right after every action, folded or not."""

from datetime import timedelta

import pytest

from aftersales import due
from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.factories import SYSTEM
from tests.tickets.waiting_counts import counted, kept, same
from tickets.actions.assignment import assign_ticket, take_ticket
from tickets.actions.conversation import ask_customer, hear_customer
from tickets.actions.holds import hold_ticket, release_ticket
from tickets.actions.merging import merge_ticket, unmerge_ticket
from tickets.actions.moves import cancel_ticket, reject_ticket, reopen_ticket
from tickets.actions.splitting import split_ticket
from tickets.actions.waiting import WaitingFold, fold_waiting
from tickets.models import Ticket, WaitingChange, WaitingCount

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_request_just_opened_is_counted(ticket, leo):
    assert kept(leo)[("place", ticket.team_id, "communicate", None, "us")]["open"] == 1
    same(leo)


def taken(ticket, cast, again):
    take_ticket(ticket, by=Actor.staff(cast.amy))


def handed_on(ticket, cast, again):
    take_ticket(ticket, by=Actor.staff(cast.amy))
    assign_ticket(ticket, by=Actor.staff(cast.leo), to=cast.mona)


def asked_and_answered(ticket, cast, again):
    ask_customer(ticket, body="Which one?", by=Actor.staff(cast.amy))
    same(cast.leo)
    hear_customer(ticket, body="The blue one.", by=SYSTEM)


def held_and_let_go(ticket, cast, again):
    hold_ticket(ticket, by=Actor.staff(cast.amy), reason="Parts", waiting_on="partner")
    same(cast.leo)
    release_ticket(ticket, by=Actor.staff(cast.amy))


def merged_and_apart(ticket, cast, again):
    source = again(lines=[])
    merge_ticket(source, into=ticket, by=Actor.staff(cast.amy))
    same(cast.leo)
    unmerge_ticket(source, by=Actor.staff(cast.amy))


def split(ticket, cast, again):
    line = ticket.lines.get()
    split_ticket(ticket, by=Actor.staff(cast.amy), lines=[{"line": line, "quantity": 1}])


def ended_and_opened_again(ticket, cast, again):
    reject_ticket(ticket, reason="Not ours.", by=Actor.staff(cast.amy))
    assert kept(cast.leo) == {}
    same(cast.leo)
    reopen_ticket(ticket, reason="It was.", by=Actor.staff(cast.leo))


def cancelled(ticket, cast, again):
    cancel_ticket(ticket, by=Actor.staff(cast.amy), reason="No longer wanted.")


DEEDS = [
    taken,
    handed_on,
    asked_and_answered,
    held_and_let_go,
    merged_and_apart,
    split,
    ended_and_opened_again,
    cancelled,
]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
@pytest.mark.parametrize("is_folded", [True, False], ids=["folded", "noted"])
def test_the_numbers_are_right_after(deed, is_folded, ticket, stage, again):
    if is_folded:
        fold_waiting()

    deed(ticket, stage, again)

    same(stage.leo)


def test_time_alone_moves_what_is_due_into_what_is_late(ticket, leo, advance_clock):
    fold_waiting()
    before = kept(leo)
    for hours in (1, 2, 3, 8, 24, 48, 24 * 30):
        advance_clock(hours=hours)
        assert kept(leo) == counted(leo)

    numbers = kept(leo)[("place", ticket.team_id, "communicate", None, "us")]
    assert (numbers, before == kept(leo)) == ({"open": 1, "late": 1}, False)


@pytest.mark.parametrize("minutes", [-3000, -90, -59, -1, 0, 1, 30, 59, 60, 61, 119, 121, 241, 479, 481, 900])
def test_every_minute_stands_where_it_belongs(ticket, leo, minutes):
    Ticket.objects.update(next_due_at=now() + timedelta(minutes=minutes, seconds=5))

    same(leo)


def test_many_in_one_statement_are_noted_together(many, leo, amy):
    fold_waiting()
    Ticket.objects.update(assignee=amy, next_due_at=now() + 3 * HOUR)

    assert sorted(WaitingChange.objects.values_list("count", flat=True)) in ([-5, 5], [-4, -1, 5])
    same(leo)


def test_what_moves_nothing_leaves_no_note(ticket):
    fold_waiting()
    Ticket.objects.update(subject="Else", updated_at=now(), version=9)

    assert not WaitingChange.objects.exists()


def test_a_bulk_is_counted(ask, run, leo):
    ask(leo, "cancel", reason="Recalled.")
    run()

    assert kept(leo) == {}
    same(leo)


@pytest.mark.parametrize(
    "name", ["amy", "leo", "wen", "ines", "finn", "mona", "quinn", "audrey", "ada", "bob"]
)
def test_each_role_has_the_numbers_of_what_it_may_see(name, ticket, stage):
    person = getattr(stage, name)

    same(person)
    assert bool(kept(person)) == (name != "bob")
    assert kept(person, team=stage.other_team) == {}


def test_a_team_is_counted_alone(many, stage):
    Ticket.objects.filter(pk=many[0].pk).update(team=None)
    Ticket.objects.filter(pk=many[1].pk).update(team=stage.other_team)

    for team in (None, stage.team, stage.other_team):
        assert kept(stage.leo, team=team) == counted(stage.leo, team=team)


def test_the_drain_adds_up_what_is_noted(ticket, drain):
    drain()

    assert not WaitingChange.objects.exists()
    assert WaitingCount.objects.filter(grain="all", cut="place").get().count == 1


def test_a_batch_is_not_all(many):
    WaitingChange.objects.all().delete()
    Ticket.objects.filter(pk=many[0].pk).update(stage="resolve")
    Ticket.objects.filter(pk=many[1].pk).update(stage="inspect")
    noted = WaitingChange.objects.count()

    assert fold_waiting(batch=1) == 1
    assert WaitingChange.objects.count() == noted - 1


def test_a_note_that_nobody_adds_up_is_late(ticket):
    time = [0.0]
    fold, grace = WaitingFold(lambda: time[0]), timedelta(seconds=10)
    assert not fold.is_late(grace)
    time[0] = 11.0
    assert fold.is_late(grace)

    fold.drain_once()

    assert not fold.is_late(grace)


def test_reading_is_one_statement_whatever_stands_there(many, leo, django_assert_num_queries):
    leo.shop_ids()
    with django_assert_num_queries(1):
        kept(leo)
    fold_waiting()
    with django_assert_num_queries(1):
        kept(leo)


def test_the_kind_is_drained_with_the_others():
    assert isinstance(due.KINDS["waiting"], WaitingFold)
