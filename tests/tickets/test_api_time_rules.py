"""SLA policies and calendars by the API: read by all, put in force by leads, refused at the field, nothing kept."""

import pytest

from aftersales.versions.models import Version
from aftersales.versions.registry import compiled, current
from tests.tickets.bodies import changed
from tests.tickets.sla_cases import SYSTEM, clock_of, policy_body
from tickets.actions.intake import open_ticket

pytestmark = pytest.mark.django_db
TICKET = {"category": "quality_other", "channel": "phone", "subject": "杯子", "message": "有裂纹"}
POLICY = policy_body("phone", calendar="night", **{"for": {"channels": ["phone"]}})
CALENDAR = {
    "code": "night",
    "name": {"zh": "夜班", "en": "Nights"},
    "time_zone": "Asia/Shanghai",
    "weekly": {"mon": ["09:00-12:00", "22:00-06:00"]},
    "holidays": [{"name": {"en": "New Year"}, "days": ["2026-01-01"]}],
    "special_days": {"2026-12-24": ["09:00-12:00"]},
    "announced_until": "2026-12-31",
}


@pytest.fixture
def lead(api_as, leo):
    return api_as(leo)


@pytest.fixture
def put(lead):
    def build(path, body):
        return lead.put(path, body)

    assert build("/calendars/night", CALENDAR).status_code == 200
    return build


def test_a_lead_puts_a_policy_in_force_and_the_next_request_is_under_it(put, shop, lead):
    told = put("/sla-policies/phone", POLICY)

    assert (told.status_code, told.json()["number"], told.json()["is_own"]) == (200, 1, True)
    ticket = open_ticket(shop, TICKET, by=SYSTEM)[0]
    assert clock_of(ticket, "resolution").policy.code == "phone"
    assert clock_of(ticket, "resolution").calendar.code == "night"
    listed = {row["code"]: row for row in lead.get("/sla-policies").json()["results"]}
    assert listed["phone"]["for"] == {"channels": ["phone"]}
    assert listed["quality"]["is_own"] is False
    assert lead.get("/sla-policies/phone").json()["body"] == POLICY


def test_the_same_again_is_no_new_version_and_another_is(put):
    put("/sla-policies/phone", POLICY)

    assert put("/sla-policies/phone", POLICY).json()["number"] == 1
    assert put("/sla-policies/phone", POLICY | {"promise_hours": 12}).json()["number"] == 2


@pytest.mark.parametrize(
    ("path", "value", "pointer", "words"),
    [
        (("targets", "resolution"), 0, "/targets/resolution", "whole number from 1 to"),
        (("targets", "resolution"), 10 * 366 * 1440, "/targets/resolution", "whole number from 1 to"),
        (("levels", 1, "at_percent"), 50, "/levels/1/at_percent", "Levels have to rise"),
        (("calendar",), "mars", "/calendar", "There is no calendar “mars” here"),
        (("code",), "fax", "/code", "This has to be “phone”"),
        (("for", "channels"), ["pigeon"], "/for/channels/0", "“pigeon” is not known here"),
        (("for", "categories"), ["pigeons"], "/for/categories", "“pigeons” is not known here"),
        (("name", "zh"), ..., "/name/zh", "This is missing"),
    ],
)
def test_a_policy_that_is_wrong_is_refused_at_its_field_and_not_kept(put, path, value, pointer, words):
    told = put("/sla-policies/phone", changed(POLICY, path, value))

    assert told.status_code == 422, told.json()
    assert told.json()["errors"][0]["pointer"] == pointer
    assert words in told.json()["errors"][0]["detail"]
    assert not Version.objects.filter(code="phone").exists()


@pytest.mark.parametrize(
    ("path", "value", "pointer", "words"),
    [
        (("weekly",), {}, "/weekly", "never open"),
        (("weekly", "mon"), ["09:00-12:00", "11:00-13:00"], "/weekly/mon", "overlap"),
        (("weekly", "mon"), ["09:00-09:00"], "/weekly/mon/0", "no length"),
        (("weekly", "tue"), ["05:00-08:00"], "/weekly/tue", "still runs when"),
        (("weekly", "mon"), ["9-12"], "/weekly/mon/0", "is not an interval"),
        (("time_zone",), "Mars/Base", "/time_zone", "is not a time zone"),
        (("holidays", 0, "days"), ["2026-02-30"], "/holidays/0/days/0", "is not a day"),
        (("special_days",), {"2026-13-01": []}, "/special_days/2026-13-01", "is not a day"),
        (("special_days",), {"2026-01-01": ["09:00-10:00"]}, "/special_days", "is also a holiday"),
    ],
)
def test_a_calendar_that_is_wrong_is_refused_at_its_field_and_not_kept(lead, path, value, pointer, words):
    told = lead.put("/calendars/night", changed(CALENDAR, path, value))

    assert told.status_code == 422, told.json()
    assert told.json()["errors"][0]["pointer"] == pointer
    assert words in told.json()["errors"][0]["detail"]
    assert not Version.objects.filter(code="night").exists()


@pytest.mark.parametrize("body", [[], "text", 7, None, {}])
def test_what_is_no_policy_at_all_is_refused(lead, body):
    assert lead.put("/sla-policies/phone", body).status_code in (400, 422)
    assert lead.put("/calendars/night", body).status_code in (400, 422)


def test_two_that_tie_are_refused_by_name(put):
    put("/sla-policies/phone", POLICY)

    told = put("/sla-policies/urgent", POLICY | {"code": "urgent", "for": {"priorities": ["urgent"]}})

    assert told.status_code == 422
    assert told.json()["errors"][0]["pointer"] == "/for"
    assert "“urgent” and “phone”" in told.json()["errors"][0]["detail"]


def test_clocks_that_run_keep_the_version_they_began_with(put, shop):
    put("/sla-policies/phone", POLICY)
    ticket = open_ticket(shop, TICKET, by=SYSTEM)[0]
    put("/sla-policies/phone", POLICY | {"promise_hours": 12})

    assert compiled(clock_of(ticket, "resolution").policy_id).number == 1
    assert current("sla", "phone", shop.pk).number == 2


def test_the_clock_on_the_wall_is_nobodys_to_change(put, lead):
    told = put("/calendars/24x7", CALENDAR | {"code": "24x7"})

    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, "/code")
    assert "is the clock on the wall" in told.json()["errors"][0]["detail"]
    assert lead.get("/calendars/24x7").json()["is_own"] is False


def test_of_two_who_read_the_same_rule_only_one_writes_on_it(put, lead):
    pack = lead.get("/sla-policies/quality")
    ours = pack.json()["body"] | {"promise_hours": 12}
    first = lead.put("/sla-policies/quality", ours, if_match=pack["ETag"])
    assert (first.status_code, first["ETag"]) == (200, lead.get("/sla-policies/quality")["ETag"])
    assert first["ETag"] != pack["ETag"]

    late = lead.put("/sla-policies/quality", ours | {"promise_hours": 9}, if_match=pack["ETag"])

    assert late.status_code == 412
    assert late.json()["current"]["body"] == ours
    assert lead.put("/sla-policies/quality", ours, if_match=pack["ETag"]).json()["number"] == 1
    after = lead.put("/sla-policies/quality", ours | {"promise_hours": 9}, if_match=first["ETag"])
    assert after.status_code == 200


def test_a_rule_that_is_not_there_was_not_read(lead):
    assert lead.put("/calendars/night", CALENDAR, if_match='"7"').status_code == 412


@pytest.mark.parametrize("path", ["/sla-policies", "/calendars"])
def test_lists_come_page_by_page(lead, path):
    whole = [row["code"] for row in lead.get(path).json()["results"]]
    pages, cursor = [], ""
    while cursor is not None:
        told = lead.get(f"{path}?limit=2&cursor={cursor}").json()
        assert len(told["results"]) <= 2
        pages += [row["code"] for row in told["results"]]
        cursor = told["next"]

    assert pages == whole == sorted(whole)
    assert lead.get(f"{path}?limit=0").status_code == 400


def test_whose_rules_these_are(put, api, api_as, amy, bob, stage):
    put("/sla-policies/phone", POLICY)

    assert api_as(amy).put("/sla-policies/phone", POLICY).status_code == 403
    assert api.put("/sla-policies/phone", POLICY).status_code == 403
    assert api.get("/sla-policies/phone").json()["number"] == 1
    assert api_as(bob).get("/sla-policies/phone").status_code == 404
    assert api_as(bob).put("/sla-policies/phone?shop=demo", POLICY).status_code == 404
    assert Version.objects.filter(code="phone").count() == 1
    assert api.get("/calendars/atlantis").status_code == 404


def test_a_year_that_is_not_announced_is_told(lead):
    listed = {row["code"]: row for row in lead.get("/calendars").json()["results"]}

    assert listed["cn_office"]["announced_until"] == "2026-12-31"
    assert listed["24x7"]["announced_until"] is None
