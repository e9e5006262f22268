"""Valkey is killed, emptied, stopped, filled or frozen: nothing lives there that could be lost."""

import http.client
import time

import pytest
from django.conf import settings
from django.test import Client

from tests.faults.playing import SIZE
from tests.faults.test_kills import only_full

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), only_full]

A_PART = {"HX-Request": "true", "HX-Target": "queue-rows"}  # a page would name files that only `up` collects


@pytest.mark.parametrize("durable", [True, False], ids=["AOF on", "AOF off"])
def test_r06_a_killed_valkey(scene, capsys, durable):
    it = scene("R-06", f"kill -9 of Valkey, AOF {'on' if durable else 'off'}", durable=durable)
    it.play(lambda number: it.desk.kill("valkey"), strikes=10)
    it.check(capsys)


def test_r07_an_emptied_valkey(scene, token, amy, capsys):
    it = scene("R-07", "FLUSHALL 12 times", token=token)
    client, session, seen = it.desk.client(), signed_in(amy), []

    def strike(_number):
        client.flushall()
        seen.append(queue_status(it.desk.port, session))

    it.play(strike, strikes=12)
    assert seen == [200] * 12
    it.check(capsys)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def queue_status(port, session):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}", **A_PART}
    connection.request("GET", "/queue", headers=headers)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_r08_no_valkey(scene, token, amy, capsys):
    """For the whole time: requests are accepted, timers fire, who is signed in stays so."""
    it = scene("R-08", "Valkey away", token=token, without=("valkey",))
    it.play(seconds=2 * SIZE.seconds)
    assert queue_status(it.desk.port, signed_in(amy)) == 200
    assert it.load.refused_share <= 0.001
    it.check(capsys)


def test_r09_a_full_valkey(scene, token, capsys):
    it = scene("R-09", "maxmemory 2 MB, noeviction", token=token)
    client = it.desk.client()
    client.config_set("maxmemory", "2mb")
    it.play()
    assert it.load.longest <= 5
    it.check(capsys)


def test_r10_a_frozen_valkey_and_cut_connections(scene, token, capsys):
    """Without the sweep, so that only the workers themselves can go on."""
    it = scene(
        "R-10", "Valkey frozen 20 s, connections cut 50 times, no sweep", token=token, without=("sweep",)
    )
    client = it.desk.client()

    def strike(number):
        if number == 0:
            it.desk.freeze("valkey", 20)
        for _n in range(10):
            client.client_kill_filter(_type="normal", skipme=True)
            time.sleep(0.1)

    it.play(strike, strikes=5)
    it.check(capsys)
