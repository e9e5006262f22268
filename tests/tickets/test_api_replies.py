"""Canned replies over REST: the same as on the pages."""

import pytest

from aftersales.events.actors import Actor
from tests.tickets.test_actions_macros import words
from tickets.actions.macros import save_macro
from tickets.models import Macro, Message, Ticket

pytestmark = pytest.mark.django_db
REPLY = {
    "title": {"zh": "升级", "en": "Pass on"}, "body": {"zh": "稍等", "en": "One moment"},
    "does": [{"verb": "escalate", "with": {"reason": "as agreed"}}],
}  # fmt: skip


def test_they_are_listed_by_pages(api_as, api, amy):
    first = api_as(amy).get("/replies", {"limit": 50}).json()
    second = api_as(amy).get("/replies", {"limit": 50, "cursor": first["next"]}).json()

    assert len(first["results"]) + len(second["results"]) == 90
    assert first["results"][0]["of"] == "pack"
    assert len(api.get("/replies").json()["results"]) > 0


def test_one_is_written_read_changed_and_removed(api_as, amy, leo):
    mine = api_as(amy)
    made = mine.post("/replies", REPLY)
    path = f"/replies/{made.json()['id']}"

    assert (made.status_code, made.json()["of"], made["ETag"]) == (201, "person", '"1"')
    changed = mine.put(path, {**REPLY, "title": {"zh": "新", "en": "New"}}, if_match='"1"')
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert mine.put(path, REPLY, if_match='"1"').status_code == 412
    assert api_as(leo).get(path).status_code == 404
    assert mine.client.delete(f"/api/v1{path}").status_code == 204
    assert mine.get(path).status_code == 404


def test_a_shops_is_made_by_its_leads(api_as, api, amy, leo, bob):
    body = {**REPLY, "shop": "demo"}

    assert api_as(leo).post("/replies", body).json()["shop"] == "demo"
    assert api_as(amy).post("/replies", body).status_code == 403
    assert api.post("/replies", body).status_code == 403
    refused = api_as(bob).post("/replies", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/shop")


def test_a_packs_becomes_the_shops(api_as, leo):
    pack = Macro.objects.get(code="greet_first")

    answer = api_as(leo).put(f"/replies/{pack.pk}", {**REPLY, "shop": "demo"}).json()

    assert (answer["code"], answer["of"], answer["id"] != pack.pk) == ("greet_first", "shop", True)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"body": {"zh": "{colour}", "en": "{colour}"}}, 422),
        ({"does": [{"verb": "explode"}]}, 422),
        ({"does": [{"verb": "take", "colour": 1}]}, 422),
        ({"does": "take"}, 422),
        ({"title": {"fr": "x"}}, 422),
        ({"colour": 1}, 422),
    ],
)
def test_what_is_wrong_is_said(api_as, amy, changes, status):
    assert api_as(amy).post("/replies", {**REPLY, **changes}).status_code in (status, 400)


def test_a_reply_on_a_ticket_is_read_and_sent(api_as, ticket, amy):
    macro = save_macro(
        None, by=Actor.staff(amy), **words("您好，{ticket_no}", "Hello {ticket_no}", does=REPLY["does"])
    )
    path = f"/tickets/{ticket.number}/replies/{macro.code}"

    read = api_as(amy).get(path).json()
    sent = api_as(amy).post(path, {})

    assert (read["text"], read["gaps"]) == (f"您好，{ticket.number}", [])
    assert sent.status_code == 200, sent.json()
    assert Ticket.objects.get(pk=ticket.pk).priority == "high"
    assert Message.objects.filter(body=read["text"]).count() == 1


def test_a_gap_is_told_and_other_words_may_be_given(api_as, ticket, amy):
    path = f"/tickets/{ticket.number}/replies/answer_general"

    assert [gap["name"] for gap in api_as(amy).get(path).json()["gaps"]] == ["answer_text"]
    assert api_as(amy).post(path, {}).status_code == 422
    assert api_as(amy).post(path, {"body": "Please send photos."}).status_code == 200


def test_what_is_not_ones_own_is_not_there(api_as, ticket, amy, bob):
    assert api_as(amy).get(f"/tickets/{ticket.number}/replies/nope").status_code == 404
    assert api_as(bob).get(f"/tickets/{ticket.number}/replies/greet_first").status_code == 404


def test_files_go_with_a_message_by_their_ids(api_as, api, ticket, amy, files_here):
    from tests.tickets.uploads import paper  # noqa: PLC0415 - beside its one use

    uid = api_as(amy).upload(f"/tickets/{ticket.number}/attachments", {"file": paper()}).json()["id"]
    path = f"/tickets/{ticket.number}/actions/note"
    said = api_as(amy).post(path, {"body": "see", "files": [uid]})
    again = api_as(amy).post(path, {"body": "see", "files": [uid]})

    assert (said.status_code, again.status_code) == (200, 422)
    shown = api_as(amy).get(f"/tickets/{ticket.number}/messages").json()["results"][-1]
    assert shown["attachments"] == [uid]
    assert api.get(f"/tickets/{ticket.number}/attachments").json()["results"] == []  # of a note


@pytest.mark.parametrize("files", ["x", [1], ["00000000-0000-0000-0000-000000000000"], {"a": 1}])
def test_files_that_are_none_are_refused(api_as, ticket, amy, files):
    answer = api_as(amy).post(f"/tickets/{ticket.number}/actions/reply", {"body": "x", "files": files})

    assert answer.status_code == 422
