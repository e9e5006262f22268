"""A whole sample played against a desk: over real HTTP, with everybody's keys, to the last survey."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from aftersales import due, invariants
from aftersales.replay.keys import read_keys
from aftersales.replay.play import play
from aftersales.replay.report import table
from surveys.models import Invitation, Response
from tests.aftersales.test_replay import SAMPLE
from tickets.models import Order, Ticket

ROLES = {"agent": "amy", "warehouse": "wen", "inspector": "ines", "finance": "finn", "supervisor": "leo"}


@pytest.fixture
def worked_off(transactional_db):
    """What Celery does: whatever falls due is done within a moment."""
    stopping = threading.Event()

    def work():
        while not stopping.wait(0.2):
            due.drain_all()
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    yield
    stopping.set()
    worker.join()


@pytest.fixture
def keys(stage, tmp_path):
    path = tmp_path / "keys.txt"
    lines = [f"shop-key demo {stage.issue(shop=stage.shop, label='shop')[1]}"]
    lines += [
        f"key {role} {stage.issue(user=getattr(stage, name), label=role)[1]}" for role, name in ROLES.items()
    ]
    path.write_text("\n".join(lines))
    return path


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_whole_sample_is_carried_through(live_server, worked_off, keys, settings, monkeypatch):
    settings.SITE_URL = live_server.url
    monkeypatch.setattr("returns.actions.refunds.UNDO_SECONDS", 0)
    monkeypatch.setattr("aftersales.replay.road.REST_SECONDS", 0.5)
    said = []

    replay = play(
        SAMPLE, url=live_server.url, tokens=read_keys(keys), tickets=None, threads=3, say=said.append
    )
    due.drain_all()
    replay.violations = invariants.broken()

    assert (replay.orders.sent, replay.orders.accepted) == (10, 7)
    assert set(replay.orders.refused) == {
        "/lines: empty",
        "/lines/quantity: min_value",
        "/lines/unit_price_minor: min_value",
    }
    assert Order.objects.count() == 7
    assert (replay.tickets.sent, replay.tickets.accepted) == (11, 10)
    assert replay.tickets.refused == {"quantity_not_available": 1}
    assert replay.carried.stuck == []
    assert sum(replay.carried.outcomes.values()) == Ticket.objects.filter(status="resolved").count() == 10
    assert {outcome for _status, outcome in replay.carried.outcomes} >= {"refund", "exchange", "repair"}
    assert replay.carried.surveys_sent == Invitation.objects.count() == 10
    assert replay.carried.surveys_answered == Response.objects.count() > 0
    refunded = sum(Order.objects.values_list("refunded_minor", flat=True))
    assert replay.refunded == {"GBP": refunded}
    assert refunded > 0
    assert replay.trouble == {}
    assert replay.violations == {}
    assert ("invariant violations", "0") in table(replay)
    assert max(status for status in replay.meter.statuses) < 500


def test_without_keys_the_command_says_whose(tmp_path):
    with pytest.raises(CommandError, match="No key for: shop"):
        call_command("replay_retail", str(SAMPLE), "--keys", str(tmp_path / "none"))


def test_a_number_of_tickets_is_a_number(keys_file):
    with pytest.raises(CommandError, match="--tickets"):
        call_command("replay_retail", str(SAMPLE), "--tickets", "many", "--keys", str(keys_file))


@pytest.fixture
def keys_file(tmp_path):
    path = tmp_path / "keys.txt"
    path.write_text("shop-key demo S\n" + "".join(f"key {role} t\n" for role in ROLES))
    return path
