"""Why a clock is due when it is: the page and the API's object, in both languages, for whom it exists."""

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from aftersales.versions.actions import draft, publish
from aftersales.versions.registry import current
from aftersales.web.times import day_text
from tests.tickets.sla_cases import (
    HOUR,
    MINUTE,
    MONDAY,
    SYSTEM,
    clock_of,
    clocks_of,
    policy_body,
    publish_policy,
    sync,
)
from tickets.actions.deadlines import set_deadline
from tickets.actions.intake import open_ticket
from tickets.actions.moves import reopen_ticket
from tickets.models import Stage, Status, WaitingOn

BODY = {"category": "quality_other", "channel": "phone", "subject": "杯子", "message": "有裂纹"}


def publish_for(code, name, **scope):
    body = policy_body(code, name={"zh": f"{name}规则", "en": f"{name} rule"}, **{"for": scope})
    return publish(draft("sla", code, body, by=SYSTEM), by=SYSTEM)


@pytest.fixture(autouse=True)
def policies(shop):
    publish_policy(shop)
    publish_for("phone", "Phone", channels=["phone"])
    publish_for("vip", "Vip", customer_levels=["VIP"], channels=["phone"])
    publish_for("chat", "Chat", channels=["chat"], categories=["quality_other"])
    publish_for(
        "dear", "Dear", amount={"currency": "CNY", "from_minor": 100_000}, shops=["demo"], channels=["phone"]
    )


@pytest.fixture
def ticket(shop, policies):
    return open_ticket(shop, BODY, by=SYSTEM)[0]


def page_of(ticket, target="resolution", query=""):
    return f"/tickets/{ticket.number}/clocks/{target}{query}"


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def paused(ticket):
    """Waited for the customer from the first hour to the third, and since the fifth again."""
    at = ticket.created_at
    sync(ticket, at + HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, at + 3 * HOUR, waiting_on=WaitingOn.US)
    return sync(ticket, at + 5 * HOUR, waiting_on=WaitingOn.CUSTOMER)


# -- the page -----------------------------------------------------------------------------


def test_the_head_leads_to_each_clock(ticket, page_as, amy):
    page = text_of(page_as(amy).get(f"/tickets/{ticket.number}"))

    assert f'href="{page_of(ticket, "first_response")}"' in page
    assert f'href="{page_of(ticket, "communicate")}"' in page


def test_the_page_tells_rule_calendar_and_why(ticket, page_as, amy):
    page = text_of(page_as(amy).get(page_of(ticket)))

    assert "Rule “Phone rule”, version 1 (default)." in page
    assert "It is the most specific rule for what this request is:" in page
    assert "Around the clock, version 1 (default), Asia/Shanghai" in page
    assert "Level of the customer: VIP" in page
    assert "The request has none." in page
    assert "Amount: ¥1,000.00 – " in page


def test_the_page_is_chinese_for_who_reads_chinese(ticket, page_as, amy):
    amy.language = "zh-hans"
    amy.save()

    page = text_of(page_as(amy).get(page_of(ticket), headers={"accept-language": "zh-hans"}))

    assert "规则“Phone规则”，第 1 版（默认）。" in page
    assert "Why" not in page


def test_pauses_stand_among_the_intervals(paused, page_as, amy):
    page = text_of(page_as(amy).get(page_of(paused)))

    assert page.count("Paused: waiting on Customer") == 2
    assert "still" in page
    assert "Left" in page


def test_what_counted_until_now_stands_apart_from_what_is_left(
    shop, ticket, page_as, amy, api, advance_clock
):
    advance_clock(hours=2)

    page = text_of(page_as(amy).get(page_of(ticket)))
    told = api.get(page_of(ticket)).json()

    counted, ahead = page.split("From here on, until it is due")
    assert "Counted so far" in counted
    assert "<b>2 h</b>" in counted
    assert "Still to count" in ahead
    began = localtime(ticket.created_at, ZoneInfo("Asia/Shanghai"))
    assert f">{day_text(began)} {began:%H:%M}</time>" in counted
    assert [row["ahead"] for row in told["rows"]] == [False, True]
    assert (told["counted_minutes"], told["left_minutes"]) == (120, 22 * 60)


def test_a_reply_before_opening_counted_nothing(ticket, page_as, amy, api):
    clocks_of(ticket).filter(target="first_response").update(
        calendar_id=current("calendar", "cn_extended").id,
        started_at=MONDAY - 2 * HOUR,
        due_at=MONDAY + HOUR,
        stopped_at=MONDAY - 108 * MINUTE,  # 07:12
        state="met",
        next_try_at=None,
    )

    page = text_of(page_as(amy).get(page_of(ticket, "first_response")))

    assert "Nothing counted: it stopped before any working time had passed." in page
    assert "<tr><td>" not in page.split('id="counted"')[1].split('id="rule"')[0]
    told = api.get(page_of(ticket, "first_response")).json()
    assert (told["rows"], told["counted_minutes"], told["left_minutes"]) == ([], 0, None)


def test_a_target_that_priority_changed_names_the_usual_one(ticket, page_as, amy):
    clocks_of(ticket).filter(target="resolution").update(target_minutes=720)

    page = text_of(page_as(amy).get(page_of(ticket)))

    assert "(usually 1 d; changed by priority)" in page
    assert "times the usual" not in page


def test_without_a_rule_the_category_names_the_policy(shop, page_as, amy):
    ticket, _created = open_ticket(shop, BODY | {"channel": "email"}, by=SYSTEM)

    page = text_of(page_as(amy).get(page_of(ticket)))

    assert "The category of the request names it." in page
    assert "The request has E-mail." in page


def test_a_platforms_deadline_has_no_intervals(ticket, page_as, amy):
    set_deadline(ticket, by=SYSTEM, due_at=ticket.created_at + 9 * HOUR)

    page = text_of(page_as(amy).get(page_of(ticket, "platform")))

    assert "The platform gave the shop this time" in page


def test_an_earlier_run_is_still_told(ticket, page_as, amy, leo, as_staff):
    at = ticket.created_at + HOUR
    sync(ticket, at, stage=Stage.DONE, status=Status.RESOLVED, resolved_at=at)
    reopen_ticket(ticket, by=as_staff(leo), reason="noch einmal")

    newest = text_of(page_as(amy).get(page_of(ticket)))
    first = text_of(page_as(amy).get(page_of(ticket, query="?cycle=1")))

    assert 'href="?cycle=1"' in newest
    assert 'href="?cycle=2"' in first
    assert "Stopped" in first


@pytest.mark.parametrize(
    ("target", "query"),
    [
        ("lunch", ""),
        ("receive", ""),
        ("resolution", "?cycle=9"),
        ("resolution", "?cycle=x"),
        ("resolution", "?cycle=-1"),
    ],
)
def test_a_clock_that_there_is_not_is_not_found(ticket, page_as, api, amy, target, query):
    assert page_as(amy).get(page_of(ticket, target, query)).status_code == 404
    assert api.get(page_of(ticket, target, query)).status_code == 404


def test_a_stranger_finds_nothing(ticket, page_as, api_as, bob, client):
    assert page_as(bob).get(page_of(ticket)).status_code == 404
    assert api_as(bob).get(page_of(ticket)).status_code == 404
    client.logout()
    assert client.get(page_of(ticket)).status_code == 302


@pytest.mark.parametrize("name", ["amy", "wen", "audrey", "quinn"])
def test_whoever_sees_the_request_sees_its_clocks(ticket, page_as, stage, name):
    assert page_as(getattr(stage, name)).get(page_of(ticket)).status_code == 200


def test_what_the_request_is_worth_is_kept_from_the_warehouse(shop, order, page_as, api_as, stage):
    paid = {"currency": "CNY", "from_minor": 1}
    publish_for("paid", "Paid", amount=paid, channels=["phone"], categories=["quality_other"])
    line = order.lines.first()
    claim = {"order_line": line.external_id, "quantity": 1, "reason": "c_no_reason"}
    ticket, _created = open_ticket(shop, BODY | {"order": order.external_id, "lines": [claim]}, by=SYSTEM)
    clocks = page_of(ticket)
    told = api_as(stage.amy).get(clocks).json()["choice"]
    assert [row["value"]["minor"] for row in told["met"] if row["condition"] == "amount"] == [
        ticket.value_minor
    ]

    hidden = api_as(stage.wen).get(clocks).json()["choice"]
    page = text_of(page_as(stage.wen).get(clocks))

    assert [row["value"] for row in hidden["met"] if row["condition"] == "amount"] == [None]
    assert [(one["asked"], one["had"]) for one in hidden["others"] if one["why_not"] == "amount"] == [
        ([None], None)
    ]
    assert "<dt>Amount</dt><dd>–</dd>" in page
    assert "¥" not in page
    assert "¥" in text_of(page_as(stage.amy).get(clocks))


def test_the_page_costs_the_same_with_more_policies_and_pauses(paused, page_as, amy):
    page_as(amy).get(page_of(paused))
    with CaptureQueriesContext(connection) as few:
        page_as(amy).get(page_of(paused))
    for number, channel in enumerate(("email", "api", "agent")):
        publish_for(f"more_{number}", "More", channels=[channel], categories=["quality_other"])
        sync(paused, paused.created_at + (6 + 2 * number) * HOUR, waiting_on=WaitingOn.US)
        sync(paused, paused.created_at + (7 + 2 * number) * HOUR, waiting_on=WaitingOn.CUSTOMER)
    page_as(amy).get(page_of(paused))

    with CaptureQueriesContext(connection) as many:
        page_as(amy).get(page_of(paused))

    assert len(many) <= len(few)


# -- the API ------------------------------------------------------------------------------


def test_the_object_tells_everything_that_made_the_due_time(paused, api):
    told = api.get(page_of(paused)).json()

    clock = clock_of(paused, "resolution")
    assert (told["target"], told["state"], told["due_at"]) == ("resolution", "paused", None)
    assert told["remaining_seconds"] == clock.remaining_seconds == 21 * 3600
    assert [(row["reason"], row["minutes"]) for row in told["rows"]] == [
        ("open", 60),
        ("paused", 0),
        ("open", 120),
        ("paused", 0),
    ]
    assert all(row["from"].endswith("Z") for row in told["rows"])
    assert told["pauses"][1]["to"] is None
    assert told["policy"]["name"] == {"zh": "Phone规则", "en": "Phone rule"}
    assert [told[rule]["is_default"] for rule in ("policy", "calendar")] == [True, True]
    assert told["calendar"]["number"] == 1
    assert told["choice"]["met"] == [{"condition": "channels", "value": "phone"}]
    assert [(one["code"], one["why_not"], one["asked"]) for one in told["choice"]["others"]] == [
        ("chat", "channels", ["chat"]),
        ("dear", "amount", [{"currency": "CNY", "from_minor": 100_000, "to_minor": None}]),
        ("vip", "customer_levels", ["VIP"]),
    ]


def test_the_minutes_of_the_intervals_are_the_target(ticket, api):
    for clock in clocks_of(ticket):
        told = api.get(page_of(ticket, clock.target)).json()
        assert sum(row["minutes"] for row in told["rows"]) == told["target_minutes"] == clock.target_minutes


def test_late_is_told_by_the_time_alone(ticket, api, advance_clock):
    advance_clock(minutes=61)

    told = api.get(page_of(ticket, "first_response")).json()

    assert told["state"] == "missed"
    assert -5 * 60 < told["remaining_seconds"] <= -MINUTE.total_seconds()
