"""Rules of time changed with open eyes by the API: looked at, applied, followed; for leads, and not for strangers."""

import pytest

from tests.tickets.recount_cases import closed_for
from tests.tickets.sla_cases import TARGETS, clock_of, policy_body
from tickets.models import Recount

pytestmark = pytest.mark.django_db
LEADS = {"leo", "mona", "ada"}
POLICY = policy_body(calendar="own", targets=TARGETS | {"resolution": 600})


def test_looked_at_applied_and_followed_to_its_end(five, api_as, leo, run_recounts):
    api = api_as(leo)
    seen = api.post("/calendars/own/preview", closed_for(2))

    assert seen.status_code == 201, seen.json()
    shape = seen.json()
    assert (shape["is_preview"], shape["state"], shape["percent"]) == (True, "finished", 100)
    assert (shape["looked"], shape["moved"], shape["written"]) == (15, 5, 0)
    assert shape["teams"] == [{"team": "after-sales", "moved": 5, "late": 0, "relieved": 0}]
    assert {row["ticket"] for row in shape["sample"]} == {ticket.number for ticket in five}

    done = api.post(f"/recounts/{shape['code']}/apply", {"recount": True}).json()
    assert (done["number"], done["recount"]["state"]) == (2, "running")
    run_recounts()
    end = api.get(f"/recounts/{done['recount']['code']}").json()
    assert (end["state"], end["moved"], end["written"], end["number"]) == ("finished", 5, 15, 2)
    assert clock_of(five[0], "resolution").due_version == 2


def test_put_with_recount_begins_it_at_once_and_again_is_the_same(five, api_as, leo):
    api = api_as(leo)
    first = api.put("/sla-policies/quality?recount=true", POLICY).json()
    again = api.put("/sla-policies/quality?recount=true", POLICY).json()

    assert first["recount"]["code"] == again["recount"]["code"]
    assert "recount" not in api.put("/sla-policies/quality", POLICY).json()
    code = first["recount"]["code"]
    assert [
        api.post(f"/recounts/{code}/{verb}", {}).json()["state"] for verb in ("pause", "resume", "cancel")
    ] == [
        "paused",
        "running",
        "cancelled",
    ]
    assert api.post(f"/recounts/{code}/resume", {}).status_code == 409
    assert api.put("/sla-policies/quality?recount=perhaps", POLICY).status_code == 422


def test_what_is_wrong_is_refused_at_its_field_and_what_is_old_as_stale(five, api_as, leo):
    api = api_as(leo)
    wrong = api.post("/calendars/own/preview", closed_for(1) | {"time_zone": "Mars/Base"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/time_zone")
    assert api.post("/calendars/own/preview", [1]).status_code in (400, 422)
    old = api.get("/calendars/own")["ETag"]
    api.put("/calendars/own", closed_for(1))
    assert api.post("/calendars/own/preview", closed_for(2), if_match=old).status_code == 412
    assert not Recount.objects.exists()


@pytest.mark.parametrize(
    "name", ["amy", "leo", "wen", "ines", "finn", "mona", "quinn", "audrey", "ada", "bob", None]
)
def test_each_role(five, api_as, api, stage, leo, name):
    code = api_as(leo).put("/sla-policies/quality?recount=true", POLICY).json()["recount"]["code"]
    theirs = api_as(getattr(stage, name)) if name else api
    may = name in LEADS

    answers = {
        "preview": theirs.post("/calendars/own/preview?shop=demo", closed_for(1)).status_code,
        "read": theirs.get(f"/recounts/{code}").status_code,
        "pause": theirs.post(f"/recounts/{code}/pause", {}).status_code,
        "apply": theirs.post(f"/recounts/{code}/apply", {}).status_code,
    }
    if may:
        assert answers == {"preview": 201, "read": 200, "pause": 200, "apply": 409}
    elif name == "bob":
        assert answers["preview"] in (403, 404)
        assert (answers["read"], answers["pause"], answers["apply"]) == (404, 404, 404)
    else:
        assert (answers["preview"], answers["pause"]) == (403, 403)
        assert answers["read"] in (200, 403)


def test_moves_are_told_of_requests_that_one_may_see(five, api_as, leo):
    api = api_as(leo)
    code = api.post("/calendars/own/preview", closed_for(2)).json()["code"]
    gone = {"ticket": 10**9, "target": "resolution", "seconds": 1, "before": "x", "after": "y"}
    Recount.objects.update(found={"sample": [gone], "teams": {"": [1, 0, 0]}})
    shape = api.get(f"/recounts/{code}").json()

    assert (shape["sample"], shape["largest"]) == ([], [])
    assert shape["teams"] == [{"team": None, "moved": 1, "late": 0, "relieved": 0}]


@pytest.mark.parametrize(
    "change",
    [
        {"name": {"en": "a\x00b"}},
        {"name": {"en": "x" * 100_000}},
        {"weekly": {"mon": "09:00-10:00"}},
        {"weekly": {"mon": [None]}},
        {"weekly": [], "holidays": {}},
        {"holidays": [7]},
        {"special_days": {"": [""]}},
        {"breaks": 7, "make_up_days": 7, "make_up_hours": {}, "announced_until": 7},
        {"code": None},
        {"time_zone": "../../etc/passwd"},
    ],
)
def test_whatever_is_sent_is_answered_by_a_sentence(five, api_as, leo, change):
    api = api_as(leo)
    for answer in (
        api.post("/calendars/own/preview", closed_for(1) | change),
        api.put("/calendars/own?recount=true", closed_for(1) | change),
    ):
        assert answer.status_code < 500
        assert answer.status_code in (200, 201) or answer.json()["detail"]


@pytest.mark.parametrize("body", [None, 7, "text", {"recount": "yes"}, {"other": True}])
def test_applying_takes_what_it_knows(five, api_as, leo, body):
    api = api_as(leo)
    code = api.post("/calendars/own/preview", closed_for(1)).json()["code"]

    assert api.post(f"/recounts/{code}/apply", body).status_code in (200, 400, 422)
    assert api.post(f"/recounts/{code}/explode", {}).status_code == 404
    assert api.get("/recounts/r-unknown").status_code == 404
