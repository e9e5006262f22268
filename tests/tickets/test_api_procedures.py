"""/procedures: reading, drafting, comparing, trying and publishing by the API, and who may."""

import pytest
import yaml

from aftersales.versions.models import Version
from tests.tickets.procedure_bodies import CODE, body_in_force, renamed

pytestmark = pytest.mark.django_db
HERE = f"/procedures/{CODE}"


@pytest.fixture
def lead(api_as, leo):
    return api_as(leo)


def put(client, body, **headers):
    return client.put(f"{HERE}/draft", body, **headers)


def test_the_list_tells_version_running_and_draft(lead, ticket, django_assert_max_num_queries):
    put(lead, renamed(body_in_force(), "Anew"))
    with django_assert_max_num_queries(12):
        rows = {row["code"]: row for row in lead.get("/procedures?limit=200").json()["results"]}

    assert len(rows) == 36
    assert rows[CODE]["running"] == {"count": 1, "capped": False}
    assert rows[CODE]["published"]["number"] == 1
    assert rows[CODE]["draft"]["number"] == 2
    assert rows["invoice"]["draft"] is None
    assert rows["invoice"]["categories"] == ["invoice"]


def test_the_list_goes_on_by_key(lead):
    first = lead.get("/procedures?limit=30").json()
    rest = lead.get(f"/procedures?limit=30&cursor={first['next']}").json()

    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (30, 6, None)


def test_one_procedure_has_its_body_and_no_draft(lead):
    answer = lead.get(HERE)

    assert answer["ETag"] == '"0"'
    assert answer.json()["published"]["body"] == body_in_force()
    assert answer.json()["draft"] is None
    assert [row["origin"] for row in answer.json()["history"]] == ["pack"]


def test_a_draft_is_begun_saved_and_published(lead):
    begun = put(lead, renamed(body_in_force(), "Anew"), if_match='"0"')
    again = put(lead, renamed(body_in_force(), "Once more"), if_match=begun["ETag"])
    published = lead.post(f"{HERE}/publish", if_match=again["ETag"])

    assert (begun.status_code, again.status_code, published.status_code) == (201, 200, 200)
    assert begun.json()["draft"]["problems"] == []
    assert published.json()["published"]["body"]["steps"][0]["title"]["en"] == "Once more"
    assert published.json()["published"]["origin"] == "shop"
    assert published.json()["draft"] is None


def test_a_stale_draft_is_refused_with_what_stands(lead):
    first = put(lead, renamed(body_in_force(), "Anew"))
    put(lead, renamed(body_in_force(), "Quicker"))

    stale = put(lead, renamed(body_in_force(), "Slower"), if_match=first["ETag"])

    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert stale.json()["current"]["draft"]["body"]["steps"][0]["title"]["en"] == "Quicker"


def test_an_unfinished_draft_is_kept_but_not_published(lead):
    kept = put(lead, renamed(body_in_force(), ""))
    published = lead.post(f"{HERE}/publish")

    place = {"pointer": "/steps/0/title/en", "detail": "This cannot be empty."}
    assert kept.json()["draft"]["problems"] == [place]
    assert published.status_code == 422
    assert published.json()["errors"] == [place | {"code": "invalid_content"}]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "invoice", "steps": []},
        {"id": CODE, "steps": "none"},
        {"id": CODE, "steps": [7]},
        {"id": CODE, "steps": [{"id": "a", "kind": ["x"], "stage": {}}]},
        {"id": CODE, "steps": [{"id": "a", "kind": "ask", "stage": "receive", "title": {"en": ["x"]}}]},
        {"id": CODE, "steps": [{"id": "a", "kind": "ask", "stage": "receive", "params": {"choices": [1]}}]},
        {"id": CODE, "steps": [{"id": "a", "kind": "ask", "stage": "receive", "when": ["b"]}]},
        {"id": CODE, "steps": [], "title": "words"},
        {"id": CODE, "steps": [], "colour": [[["red"]]]},
    ],
)
def test_what_is_no_procedure_is_refused_with_its_place(lead, body):
    answer = put(lead, body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_content")
    assert not Version.objects.filter(code=CODE, state="draft").exists()


def test_differences_are_told_for_programs_and_people(lead):
    put(lead, renamed(body_in_force(), "Anew"))

    change = lead.get(f"{HERE}/diff").json()["changes"][0]

    assert (change["kind"], change["moved"]) == ("changed", False)
    assert change["fields"][0] | {"old": "", "old_text": ""} == {
        "pointer": "/title/en",
        "label": "Title (English)",
        "old": "",
        "new": "Anew",
        "old_text": "",
        "new_text": "Anew",
    }


def test_differences_are_told_in_chinese(lead):
    put(lead, renamed(body_in_force(), "Anew"))

    change = lead.get(f"{HERE}/diff", accept_language="zh").json()["changes"][0]

    assert change["fields"][0]["label"] == "标题（英文）"


def test_it_is_tried_on_a_request_that_is_there(lead, ticket):
    rows = lead.get(f"{HERE}/try?ticket={ticket.number}").json()["steps"]

    assert {row["outcome"] for row in rows} <= {"desk", "recorded", "asked", "skipped", "open"}
    assert all(row["sentence"] for row in rows)
    assert lead.get(f"{HERE}/try?ticket=NOBODY").status_code == 404


def test_yaml_goes_out_and_comes_in(lead):
    text = lead.get(f"{HERE}/yaml").content.decode()
    edited = text.replace(yaml.safe_load(text)["steps"][0]["title"]["en"], "Straight from a file", 1)

    answer = lead.post(f"{HERE}/import", {"yaml": edited})

    assert yaml.safe_load(text) == body_in_force()
    assert answer.json()["draft"]["body"]["steps"][0]["title"]["en"] == "Straight from a file"


def test_a_bad_file_is_refused_by_its_line_and_changes_nothing(lead):
    text = lead.get(f"{HERE}/yaml").content.decode()

    unread = lead.post(f"{HERE}/import", {"yaml": text + "\n  - ]"})
    wrong = lead.post(f"{HERE}/import", {"yaml": text.replace("kind: ", "kind: un", 1)})

    assert unread.status_code == wrong.status_code == 422
    assert unread.json()["detail"].startswith(f"{CODE}.yaml:")
    assert wrong.json()["detail"].startswith(f"{CODE}.yaml:")
    assert not Version.objects.filter(code=CODE, state="draft").exists()


def test_a_past_version_is_restored(lead):
    pack = lead.get(HERE).json()["published"]["id"]
    put(lead, renamed(body_in_force(), "Anew"))
    lead.post(f"{HERE}/publish")

    restored = lead.post(f"{HERE}/restore", {"version": pack})

    assert restored.json()["draft"]["body"] == body_in_force()
    assert lead.post(f"{HERE}/restore", {"version": 10**30}).status_code == 400
    assert lead.post(f"{HERE}/restore", {"version": 10**15}).status_code == 409


def test_a_draft_is_discarded(lead):
    put(lead, renamed(body_in_force(), "Anew"))

    assert lead.client.delete(f"/api/v1{HERE}/draft").status_code == 204
    assert lead.client.delete(f"/api/v1{HERE}/draft").status_code == 409
    assert lead.get(HERE).json()["draft"] is None


@pytest.mark.parametrize(
    ("name", "status"),
    [("leo", 201), ("mona", 201), ("ada", 201), ("amy", 403), ("wen", 403), ("finn", 403), ("audrey", 403)],
)
def test_leads_write_and_others_read(api_as, stage, name, status):
    client = api_as(getattr(stage, name))

    assert put(client, renamed(body_in_force(), "Anew")).status_code == status
    assert client.get(HERE).status_code == 200


def test_a_shop_s_system_reads_and_does_not_write(api):
    assert api.get(HERE).status_code == 200
    assert put(api, body_in_force()).status_code == 403


def test_a_stranger_sees_and_changes_nothing_of_it(api_as, bob, lead):
    put(lead, renamed(body_in_force(), "Anew"))

    assert api_as(bob).get(HERE).json()["draft"] is None
    assert api_as(bob).get(f"{HERE}?shop=demo").status_code == 404
    assert lead.get(f"{HERE}?shop=other").status_code == 404


def test_what_is_not_there_is_404(lead):
    assert lead.get("/procedures/nothing").status_code == 404
    assert lead.put("/procedures/nothing/draft", {}).status_code == 404
    assert lead.get(f"{HERE}/yaml?version=next").status_code == 400
    assert lead.get(f"{HERE}/yaml?version=draft").status_code == 409
