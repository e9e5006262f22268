"""The pages of policies and calendars: typed, refused beside the field with nothing lost, looked at, applied."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aftersales.versions.models import Version
from aftersales.versions.registry import all_in_force, current
from tests.tickets.recount_cases import calendar_body, closed_for, posted
from tests.tickets.sla_cases import clock_of, policy_body
from tickets import calendar_form
from tickets.actions.recounts import change_rule
from tickets.models import Recount
from tickets.rule_forms import RuleForm
from tickets.views.time_rules import FORMS

pytestmark = pytest.mark.django_db
HERE = "/settings/time/demo/calendars/own"
POLICY = "/settings/time/demo/sla-policies/quality"


@pytest.fixture
def client(page_as, leo):
    return page_as(leo)


@pytest.fixture
def look(client):
    """Open a form, type, and ask what would change."""

    def build(path=HERE, query="", **changes):
        return client.post(path + query, posted(client.get(path), **changes))

    return build


def errors(page):
    return {part.name: part.errors for part in page.context["form"].parts() if part.errors}


@pytest.mark.parametrize("kind", ["calendar", "sla"])
def test_every_rule_of_the_pack_goes_through_its_form_as_it_is(shop, kind):
    context = {"is_new": False, "calendars": []}
    for version in all_in_force(kind, shop.pk):
        body = Version.objects.get(pk=version.id).body
        shown = RuleForm(FORMS[kind], body, context)
        shown.values = {part.name: [row for row in part.value if row] if part.kind == "rows" else part.value
                        for part in shown.parts()}  # fmt: skip
        assert {k: v for k, v in shown.body().items() if v not in ([], {}, None)} == {
            k: v for k, v in body.items() if v not in ([], {}, None)
        }, version.code


def test_a_calendar_is_changed_looked_at_and_put_in_force_with_its_clocks(five, client, look, run_recounts):
    seen = look(time_zone="Asia/Tokyo", weekly_sun="", weekly_mon="０９：００－１２：００、13:00–18:00",
                announced_until="２０２７－12－31")  # fmt: skip
    preview = Recount.objects.get()
    assert preview.body["weekly"]["mon"] == ["09:00-12:00", "13:00-18:00"]
    assert preview.body["announced_until"] == "2027-12-31"
    assert (seen.status_code, seen.url) == (302, f"/settings/recounts/{preview.code}")
    page = client.get(seen.url).content.decode()
    assert "15 clocks run by this rule" in page
    assert current("calendar", "own", five[0].shop_id).number == 1

    done = client.post(f"{seen.url}/apply", {"clocks": "recount"})
    recount = Recount.objects.get(version__isnull=False)
    assert done.url == f"/settings/recounts/{recount.code}"
    assert "Being counted" in client.get(done.url).content.decode()
    run_recounts()
    page = client.get(done.url).content.decode()
    assert "Finished" in page
    assert "hx-trigger" not in page.partition("</header>")[0].partition('id="recount"')[2]
    clock = clock_of(five[0], "resolution")
    assert clock.calendar.body["time_zone"] == "Asia/Tokyo"
    assert client.get(HERE).context["recounts"][0] == recount


def test_kept_clocks_are_the_default_and_lead_back_to_the_rule(five, client, look):
    seen = look(weekly_mon="09:00-12:00, 13:00-18:00, 22:00-06:00", weekly_tue="07:00-24:00")
    done = client.post(f"{seen.url}/apply", {"clocks": "keep"})

    assert done.url == HERE
    body = current("calendar", "own", five[0].shop_id)
    assert body.number == 2
    assert Version.objects.get(pk=body.id).body["weekly"]["mon"] == [
        "09:00-12:00",
        "13:00-18:00",
        "22:00-06:00",
    ]
    assert clock_of(five[0], "resolution").calendar.number == 1


@pytest.mark.parametrize(
    ("changes", "part", "words"),
    [
        ({"weekly_mon": "09:00-12:00, 11:00-13:00"}, "weekly_mon", "overlap"),
        ({"weekly_mon": "09:00-09:00"}, "weekly_mon", "no length"),
        ({"weekly_mon": "9 to 5"}, "weekly_mon", "is not an interval"),
        ({"weekly_mon": "22:00-06:00"}, "weekly_tue", "still runs when"),
        ({f"weekly_{day}": "" for day in calendar_form.WEEKDAYS}, "weekly_mon", "never open"),
        ({"time_zone": "Mars/Base"}, "time_zone", "is not a time zone"),
        ({"announced_until": "2026-02-30"}, "announced_until", "is not a day"),
        ({"announced_from": "soon"}, "announced_from", "is not a day"),
        ({"announced_from": "2027-01-01", "announced_until": "2026-01-01"}, "announced_from", "only until"),
        ({"holidays-0-en": "X", "holidays-0-days": "2026-13-01"}, "holidays", "1: “2026-13-01” is not a day"),
        ({"holidays-0-days": "2026-10-01"}, "holidays", "Give a name"),
        (
            {"special_days-0-day": "soon", "special_days-0-hours": "09:00-10:00"},
            "special_days",
            "is not a day",
        ),
        ({"breaks-0-day": "2026-10-01", "breaks-0-hours": "10-9"}, "breaks", "is not an interval"),
        ({"breaks-0-day": "2026-10-01", "breaks-0-hours": "15:00-14:00"}, "breaks", "over midnight"),
        ({"make_up_days": "2026-10-32"}, "make_up_days", "is not a day"),
        ({"name_zh": "", "name_en": ""}, "name_zh", "Give a name"),
    ],
)
def test_a_calendar_that_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    five, look, changes, part, words
):
    page = look(**changes)

    assert page.status_code == 422
    assert words in " ".join(errors(page)[part])
    for name, value in changes.items():
        if value:
            assert value in page.content.decode().replace("&#x27;", "'"), name
    assert not Recount.objects.exists()
    assert Version.objects.filter(code="own").count() == 1


@pytest.mark.parametrize(
    ("changes", "part", "words"),
    [
        ({"target_resolution": "0"}, "target_resolution", "whole number from 1 to"),
        ({"target_resolution": str(10 * 366 * 1440)}, "target_resolution", "whole number from 1 to"),
        ({"target_resolution": "soon"}, "target_resolution", "whole number"),
        ({"target_first_response": "9999"}, "target_first_response", "cannot be later"),
        ({"target_first_response": ""}, "target_first_response", "missing"),
        ({"levels-1-at_percent": "50"}, "levels", "2: Levels have to rise"),
        ({"levels-0-actions": []}, "levels", "1: This list is too short"),
        ({"calendar": "mars"}, "calendar", "no calendar “mars”"),
        ({"factor_urgent": "0"}, "factor_urgent", "above 0"),
        ({"factor_urgent": "inf"}, "factor_urgent", "above 0"),
        ({"promise_hours": "9999999"}, "promise_hours", "whole number"),
        ({"deadline_legal_refund": "0"}, "deadline_legal_refund", "whole number"),
        ({"pauses_on": ["waiting_moon"]}, "pauses_on", "is not known here"),
        ({"for_channels": ["pigeon"]}, "for_channels", "is not known here"),
        ({"for_categories": ["pigeons"]}, "for_categories", "is not known here"),
        ({"for_currency": "XXX"}, "for_currency", "is not a currency"),
        ({"name_zh": ""}, "name_zh", "cannot be empty"),
    ],
)
def test_a_policy_that_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    five, look, changes, part, words
):
    page = look(POLICY, **changes)

    assert page.status_code == 422
    assert words in " ".join(errors(page)[part]), errors(page)
    assert not Recount.objects.exists()
    assert Version.objects.filter(code="quality", shop_id=five[0].shop_id).count() == 1


def test_all_that_is_wrong_is_told_at_once(five, look):
    page = look(
        time_zone="Mars/Base", weekly_mon="x", weekly_wed="y", announced_until="z", name_zh="", name_en=""
    )

    assert set(errors(page)) == {"time_zone", "weekly_mon", "weekly_wed", "announced_until", "name_zh"}


def test_two_policies_that_tie_are_told_by_name(five, shop, lead, look, client):
    body = policy_body("phone", **{"for": {"channels": ["phone"]}})
    change_rule(shop, "sla", "phone", body, by=lead)
    path = "/settings/time/demo/sla-policies/new"
    page = client.get(path)
    data = posted(page, code="urgent", name_zh="急", name_en="Urgent", for_priorities=["urgent"],
                  target_first_response="5", target_resolution="60")  # fmt: skip
    answer = client.post(path, data)

    assert answer.status_code == 422
    assert "“urgent” and “phone”" in " ".join(answer.context["form"].at_large)
    assert client.post(path, data | {"for_categories": ["usage_help"]}).status_code == 302


@pytest.mark.parametrize("code", ["", "a b", "ä", "x" * 61, "../etc"])
def test_a_new_rule_needs_a_short_name_that_is_one(five, client, code):
    path = "/settings/time/demo/calendars/new"
    answer = client.post(path, posted(client.get(path), code=code, name_en="Nights", time_zone="Mars"))

    assert answer.status_code == 422
    assert set(errors(answer)) == {"code", "time_zone"}


def test_a_new_calendar_is_looked_at_and_there_once_it_is_applied(five, client):
    path = "/settings/time/demo/calendars/new"
    seen = client.post(path, posted(client.get(path), code="nights", name_en="Nights"))
    again = client.get(f"/settings/time/demo/calendars/nights?from={Recount.objects.get().code}")
    assert again.context["form"].body()["name"] == {"en": "Nights"}
    assert client.get("/settings/time/demo/calendars/nights").status_code == 404
    assert client.post(f"{seen.url}/apply", {}).url == "/settings/time/demo/calendars/nights"
    assert "Nights" in client.get("/settings/time").content.decode()


def test_typed_over_somebody_elses_change_it_is_refused_and_still_there(five, client, shop, lead):
    data = posted(client.get(HERE), name_en="Mine")
    change_rule(shop, "calendar", "own", closed_for(1), by=lead)
    answer = client.post(HERE, data)

    assert answer.status_code == 412
    page = answer.content.decode()
    assert "put version 2 in force" in page
    assert 'value="Mine"' in page
    assert client.post(HERE, posted(answer)).status_code == 302


def test_a_preview_that_is_old_by_now_is_refused_where_it_is_applied(five, client, look, shop, lead):
    seen = look(weekly_sun="")
    change_rule(shop, "calendar", "own", closed_for(1), by=lead)
    answer = client.post(f"{seen.url}/apply", {"clocks": "recount"})

    assert answer.status_code == 412
    assert "changed since" in answer.content.decode()


def test_more_rows_and_checking_as_it_is_typed_keep_what_was_typed(five, look):
    more = look(**{"do": "more", "holidays-0-en": "Flood"})
    rows = next(part.rows for part in more.context["form"].parts() if part.name == "holidays")
    assert (more.status_code, len(rows)) == (200, 6)
    assert 'value="Flood"' in more.content.decode()
    checked = look(query="?only=check", time_zone="Mars")
    assert (checked.status_code, list(errors(checked))) == (200, ["time_zone"])
    assert not Recount.objects.exists()


def test_a_file_is_taken_into_the_form_and_looked_at_like_what_is_typed(five, client):
    text = client.get(f"{HERE}/yaml").content.replace(b"Our own", b"From a file")
    page = client.post(HERE, {"do": "import", "file": SimpleUploadedFile("own.yaml", text)})

    assert page.status_code == 200
    assert page.context["form"].body()["name"]["en"] == "From a file"
    assert "The file is in the form now" in page.content.decode()
    assert client.post(HERE, posted(page)).status_code == 302
    policy = client.get(f"{POLICY}/yaml").content
    assert (
        client.post(POLICY, {"do": "import", "file": SimpleUploadedFile("q.yaml", policy)}).status_code == 200
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"code: own\nname: {en: X}\ntime_zone: Mars\nweekly: {mon: ['09:00-10:00']}\n", "own.yaml:3: "),
        (b"code: other\nname: {en: X}\ntime_zone: UTC\nweekly: {mon: ['09:00-10:00']}\n", "has to be “own”"),
        (b"code: own\nname: {en: X}\ntime_zone: UTC\nweekly: 7\n", "own.yaml:4: "),
        (b"[1, 2]", "set of named entries"),
        (b"a: [", "own.yaml:"),
        (b"\xff\xfe\x00", "own.yaml:"),
        (b"", "own.yaml:"),
        (b"#" * 200_001, "longer than a rule can be"),
    ],
)
def test_a_file_that_is_wrong_leaves_the_form_as_it_was(five, client, text, words):
    page = client.post(HERE, {"do": "import", "file": SimpleUploadedFile("own.yaml", text or b" ")})

    assert page.status_code == 422
    assert words in " ".join(page.context["refused_lines"])
    assert page.context["form"].body()["name"]["en"] == "Our own"


@pytest.mark.parametrize(
    "odd",
    [
        {"name": {"en": "X", "zh": None}},
        {
            "holidays": None,
            "breaks": None,
            "special_days": None,
            "make_up_days": None,
            "announced_until": None,
        },
        {"special_days": {"2027-01-04": []}, "holidays": [{"name": {"zh": "休"}, "days": None}]},
        {"weekly": {"sat": ["00:00-24:00"]}},
    ],
)
def test_whatever_is_in_force_can_be_shown_and_sent_back(five, client, shop, lead, odd):
    change_rule(shop, "calendar", "own", calendar_body(**odd), by=lead)
    page = client.get(HERE)

    assert ">None<" not in page.content.decode()
    assert 'value="None"' not in page.content.decode()
    assert client.post(HERE, posted(page)).status_code == 302
