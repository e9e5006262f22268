"""Kinds that share a queue: a batch of each in turns, so that none waits behind another."""

import pytest

from aftersales import due
from tests.aftersales.due_cases import Log, kind_of, mails

pytestmark = pytest.mark.django_db


def test_kinds_are_drained_in_turns_a_backlog_of_one_makes_no_other_wait():
    mails(7)
    order = []

    class Named(Log):
        def fire(self, rows):
            order.append(self.name)
            super().fire(rows)

    busy, other = Named(), Named()
    busy.name, other.name = "busy", "other"
    kinds = [kind_of(busy, batch=2), kind_of(other, batch=2)]

    due.drain_in_turns(kinds, seconds=60)

    assert order == ["busy", "other"] * 2
    assert len(busy) + len(other) == 7


def test_turns_end_when_time_is_up_and_each_kind_had_one():
    mails(7)
    first, second = Log(), Log()

    due.drain_in_turns([kind_of(first, batch=2), kind_of(second, batch=2)], seconds=0)

    assert (len(first), len(second)) == (2, 2)


def test_a_kind_that_had_nothing_has_its_turn_once_it_has():
    """While another goes on."""
    mails(3)

    class Late:
        name, rounds = "late", []

        def drain_once(self):
            self.rounds.append(len(busy))
            return 0

    busy = Log()
    kinds = [Late(), kind_of(busy, batch=1)]
    due.drain_in_turns(kinds, seconds=60)

    assert Late.rounds == [0, 1, 2, 3]


def test_a_kind_that_fails_stops_no_other(caplog):
    mails(3)
    log = Log()

    class Broken:
        name = "broken"

        def drain_once(self):
            raise RuntimeError("no such table")

    due.drain_in_turns([Broken(), kind_of(log, batch=1)], seconds=60)

    assert len(log) == 3
    assert "the drain of broken failed" in caplog.text
