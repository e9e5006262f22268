"""The feed: a shop's events in the order of commit, numbered without gaps, read on from a number."""

import threading

import pytest
from django.db import connection, transaction

from aftersales import due
from aftersales.events import outbox
from aftersales.events.actors import Actor
from aftersales.events.log import record_event
from aftersales.events.models import Event, FeedEntry, FeedPending
from tests.factories import ticket_body

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")


def change(shop):
    """Any event of a shop."""
    with transaction.atomic():
        return record_event(shop, "shop.create", by=SYSTEM, data={"name": shop.code})


def numbers(shop):
    return list(
        FeedEntry.objects.filter(shop_id=shop.pk).order_by("feed_no").values_list("feed_no", flat=True)
    )


def test_each_shop_counts_its_own_events(shop, other_shop):
    due.drain(due.KINDS["feed"])
    before = len(numbers(shop))
    for subject in (shop, other_shop, shop):
        change(subject)

    assert due.drain(due.KINDS["feed"]) == 3
    assert numbers(shop) == list(range(1, before + 3))
    assert numbers(other_shop) == list(range(1, len(numbers(other_shop)) + 1))
    assert due.drain(due.KINDS["feed"]) == 0


def test_an_event_of_no_shop_is_in_no_feed(amy):
    record_event(amy, "user.create", by=SYSTEM, data={"name": "amy"})

    assert not FeedPending.objects.filter(event__stream=amy.stream).exists()


def test_a_backlog_is_numbered_in_batches(shop, monkeypatch):
    due.drain(due.KINDS["feed"])
    monkeypatch.setattr(outbox, "FEED_BATCH", 4)
    for _event in range(10):
        change(shop)

    assert [due.KINDS["feed"].drain_once() for _batch in range(4)] == [4, 4, 2, 0]
    assert numbers(shop) == list(range(1, len(numbers(shop)) + 1))


@pytest.mark.django_db(transaction=True)
def test_what_commits_later_gets_a_later_number_though_it_began_before(shop):
    began, may_commit = threading.Event(), threading.Event()
    early = []

    def begin_early():
        with transaction.atomic():
            early.append(record_event(shop, "key.issue", by=SYSTEM).pk)
            began.set()
            may_commit.wait(10)
        connection.close()

    writer = threading.Thread(target=begin_early)
    due.drain(due.KINDS["feed"])
    # Another stream, so that the two do not wait for each other.
    with transaction.atomic():
        record_event(shop, "shop.create", by=SYSTEM)
    late_subject = type("Key", (), {"stream": "key:1", "shop_id": shop.pk})()
    writer.start()
    began.wait(10)
    with transaction.atomic():
        late = record_event(late_subject, "key.issue", by=SYSTEM).pk
    due.drain(due.KINDS["feed"])
    assert not FeedEntry.objects.filter(event_id=early[0]).exists()
    may_commit.set()
    writer.join()
    due.drain(due.KINDS["feed"])

    assert early[0] < late
    assert (
        FeedEntry.objects.get(event_id=early[0]).feed_no == FeedEntry.objects.get(event_id=late).feed_no + 1
    )


@pytest.mark.django_db(transaction=True)
def test_two_drains_do_not_number_at_the_same_time(shop):
    change(shop)
    holds, enough = threading.Event(), threading.Event()

    def number():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [outbox.FEED_LOCK])
            holds.set()
            enough.wait(10)
        connection.close()

    other = threading.Thread(target=number)
    other.start()
    holds.wait(10)
    assert due.KINDS["feed"].drain_once() == 0
    enough.set()
    other.join()

    assert due.KINDS["feed"].drain_once() > 0


# -- GET /events -----------------------------------------------------------------


def test_a_reader_goes_on_where_it_stopped(api, order):
    numbers = [api.post("/tickets", ticket_body(lines=[])).json()["number"] for _ticket in range(3)]
    due.drain_all()
    seen, after = [], ""
    while page := api.get("/events", {"after": after, "limit": 2}).json()["results"]:
        seen += page
        after = page[-1]["feed_no"]

    assert [event["feed_no"] for event in seen] == list(range(1, len(seen) + 1))
    assert [event["ticket"] for event in seen if event["kind"] == "ticket.open"] == numbers
    assert {(event["ticket"], event["seq"]) for event in seen if event["ticket"]} == {
        (number, 1) for number in numbers
    }
    assert api.get("/events", {"after": after}).json() == {"results": [], "next": str(after)}


def test_a_feed_shows_nothing_of_another_shop(stage, api, order):
    _key, token = stage.issue(shop=stage.other_shop, label="theirs")
    from tests.clients import Api  # noqa: PLC0415 - needs the settings

    due.drain_all()
    mine = api.get("/events").json()["results"]
    theirs = Api(token).get("/events").json()["results"]

    assert {event["kind"] for event in mine} >= {"order.create"}
    assert not {event["kind"] for event in theirs} & {"order.create"}
    assert Event.objects.filter(kind="order.create").exists()


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30, "١"])
def test_a_cursor_that_the_feed_never_gave_is_refused(api, after):
    answer = api.get("/events", {"after": after})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_person_names_the_shop_and_sees_only_their_own(api_as, amy, bob, shop):
    due.drain_all()

    assert api_as(amy).get("/events", {"shop": "demo"}).json()["results"]
    assert api_as(amy).get("/events").status_code == 404
    assert api_as(bob).get("/events", {"shop": "demo"}).status_code == 404
