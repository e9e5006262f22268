"""What a recount reads: the next open clocks by their index, whoever's they are, and what of it one may see."""

import pytest
from django.db import connection

from aftersales.events.actors import Actor
from tests.tickets.recount_cases import closed_for
from tickets.actions.recounts import change_rule, preview_rule
from tickets.queries import recounts
from tickets.queries.recounts import (
    aim_of,
    ends_of_open_clocks,
    found_of,
    tickets_around,
    visible_recounts,
    window,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def preview(five, shop, lead):
    return preview_rule(shop, "calendar", "own", closed_for(2), by=lead)


def test_parts_go_through_the_open_clocks_by_their_index(preview, five):
    aim = aim_of(preview)
    values = {"shop": five[0].shop_id, "ids": list(aim.old_ids), "position": 0, "size": 2000}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN " + recounts.WINDOW.format(column="calendar_id"), values)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "one_open_clock_per_target" in plan


def test_each_part_goes_on_behind_the_last_ticket_of_the_one_before(preview, five):
    aim, ids = aim_of(preview), sorted(ticket.pk for ticket in five)
    preview.position, seen = 0, []
    while (found := window(preview, aim, 5))[0] is not None:
        preview.position = found[0]
        seen.append(sorted(found[1]))

    assert [pk for part in seen for pk in part] == ids
    assert len(seen) > 1
    assert ends_of_open_clocks() == (ids[0], ids[-1])


def test_pauses_and_holds_come_with_their_ticket_and_nothing_with_none(five):
    around = tickets_around([five[0].pk, 10**9], lock=False)

    assert list(around) == [five[0].pk]
    assert (around[five[0].pk].ledger, around[five[0].pk].held_on, around[five[0].pk].paused_on) == (
        (),
        (),
        None,
    )
    assert tickets_around([], lock=True) == {}


def test_versions_newer_than_the_aim_are_not_among_the_old_ones(five, shop, lead, own_calendar):
    version, recount = change_rule(shop, "calendar", "own", closed_for(1), by=lead, recount=True)
    change_rule(shop, "calendar", "own", closed_for(2), by=lead)

    assert aim_of(recount).old_ids == {own_calendar.pk}
    assert aim_of(recount).version_id == version.pk


def test_whoever_serves_the_shop_sees_it_and_of_its_moves_their_own_requests(
    preview, leo, bob, api, shop_key
):
    assert visible_recounts(Actor.staff(leo)).get() == preview
    assert not visible_recounts(Actor.staff(bob)).exists()
    assert api.get(f"/recounts/{preview.code}").json()["moved"] == 5
    assert len(found_of(preview, Actor.staff(leo))["sample"]) == 5
    assert found_of(preview, Actor.staff(bob))["sample"] == []
