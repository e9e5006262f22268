"""The log: chained, append-only, with what is owed to handlers; and the command that verifies it."""

import threading
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from aftersales import due
from aftersales.events import log
from aftersales.events.actors import Actor
from aftersales.events.log import declare, on, record_event, record_events
from aftersales.events.models import Delivery, Event, EventText, StreamHead
from aftersales.events.telling import sentence
from staff.models import Shop

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")


@pytest.fixture
def kinds(monkeypatch):
    """Declared kinds and handlers as they were, after the test."""
    monkeypatch.setattr(log, "KINDS", dict(log.KINDS))
    monkeypatch.setattr(log, "HANDLERS", log.defaultdict(dict))
    monkeypatch.setattr("aftersales.events.outbox.HANDLERS", log.HANDLERS)
    declare("lamp.light", en="{who} lit the lamp", zh="{who} 点亮了灯")


@pytest.fixture
def lamp(kinds):
    return SimpleNamespace(stream="lamp:1", shop_id=7)


def chain(stream="lamp:1"):
    """(seq, prev, hash) of a stream's links."""
    rows = Event.objects.filter(stream=stream).order_by("seq")
    return [(row.seq, bytes(row.prev), bytes(row.hash)) for row in rows]


# -- the chain -------------------------------------------------------------------


def test_each_link_follows_the_one_before(lamp):
    for _event in range(3):
        record_event(lamp, "lamp.light", by=SYSTEM)

    (one, begin, first), (two, after_first, second), (three, after_second, third) = chain()
    assert (one, two, three) == (1, 2, 3)
    assert (begin, after_first, after_second) == (b"", first, second)
    assert len({first, second, third}) == 3
    assert {len(link) for link in (first, second, third)} == {32}


def test_many_at_once_and_set_based_code_are_chained_too(lamp):
    record_events([(lamp, {"n": n}) for n in range(3)], "lamp.light", by=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_event (stream, kind, actor_kind, actor_name, data, commitment, request_id,"
            " seq, prev, hash) SELECT 'lamp:1', 'lamp.light', 'system', 'sql', '{}', '', '', 99, 'x', 'x'"
            " FROM generate_series(1, 2)"
        )

    links = chain()
    assert [seq for seq, _prev, _hash in links] == [1, 2, 3, 4, 5]
    assert [prev for _seq, prev, _hash in links[1:]] == [link for _seq, _prev, link in links[:-1]]
    assert StreamHead.objects.get(stream="lamp:1").seq == 5


def test_streams_do_not_share_a_chain(lamp):
    other = SimpleNamespace(stream="lamp:2", shop_id=7)
    for subject in (lamp, other, lamp):
        record_event(subject, "lamp.light", by=SYSTEM)

    assert [seq for seq, _prev, _hash in chain("lamp:1")] == [1, 2]
    assert [seq for seq, _prev, _hash in chain("lamp:2")] == [1]


def test_what_is_rolled_back_leaves_no_gap(lamp):
    record_event(lamp, "lamp.light", by=SYSTEM)
    with transaction.atomic():
        record_event(lamp, "lamp.light", by=SYSTEM)
        transaction.set_rollback(True)
    record_event(lamp, "lamp.light", by=SYSTEM)

    assert [seq for seq, _prev, _hash in chain()] == [1, 2]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE events_event SET kind = 'x'", "DELETE FROM events_event", "TRUNCATE events_event CASCADE"],
)
def test_what_happened_stays(lamp, statement):
    record_event(lamp, "lamp.light", by=SYSTEM)

    with pytest.raises(DatabaseError, match="what happened stays"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_writers_of_a_new_stream_make_one_chain(lamp):
    start = threading.Barrier(20)

    def write():
        start.wait()
        for _event in range(5):
            with transaction.atomic():
                record_event(lamp, "lamp.light", by=SYSTEM)
        connection.close()

    threads = [threading.Thread(target=write) for _thread in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    links = chain()
    assert [seq for seq, _prev, _hash in links] == list(range(1, 101))
    assert [prev for _seq, prev, _hash in links[1:]] == [link for _seq, _prev, link in links[:-1]]


# -- recording -------------------------------------------------------------------


def test_an_event_says_who_did_what(lamp, amy):
    event = record_event(lamp, "lamp.light", by=Actor.staff(amy), data={"who": "Amy"})

    event.refresh_from_db()
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("staff", amy.pk, "Amy")
    assert (event.kind, event.shop_id, event.data) == ("lamp.light", 7, {"who": "Amy"})


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded(lamp):
    with pytest.raises(RuntimeError, match="transaction"):
        record_event(lamp, "lamp.light", by=SYSTEM)


def test_an_undeclared_kind_is_a_mistake(lamp):
    with pytest.raises(LookupError, match=r"lamp\.break"):
        record_event(lamp, "lamp.break", by=SYSTEM)


def test_nested_events_name_the_outermost(lamp):
    outer = record_event(lamp, "lamp.light", by=SYSTEM)
    inner = record_event(lamp, "lamp.light", by=SYSTEM, cause=outer)
    innermost = record_event(lamp, "lamp.light", by=SYSTEM, cause=inner)

    assert (outer.cause_id, inner.cause_id, innermost.cause_id) == (None, outer.pk, outer.pk)


def test_personal_text_lies_beside_and_its_erasure_keeps_the_chain(lamp, capsys):
    event = record_event(lamp, "lamp.light", by=SYSTEM, text="my address")
    same = record_event(lamp, "lamp.light", by=SYSTEM, text="my address")

    assert event.private.text == "my address"
    assert "my address" not in str(Event.objects.filter(pk=event.pk).values().get())
    assert event.commitment != same.commitment  # salted: equal words cannot be told from their hashes
    EventText.objects.all().delete()
    call_command("verify_audit")
    assert " 0 broken links" in capsys.readouterr().out


def test_an_events_request_is_the_one_that_made_it(api):
    api.post("/tickets", {"subject": "x", "category": "general_question"}, x_request_id="req-77")

    assert set(Event.objects.filter(kind="ticket.open").values_list("request_id", flat=True)) == {"req-77"}


def test_a_sentence_is_told_in_both_languages_and_leaves_out_what_is_missing(lamp):
    event = record_event(lamp, "lamp.light", by=SYSTEM, data={"who": "Amy"})
    silent = record_event(lamp, "lamp.light", by=SYSTEM)

    assert (sentence(event, "en"), sentence(event, "zh-hans")) == ("Amy lit the lamp", "Amy 点亮了灯")
    assert sentence(silent, "en") == " lit the lamp"
    assert sentence(Event(kind="lamp.gone"), "en") == "lamp.gone"


# -- handlers --------------------------------------------------------------------


def test_a_handler_runs_once_after_the_event(lamp):
    heard = []
    on("lamp.light", name="hear")(lambda event: heard.append(event.data))
    record_event(lamp, "lamp.light", by=SYSTEM, data={"n": 1})

    assert heard == []
    due.drain_all()
    due.drain_all()
    assert heard == [{"n": 1}]
    assert Delivery.objects.get(event__stream="lamp:1").done_at


def test_what_nobody_hears_owes_nothing(lamp):
    record_event(lamp, "lamp.light", by=SYSTEM)

    assert not Delivery.objects.filter(event__stream="lamp:1").exists()


def test_a_failing_handler_leaves_no_effect_and_harms_no_other(lamp):
    heard = []

    def fail(event):
        Shop.objects.create(code="half", name_zh="半", name_en="Half", currency="CNY", country="CN")
        raise ValueError("no oil")

    on("lamp.light", name="a-fails")(fail)
    on("lamp.light", name="b-hears")(lambda event: heard.append(event.pk))
    event = record_event(lamp, "lamp.light", by=SYSTEM)

    due.drain_all()

    assert heard[-1] == event.pk
    assert not Shop.objects.filter(code="half").exists()
    failed = Delivery.objects.get(event=event, handler="a-fails")
    assert (failed.attempts, failed.last_error, failed.done_at) == (1, "ValueError: no oil", None)
    assert Delivery.objects.get(event=event, handler="b-hears").done_at


def test_an_owed_handler_that_is_gone_is_noted_and_tried_again(lamp):
    on("lamp.light", name="hear")(lambda event: None)
    event = record_event(lamp, "lamp.light", by=SYSTEM)
    del log.HANDLERS["lamp.light"]["hear"]

    due.drain_all()

    delivery = Delivery.objects.get(event=event)
    assert "no handler hear" in delivery.last_error
    assert delivery.next_try_at > delivery.event.happened_at


# -- the audit -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE events_event SET data = '{}' WHERE stream = 'lamp:1' AND seq = 2", "it was changed"),
        ("UPDATE events_event SET actor_name = 'x' WHERE stream = 'lamp:1' AND seq = 2", "it was changed"),
        ("DELETE FROM events_event WHERE stream = 'lamp:1' AND seq = 2", "a link before it is missing"),
        (
            "UPDATE events_event SET seq = CASE seq WHEN 1 THEN 12 ELSE 11 END WHERE stream = 'lamp:1' AND seq < 3",
            "it does not follow the link before it",
        ),
        (
            "UPDATE events_event e SET data = '{}', hash = events_hash(jsonb_populate_record(e, '{\"data\": {}}'))"
            " WHERE stream = 'lamp:1' AND seq = 2",
            "it does not follow the link before it",
        ),
        (
            "DELETE FROM events_event WHERE stream = 'lamp:1' AND seq = 3",
            "its last link should be 3, but is 2",
        ),
    ],
)
def test_tampering_is_found_and_named(lamp, tampering, found):
    for number in range(3):
        record_event(lamp, "lamp.light", by=SYSTEM, data={"n": number})
    due.drain_all()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM events_feedentry")
        cursor.execute(tampering)
        cursor.execute("SET LOCAL session_replication_role = origin")

    with pytest.raises(CommandError, match=found) as refused:
        call_command("verify_audit")

    assert "lamp:1" in str(refused.value)
