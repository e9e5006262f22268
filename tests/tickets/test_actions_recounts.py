"""A rule of time changed with open eyes: looked at, applied as it was looked at, paused, stopped, replaced."""

import pytest

from aftersales import due, invariants
from aftersales.clock import now
from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.versions.models import Version
from aftersales.versions.registry import current
from tests.tickets.recount_cases import calendar_body, closed_for, rows
from tests.tickets.sla_cases import MINUTE, TARGETS, clock_of, open_tickets, policy_body, sync
from tickets.actions import recount_parts
from tickets.actions.recounts import (
    apply_preview,
    cancel_recount,
    change_rule,
    pause_recount,
    preview_rule,
    resume_recount,
)
from tickets.models import Recount, SlaClock, WaitingOn

pytestmark = pytest.mark.django_db


def test_a_preview_says_what_would_move_and_writes_nothing(five, shop, lead, own_calendar):
    before = rows()
    seen = preview_rule(shop, "calendar", "own", closed_for(2), by=lead)

    assert (seen.state, seen.is_preview, seen.looked, seen.written) == ("finished", True, 15, 0)
    assert (seen.moved, seen.late, seen.relieved) == (5, 0, 0)  # only what is due beyond today
    assert list(seen.found["teams"].values()) == [[5, 0, 0]]
    assert {row["target"] for row in seen.found["largest"]} == {"resolution"}
    assert rows() == before
    assert current("calendar", "own", shop.pk).id == own_calendar.pk
    assert not Event.objects.filter(kind__startswith="recount").exists()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("calendar", calendar_body(weekly={"mon": ["09:00-18:00"]})),
        ("sla", policy_body(calendar="own", targets=TARGETS | {"resolution": 60, "first_response": 30})),
        ("sla", policy_body(calendar="24x7", targets={"first_response": 5, "resolution": 6000})),
        ("sla", policy_body(calendar="own", pauses_on=[])),
    ],
)
def test_the_numbers_of_the_preview_are_those_of_applying(
    five, shop, lead, run_recounts, kind, body, advance_clock
):
    sync(five[0], now() + MINUTE, waiting_on=WaitingOn.CUSTOMER)
    advance_clock(hours=2)
    seen = preview_rule(shop, kind, body["code"], body, by=lead)
    version, recount = apply_preview(seen, recount=True, by=lead)
    run_recounts()
    recount.refresh_from_db()

    assert recount.state == "finished"
    for name in ("looked", "moved", "late", "relieved", "ended"):
        assert getattr(recount, name) == getattr(seen, name), name
    assert recount.looked
    assert recount.found["teams"] == seen.found["teams"]
    assert current(kind, body["code"], shop.pk).id == version.pk
    assert invariants.broken() == {}


def test_kept_clocks_stay_and_new_ones_begin_by_the_new_version(five, shop, lead, own_calendar):
    before = rows()
    seen = preview_rule(shop, "calendar", "own", closed_for(2), by=lead)
    version, recount = apply_preview(seen, recount=False, by=lead)

    assert recount is None
    assert rows() == before
    assert clock_of(open_tickets(shop, 1)[0], "resolution").calendar_id == version.pk


def test_paused_it_waits_and_cancelled_it_leaves_the_rest(five, shop, lead, monkeypatch, advance_clock):
    monkeypatch.setattr(recount_parts, "SIZE", 4)
    body = closed_for(2)
    recount = change_rule(shop, "calendar", "own", body, by=lead, recount=True)[1]
    advance_clock(seconds=4)
    kind = due.KINDS["recount"]
    kind.drain_once()
    assert pause_recount(recount, by=lead).state == pause_recount(recount, by=lead).state == "paused"
    assert kind.drain_once() == 0
    assert resume_recount(recount, by=lead).state == resume_recount(recount, by=lead).state == "running"
    kind.drain_once()
    cancelled = cancel_recount(recount, by=lead)
    assert (cancelled.state, cancel_recount(recount, by=lead).state) == ("cancelled", "cancelled")
    assert kind.drain_once() == 0
    with pytest.raises(NotPossible):
        resume_recount(recount, by=lead)
    left = SlaClock.objects.filter(calendar__code="own").exclude(calendar=recount.version)
    assert 0 < left.count() < 15

    again = change_rule(shop, "calendar", "own", body, by=lead, recount=True)[1]
    assert again.pk != recount.pk
    advance_clock(seconds=4)
    due.drain(kind)
    assert not left.exists()


def test_a_newer_version_takes_the_place_of_one_that_is_under_way(five, shop, lead, run_recounts):
    first = change_rule(shop, "calendar", "own", closed_for(1), by=lead, recount=True)[1]
    second = change_rule(shop, "calendar", "own", closed_for(2), by=lead, recount=True)[1]
    run_recounts()
    first.refresh_from_db()
    second.refresh_from_db()

    assert (first.state, second.state) == ("cancelled", "finished")
    assert clock_of(five[0], "resolution").calendar_id == second.version_id


def test_a_preview_is_refused_like_the_rule_and_once_it_is_old(five, shop, lead):
    with pytest.raises(Invalid, match="never open"):
        preview_rule(shop, "calendar", "own", calendar_body(weekly={}), by=lead)
    assert not Recount.objects.exists()
    seen = preview_rule(shop, "calendar", "own", closed_for(1), by=lead)
    change_rule(shop, "calendar", "own", closed_for(2), by=lead)

    with pytest.raises(Stale):
        apply_preview(seen, recount=True, by=lead)
    with pytest.raises(Stale):
        preview_rule(shop, "calendar", "own", calendar_body(), by=lead, seen="0")


def test_applied_twice_is_once(five, shop, lead, run_recounts):
    seen = preview_rule(shop, "calendar", "own", closed_for(1), by=lead)
    first = apply_preview(seen, recount=True, by=lead)
    run_recounts()

    assert apply_preview(seen, recount=True, by=lead) == first
    assert Version.objects.filter(code="own", state="published").count() == 1


@pytest.mark.parametrize("name", ["amy", "wen", "ines", "finn", "quinn", "audrey", "bob"])
def test_only_leads_change_rules_or_steer(five, shop, stage, lead, name):
    other = Actor.staff(getattr(stage, name))
    recount = change_rule(shop, "calendar", "own", closed_for(1), by=lead, recount=True)[1]
    seen = preview_rule(shop, "calendar", "own", closed_for(2), by=lead)

    with pytest.raises(NotAllowed):
        preview_rule(shop, "calendar", "own", calendar_body(), by=other)
    with pytest.raises(NotAllowed):
        apply_preview(seen, recount=True, by=other)
    for steer in (pause_recount, resume_recount, cancel_recount):
        with pytest.raises(NotAllowed):
            steer(recount, by=other)
