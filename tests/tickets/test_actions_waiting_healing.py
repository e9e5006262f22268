"""Counts of what is open that are wrong: found a shop at a time, by one process of all, and made anew."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.events.actors import Actor
from staff.models import Shop
from tests.tickets.waiting_counts import counted, kept, same, spoil
from tickets.actions.moves import cancel_ticket
from tickets.actions.waiting import (
    ASK_SECONDS,
    CHECK_SECONDS,
    WaitingFold,
    fold_waiting,
    heal_waiting,
    look_at_a_shop,
    recount_waiting,
)
from tickets.models import Cut, Grain, WaitingCount, WaitingRound

pytestmark = pytest.mark.django_db
CELL = {
    "cut": Cut.PLACE,
    "team_id": 0,
    "assignee_id": 0,
    "waiting_on": "us",
    "grain": Grain.HOUR,
    "slot": datetime(2026, 1, 1, tzinfo=UTC),
    "count": 1,
}  # a count of nothing


@pytest.mark.parametrize("is_folded", [True, False], ids=["folded", "noted"])
def test_what_was_written_past_the_triggers_heals(many, leo, is_folded):
    if is_folded:
        fold_waiting()
    spoil()
    assert kept(leo) != counted(leo)

    assert heal_waiting() > 0

    assert kept(leo) == counted(leo)
    assert heal_waiting() == 0


def test_a_spoilt_cell_heals(many, leo):
    fold_waiting()
    WaitingCount.objects.filter(grain="day").update(count=7)

    assert heal_waiting() == 2
    same(leo)


def test_empty_cells_are_swept_away(ticket, amy):
    fold_waiting()
    cancel_ticket(ticket, by=Actor.staff(amy), reason="No.")
    fold_waiting()
    assert WaitingCount.objects.filter(count=0).exists()

    heal_waiting()

    assert not WaitingCount.objects.exists()


def test_the_drain_looks_now_and_then_whether_the_cells_are_right(many, leo):
    time = [0.0]
    fold = WaitingFold(lambda: time[0])
    fold.drain_once()
    spoil()
    fold.drain_once()
    assert kept(leo) != counted(leo)

    time[0] = ASK_SECONDS + 1
    fold.drain_once()

    assert kept(leo) == counted(leo)


def test_of_all_processes_one_looks(many, leo, advance_clock):
    time = [0.0]
    one, other = WaitingFold(lambda: time[0]), WaitingFold(lambda: time[0])
    time[0] = ASK_SECONDS + 1
    one.drain_once()
    spoil()

    other.drain_once()
    assert kept(leo) != counted(leo)

    advance_clock(seconds=CHECK_SECONDS * Shop.objects.count())
    for _shop in Shop.objects.all():
        advance_clock(seconds=CHECK_SECONDS)
        time[0] += ASK_SECONDS + 1
        other.drain_once()
    assert kept(leo) == counted(leo)


def test_a_look_is_at_one_shop_and_the_next_at_the_next(many, leo, advance_clock):
    fold_waiting()
    first, second, *others = Shop.objects.order_by("pk").values_list("pk", flat=True)
    assert others == []
    for shop_id in (first, second):
        WaitingCount.objects.create(**CELL, shop_id=shop_id)

    assert (look_at_a_shop(), look_at_a_shop()) == (1, 0)
    assert list(WaitingCount.objects.filter(**CELL).values_list("shop_id", flat=True)) == [second]

    advance_clock(seconds=CHECK_SECONDS + 1)
    assert look_at_a_shop() == 1
    assert not WaitingCount.objects.filter(**CELL).exists()
    same(leo)

    advance_clock(seconds=CHECK_SECONDS + 1)
    assert (look_at_a_shop(), WaitingRound.objects.get().after_shop) == (0, first)


def test_a_desk_without_a_shop_has_nothing_to_look_at(db):
    assert look_at_a_shop() == 0


@pytest.mark.parametrize("asked", [(), ("--check",)])
def test_the_command_may_take_as_long_as_it_takes(many, asked):
    with CaptureQueriesContext(connection) as queries:
        call_command("recount_wall", *asked, verbosity=0)

    said = [query["sql"] for query in queries if "tickets_" in query["sql"] or "timeout" in query["sql"]]
    assert "statement_timeout = 0" in said[0]


def test_the_command_counts_anew_and_checks(many, leo, capsys):
    spoil()
    call_command("recount_wall")
    assert kept(leo) == counted(leo)
    assert "counts made anew" in capsys.readouterr().out

    call_command("recount_wall", "--check")
    assert "0 counts were wrong." in capsys.readouterr().out
    assert recount_waiting() == WaitingCount.objects.count()
