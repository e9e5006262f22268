"""A POST that comes twice: one effect, one answer, whoever repeats it; and what is never replayed."""

import threading
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from PIL import Image

from aftersales import due
from aftersales.clock import now
from aftersales.web import due_kinds, idempotency
from aftersales.web.models import IdempotencyKey
from tests.clients import Api
from tests.factories import ticket_body
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db

QUESTION = {"category": "general_question", "subject": "How?", "message": "How does it work?"}


def test_the_second_gets_the_first_ones_answer(api):
    first = api.post("/tickets", QUESTION, idempotency_key="k")
    again = api.post("/tickets", QUESTION, idempotency_key="k")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Ticket.objects.count() == 1


def test_without_a_key_every_post_counts(api):
    for _post in range(2):
        api.post("/tickets", QUESTION)

    assert Ticket.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


def test_the_order_of_names_in_a_body_does_not_matter(api):
    api.post("/tickets", QUESTION, idempotency_key="k")
    again = api.post("/tickets", dict(reversed(QUESTION.items())), idempotency_key="k")

    assert again["Idempotency-Replayed"] == "true"


def test_another_body_under_the_same_key_is_refused(api):
    api.post("/tickets", QUESTION, idempotency_key="k")
    other = api.post("/tickets", {**QUESTION, "subject": "Why?"}, idempotency_key="k")

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Ticket.objects.count() == 1


def test_a_key_is_for_one_shop_of_a_person_who_serves_two(stage, api_as, amy):
    stage.team.shops.add(stage.other_shop)
    client = api_as(amy)

    ours, theirs = (
        client.post(f"/tickets?shop={code}", QUESTION, idempotency_key="k") for code in ("demo", "other")
    )

    assert (ours.json()["shop"], theirs.json()["shop"]) == ("demo", "other")
    assert Ticket.objects.count() == 2


def test_a_retry_after_the_key_was_rotated_does_not_double(api, stage, shop):
    _key, token = stage.issue(shop=shop, label="the new one")
    api.post("/tickets", QUESTION, idempotency_key="k")

    assert Api(token).post("/tickets", QUESTION, idempotency_key="k")["Idempotency-Replayed"] == "true"
    assert Ticket.objects.count() == 1


def test_another_shop_and_a_person_have_keys_of_their_own(api, api_as, stage, other_shop, amy):
    _key, token = stage.issue(shop=other_shop, label="theirs")
    answers = [
        client.post("/tickets", QUESTION, idempotency_key="k") for client in (api, Api(token), api_as(amy))
    ]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["number"] for answer in answers}) == 3


def test_another_path_is_another_request(api, ticket):
    body = {"author": "customer", "body": "Hello?"}
    answers = [
        api.post(f"/tickets/{ticket.number}/messages", body, idempotency_key="k"),
        api.post(f"/tickets/{ticket.number}/actions/answer", {"body": "Hello?"}, idempotency_key="k"),
    ]

    assert not any("Idempotency-Replayed" in answer for answer in answers)
    assert ticket.messages.filter(body="Hello?").count() == 2


@pytest.mark.parametrize("key", ["x" * 256, "a\x00b", "a\x7fb"])
def test_a_key_that_cannot_be_one_is_refused(api, key):
    assert api.post("/tickets", QUESTION, idempotency_key=key).status_code == 400
    assert Ticket.objects.count() == 0


def test_a_key_may_be_255_long(api):
    assert api.post("/tickets", QUESTION, idempotency_key="x" * 255).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [({**QUESTION, "colour": 1}, 400), ({**QUESTION, "category": "nope"}, 422), (ticket_body(), 422)],
)
def test_a_refusal_is_not_kept_and_the_key_may_be_used_again(api, body, status):
    assert api.post("/tickets", body, idempotency_key="k").status_code == status
    assert not IdempotencyKey.objects.exists()
    assert api.post("/tickets", QUESTION, idempotency_key="k").status_code == 201


def test_a_refusal_of_the_workflow_is_not_kept(api, ticket):
    path = f"/tickets/{ticket.number}/actions/resolve"

    assert api.post(path, {}, idempotency_key="k").status_code in (403, 409)
    assert not IdempotencyKey.objects.exists()


def test_a_key_is_forgotten_after_seven_days(api, advance_clock, monkeypatch):
    monkeypatch.setattr(due_kinds, "BATCH", 2)
    for key in ("a", "b", "c"):
        api.post("/tickets", QUESTION, idempotency_key=key)
    advance_clock(days=6)
    api.post("/tickets", QUESTION, idempotency_key="d")

    assert due.drain(due_kinds.ForgetKeys()) == 0
    advance_clock(days=1, hours=1)
    forgets = due_kinds.ForgetKeys()
    assert due.drain(forgets) == 3
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["d"]
    advance_clock(days=7)
    assert due.drain(forgets) == 0  # not before an hour has passed
    assert api.post("/tickets", QUESTION, idempotency_key="a").status_code == 201
    assert Ticket.objects.count() == 5


def picture(colour):
    out = BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return SimpleUploadedFile("cup.png", out.getvalue(), "image/png")


def test_files_are_compared_by_their_bytes(api, ticket):
    path = f"/tickets/{ticket.number}/attachments"
    first = api.upload(path, {"file": picture("red")}, idempotency_key="k")
    again = api.upload(path, {"file": picture("red")}, idempotency_key="k")
    other = api.upload(path, {"file": picture("blue")}, idempotency_key="k")

    assert (first.status_code, again.json()) == (201, first.json())
    assert other.status_code == 422
    assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_key_and_business_row_are_kept_or_lost_together(api, monkeypatch):
    def fail(row_id, response):
        raise ConnectionError("the machine dies between the two")

    monkeypatch.setattr(idempotency, "keep", fail)
    assert api.post("/tickets", QUESTION, idempotency_key="k").status_code == 500
    assert (Ticket.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
    monkeypatch.undo()

    assert api.post("/tickets", QUESTION, idempotency_key="k").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_is_still_at_work_is_told_and_may_ask_again(api, shop):
    claimed, may_end = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            IdempotencyKey.objects.create(
                caller=f"shop:{shop.pk}",
                method="POST",
                path="/api/v1/tickets",
                key="k",
                body_digest="d",
                created_at=now(),
            )
            claimed.set()
            may_end.wait(10)
            transaction.set_rollback(True)
        connection.close()

    twin = threading.Thread(target=first)
    twin.start()
    claimed.wait(10)
    answer = api.post("/tickets", QUESTION, idempotency_key="k")
    may_end.set()
    twin.join()

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert answer["Retry-After"] == "1"
    assert api.post("/tickets", QUESTION, idempotency_key="k").status_code == 201


# -- a session that the database ends in the middle ------------------------------------------

DIE_ONCE = """
CREATE SEQUENCE dies_once;
CREATE FUNCTION die_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('dies_once') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER die_once BEFORE INSERT ON tickets_ticket FOR EACH ROW EXECUTE FUNCTION die_once();
"""
LIVE_ON = "DROP TRIGGER die_once ON tickets_ticket; DROP FUNCTION die_once; DROP SEQUENCE dies_once"


@pytest.fixture
def dying(transactional_db, api):
    """The database hangs up in the middle of the first request that would be opened."""
    with connection.cursor() as cursor:
        cursor.execute(DIE_ONCE)
    yield api
    with connection.cursor() as cursor:
        cursor.execute(LIVE_ON)


def test_with_a_key_it_is_tried_again_at_once(dying):
    answer = dying.post("/tickets", QUESTION, idempotency_key="k")

    assert answer.status_code == 201
    assert Ticket.objects.get().number == answer.json()["number"]
    assert IdempotencyKey.objects.count() == 1


def test_without_a_key_it_is_for_the_caller_to_say(dying):
    answer = dying.post("/tickets", QUESTION)

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert not Ticket.objects.exists()
