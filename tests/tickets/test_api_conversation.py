"""Messages, attachments, events and actions of a ticket over REST."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aftersales.errors import Stale
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tickets.actions.assignment import take_ticket
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db


def picture(picture_format="JPEG", exif=None):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, picture_format, **({"exif": exif} if exif else {}))
    return SimpleUploadedFile(f"photo.{picture_format.lower()}", out.getvalue())


def test_the_customers_words_come_through_the_shop(api, ticket):
    answer = api.post(f"/tickets/{ticket.number}/messages", {"author": "customer", "body": "还没收到回复"})

    assert answer.status_code == 201
    assert answer.json()["author"] == {"kind": "customer", "name": "王小明"}
    assert api.get(f"/tickets/{ticket.number}/messages").json()["results"][-1]["body"] == "还没收到回复"


def test_internal_notes_are_not_for_the_shop_key_nor_the_dock(api, api_as, ticket, amy, wen):
    api_as(amy).post(f"/tickets/{ticket.number}/actions/note", {"body": "@leo look"})

    assert [m["visibility"] for m in api.get(f"/tickets/{ticket.number}/messages").json()["results"]] == [
        "public"
    ]
    assert len(api_as(amy).get(f"/tickets/{ticket.number}/messages").json()["results"]) == 2
    assert api_as(wen).get(f"/tickets/{ticket.number}/messages").status_code == 403


def test_a_mention_lands_in_the_inbox_once(api_as, ticket, amy, leo, bob):
    api_as(amy).post(
        f"/tickets/{ticket.number}/actions/note", {"body": "@leo @bob please"}, idempotency_key="n"
    )
    api_as(amy).post(
        f"/tickets/{ticket.number}/actions/note", {"body": "@leo @bob please"}, idempotency_key="n"
    )

    assert list(leo.notifications.values_list("kind", "ticket_number")) == [("mention", ticket.number)]
    assert not bob.notifications.exists()


def test_a_picture_is_kept_without_what_the_camera_added(api, ticket):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"

    answer = api.upload(f"/tickets/{ticket.number}/attachments", {"file": picture(exif=exif)})

    kept = Attachment.objects.get()
    assert answer.status_code == 201, answer.json()
    assert (kept.media_type, kept.name) == ("image/jpeg", "photo.jpeg")
    from django.core.files.storage import default_storage  # noqa: PLC0415 - needs the settings

    with default_storage.open(kept.path) as stored:
        assert b"taken at home" not in stored.read()


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\x00",
        b"",
        b"\xff\xd8\xff\xe0broken",
    ],
)
def test_what_is_not_a_picture_pdf_or_film_is_refused(api, ticket, content):
    answer = api.upload(
        f"/tickets/{ticket.number}/attachments", {"file": SimpleUploadedFile("a.jpg", content)}
    )

    assert answer.status_code == 422
    assert not Attachment.objects.exists()


def test_one_upload_sent_twice_with_its_key_is_one_file(api, ticket):
    path = f"/tickets/{ticket.number}/attachments"
    first = api.upload(path, {"file": picture()}, idempotency_key="u").json()
    again = api.upload(path, {"file": picture()}, idempotency_key="u").json()

    assert first == again
    assert Attachment.objects.count() == 1


def test_the_timeline_is_gapless_and_speaks_both_languages(api, api_as, ticket, amy):
    api_as(amy).post(f"/tickets/{ticket.number}/actions/take")

    en = api.get(f"/tickets/{ticket.number}/events").json()["results"]
    zh = api.get(f"/tickets/{ticket.number}/events", accept_language="zh").json()["results"]

    assert [event["seq"] for event in en] == [1, 2]
    assert [event["sentence"] for event in en] == ["The request was opened", "Amy took the request"]
    assert zh[0]["sentence"] == "提交了申请"


def test_actions_describe_themselves_as_json_schema(api_as, ticket, amy):
    verbs = {
        row["verb"]: row["schema"]
        for row in api_as(amy).get(f"/tickets/{ticket.number}/actions").json()["results"]
    }

    assert verbs["hold"]["properties"]["waiting_on"]["enum"][1] == "customer"
    assert verbs["reject"]["required"] == ["reason"]
    assert "reopen" not in verbs


@pytest.mark.parametrize(
    ("verb", "body", "status", "code"),
    [
        ("fly", {}, 400, "unknown_verb"),
        ("reject", {}, 422, "invalid"),
        ("reject", {"reason": "x", "colour": 1}, 400, "unknown_field"),
        ("close", {}, 409, "not_possible"),
        ("hold", {"reason": "x", "waiting_on": "godot"}, 422, "invalid"),
    ],
)
def test_an_action_is_refused_in_a_sentence(api_as, ticket, leo, verb, body, status, code):
    answer = api_as(leo).post(f"/tickets/{ticket.number}/actions/{verb}", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()


def test_a_role_that_may_not_is_told_so(api_as, ticket, audrey):
    answer = api_as(audrey).post(f"/tickets/{ticket.number}/actions/take")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_the_feed_follows_commits_without_gaps(api, api_as, ticket, amy, drain):
    api_as(amy).post(f"/tickets/{ticket.number}/actions/take")
    drain()

    feed = api.get("/events").json()
    rest = api.get("/events", {"after": feed["next"]}).json()

    numbers = [row["feed_no"] for row in feed["results"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert feed["results"][-1]["ticket"] == ticket.number
    assert rest == {"results": [], "next": feed["next"]}
    assert Event.objects.filter(shop_id=ticket.shop_id).count() == len(numbers)


def test_a_key_without_the_scope_is_told_which(stage, ticket):
    from tests.clients import Api  # noqa: PLC0415 - needs the settings

    token = stage.issue(shop=stage.shop, label="reader", scopes=["tickets:read"])[1]

    answer = Api(token).post(f"/tickets/{ticket.number}/messages", {"author": "customer", "body": "x"})

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ask_x_y", "Basic abc", "Bearer ask_" + "x" * 500 + "_y"]
)
def test_without_a_key_the_door_stays_shut(client, header):
    answer = client.get("/api/v1/tickets", headers={"authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_or_expired_key_opens_nothing(api, shop_key, advance_clock):
    assert api.get("/tickets").status_code == 200
    advance_clock(days=366)
    assert api.get("/tickets").status_code == 401


def test_the_openapi_document_is_served(client):
    document = client.get("/api/v1/openapi.json", {"format": "json"}, headers={"accept": "application/json"})

    assert document.status_code == 200
    assert document.json()["openapi"].startswith("3.1")
    assert "/api/v1/tickets/{number}/actions/{verb}" in document.json()["paths"]


def test_an_address_that_is_not_there_answers_as_the_api_speaks(api, client):
    with_key = api.get("/nowhere/at/all")

    assert (with_key.status_code, with_key.json()["code"]) == (404, "not_found")
    assert client.post("/api/v2/x").status_code == 401


def test_of_two_writes_on_one_version_the_second_is_refused_under_the_lock(ticket, amy):
    stale = Ticket.objects.get(pk=ticket.pk)
    stale.expected_version = stale.version
    take_ticket(ticket, by=Actor.staff(amy))

    with pytest.raises(Stale):
        take_ticket(stale, by=Actor.staff(amy))


def test_the_shop_speaks_to_its_customer_and_to_the_desk(api, ticket):
    path = f"/tickets/{ticket.number}/messages"
    public = api.post(path, {"author": "shop", "body": "We ship tomorrow."})
    inside = api.post(path, {"author": "shop", "body": "VIP.", "visibility": "internal"})

    assert (public.status_code, public.json()["author"]["kind"]) == (201, "shop")
    assert (inside.status_code, inside.json()["visibility"]) == (201, "internal")
    assert Ticket.objects.get(pk=ticket.pk).first_responded_at is None
