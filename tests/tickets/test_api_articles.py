"""Answers and suggestions over REST."""

import pytest

from staff.actions import add_member
from tickets.models import Article

pytestmark = pytest.mark.django_db
BODY = {
    "category": "usage_help",
    "questions": {"zh": ["杯子能进洗碗机吗？"], "en": ["Is the mug safe in the dishwasher?"]},
    "answer": {"zh": "可以。", "en": "Yes, it is."},
}


# -- reading ------------------------------------------------------------------------------


def test_the_answers_are_listed_by_key(api):
    first = api.get("/articles?limit=60").json()
    second = api.get(f"/articles?limit=60&cursor={first['next']}").json()

    assert (len(first["results"]), len(second["results"]), second["next"]) == (60, 38, None)
    assert first["results"][0] | {"updated_at": ""} == {
        "id": "ship_when",
        "category": "not_shipped",
        "questions": Article.objects.get(code="ship_when").questions,
        "answer": Article.objects.get(code="ship_when").answer,
        "action": "change_order",
        "origin": "pack",
        "is_active": True,
        "version": 1,
        "updated_at": "",
    }


def test_words_and_category_narrow_the_list(api):
    found = api.get("/articles?q=发票抬头").json()["results"]
    invoices = api.get("/articles?category=invoice").json()["results"]

    assert "invoice_title" in [each["id"] for each in found]
    assert {each["category"] for each in invoices} == {"invoice"}


@pytest.mark.parametrize(
    ("query", "status"),
    [("?colour=red", 400), ("?limit=0", 400), ("?cursor=x", 400), ("?q=%3Cscript%3E", 200), ("?q=%00", 400)],
)
def test_odd_queries_are_refused_or_find_nothing(api, query, status):
    assert api.get(f"/articles{query}").status_code == status


def test_one_answer_is_read_and_what_is_not_there_is_not(api):
    assert api.get("/articles/ship_when").json()["questions"]["en"][0] == "When will it ship?"
    assert api.get("/articles/nothing").status_code == 404


def test_a_person_of_several_shops_names_one(api_as, amy, stage):
    add_member(stage.other_team, amy)

    assert api_as(amy).get("/articles").json()["code"] == "shop_needed"
    assert api_as(amy).get("/articles?shop=other").status_code == 200
    assert api_as(amy).get("/articles?shop=nowhere").status_code == 404


# -- writing ------------------------------------------------------------------------------


def test_a_lead_adds_changes_and_retires_an_answer(api, api_as, leo):
    lead = api_as(leo)
    made = lead.post("/articles", BODY, idempotency_key="a")
    again = lead.post("/articles", BODY, idempotency_key="a")
    code = made.json()["id"]
    changed = lead.put(f"/articles/{code}", BODY | {"answer": {"zh": "不可以。", "en": "No."}})
    retired = lead.post(f"/articles/{code}/retire")

    assert (made.status_code, again.json()["id"]) == (201, code)
    assert changed.json()["answer"]["en"] == "No."
    assert retired.json()["is_active"] is False
    assert api.get(f"/articles/{code}").json()["origin"] == "shop"
    assert Article.objects.filter(code=code).count() == 1


@pytest.mark.parametrize("who", ["amy", "wen", "audrey"])
def test_who_is_no_lead_is_refused(api, api_as, stage, who):
    person = api_as(getattr(stage, who))

    assert person.post("/articles", BODY).status_code == 403
    assert person.put("/articles/ship_when", BODY).status_code == 403
    assert person.post("/articles/ship_when/retire").status_code == 403
    assert api.post("/articles", BODY).status_code == 403


def test_the_stranger_does_not_see_it(api_as, leo, bob):
    code = api_as(leo).post("/articles", BODY).json()["id"]

    assert api_as(bob).get(f"/articles/{code}").status_code == 404
    assert api_as(bob).put(f"/articles/{code}", BODY).status_code == 404


def test_an_older_version_is_not_written_over(api_as, leo, mona):
    read = api_as(leo).get("/articles/ship_when")
    api_as(mona).put("/articles/ship_when", BODY)

    assert api_as(leo).put("/articles/ship_when", BODY, if_match=read["ETag"]).status_code == 412


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"category": "nonsense"}, "/category"),
        ({"questions": {"zh": [], "en": ["x"]}}, "/questions/zh"),
        ({"questions": "why?"}, "/questions"),
        ({"questions": {"zh": [7], "en": ["x"]}}, "/questions/zh/0"),
        ({"answer": {"zh": "可以"}}, "/answer/en"),
        ({"answer": {"zh": "{x}", "en": "{x}"}}, "/answer"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_is_pointed_at(api_as, leo, change, pointer):
    answer = api_as(leo).post("/articles", BODY | change)

    assert answer.status_code in (400, 422)
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


# -- suggestions --------------------------------------------------------------------------


def test_a_text_is_answered_with_the_words_that_say_so(api):
    told = api.post("/suggestions", {"text": "退款什么时候到账？"}).json()

    assert told["answers"][0]["article"]["id"] == "refund_time"
    assert "退款" in told["answers"][0]["because_of"]
    assert 0 < told["answers"][0]["confidence"] <= 1
    assert told["category"]["category"] == "refund_progress"


@pytest.mark.parametrize("text", ["🙂", "\u202e<>", "zzz qqq", "?" * 20_000])
def test_odd_texts_are_answered_with_nothing(api, text):
    assert api.post("/suggestions", {"text": text}).json() == {"category": None, "answers": []}


@pytest.mark.parametrize(
    "body", [{}, {"text": 7}, {"text": ""}, {"text": "?" * 20_001}, {"text": "x", "y": 1}, []]
)
def test_what_is_no_text_is_refused(api, body):
    assert api.post("/suggestions", body).status_code in (400, 422)
