"""What a form was begun from goes along: nothing of a file or of a preview is lost that no field shows."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aftersales.versions.registry import PARSERS
from tests.tickets.recount_cases import calendar_body, posted
from tests.tickets.sla_cases import policy_body
from tickets.actions.recounts import preview_rule
from tickets.loading.writing import rule_as_yaml
from tickets.models import Recount
from tickets.rule_forms import LONGEST_BASE, base_of, times_of

pytestmark = pytest.mark.django_db
HERE = "/settings/time/demo/calendars/own"
POLICY = "/settings/time/demo/sla-policies/quality"
CALENDAR = calendar_body(
    announced_from="2026-01-01",
    announced_until="2027-12-31",
    holidays=[{"name": {"en": "Flood"}, "days": ["2027-03-01"], "note": "by the river"}],
)
SCOPED = policy_body(calendar="own", **{"for": {"shops": ["demo"], "channels": ["chat"]}})


@pytest.fixture
def client(page_as, leo):
    return page_as(leo)


def sent(client, path, page, **changes):
    """The body that is looked at once the form on the page is sent."""
    answer = client.post(path, posted(page, **changes))
    assert answer.status_code == 302, answer.context["form"].at_large
    return Recount.objects.get(code=answer.url.rpartition("/")[2]).body


@pytest.mark.parametrize(("path", "body"), [(HERE, CALENDAR), (POLICY, SCOPED)])
def test_a_file_that_was_taken_in_is_looked_at_as_it_came(five, client, path, body):
    file = SimpleUploadedFile("rule.yaml", rule_as_yaml(body).encode())
    page = client.post(path, {"do": "import", "file": file})
    more = client.post(path, posted(page, do="more"))

    assert sent(client, path, page) == sent(client, path, more) == body


@pytest.mark.parametrize(("path", "kind", "body"), [(HERE, "calendar", CALENDAR), (POLICY, "sla", SCOPED)])
def test_a_preview_that_goes_on_being_typed_keeps_what_it_had(five, shop, lead, client, path, kind, body):
    seen = preview_rule(shop, kind, body["code"], body, by=lead)
    page = client.get(f"{path}?from={seen.code}")

    assert sent(client, path, page, name_en="Typed on")["name"]["en"] == "Typed on"
    assert sent(client, path, page) == body


def test_since_when_holidays_are_known_is_typed_and_taken_out(five, client):
    page = client.get(HERE)
    body = sent(client, HERE, page, announced_from="2026-01-01")
    assert body["announced_from"] == "2026-01-01"
    again = client.get(f"{HERE}?from={Recount.objects.order_by('pk').last().code}")

    assert "announced_from" not in sent(client, HERE, again, announced_from="")


ODD = [
    "",
    "null",
    "[]",
    "{",
    "[" * 100_000,
    '{"code": NaN}',
    json.dumps(CALENDAR | {"name": {"en": "\0"}}),
    json.dumps(CALENDAR | {"name": {"en": "\ud800"}}),
    json.dumps(CALENDAR | {"weekly": 7}),
    json.dumps(CALENDAR | {"holidays": "all"}),
    json.dumps(CALENDAR | {"more": 1}),
    json.dumps(CALENDAR).rjust(LONGEST_BASE + 1),
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_what_comes_back_and_is_not_sound_counts_for_nothing(five, client, text):
    assert base_of(text, PARSERS["calendar"], "otherwise") == "otherwise"
    assert sent(client, HERE, client.get(HERE), base=text)["name"] == {"zh": "自己", "en": "Our own"}


def test_what_is_sound_comes_back_as_it_was():
    assert base_of(json.dumps(CALENDAR, ensure_ascii=False), PARSERS["calendar"], None) == CALENDAR


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("09:00-12:00, 13:00-18:00", ["09:00-12:00", "13:00-18:00"]),
        ("０９：００－１２：００、１３：００～１８：００", ["09:00-12:00", "13:00-18:00"]),
        ("09:00——12:00；13:00–18:00", ["09:00-12:00", "13:00-18:00"]),
        ("09:00 - 12:00", ["09:00-12:00"]),
        ("２０２６－１０－０１", ["2026-10-01"]),
        ("soon", ["soon"]),
        ("", []),
    ],
)
def test_days_and_hours_may_be_typed_with_a_chinese_keyboard(typed, read):
    assert times_of(typed) == read
