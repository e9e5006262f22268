"""The page of how we did: who reads it, what it says, where its numbers lead, what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.history.models import Fact
from tests.tickets.sla_cases import open_tickets
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import reply_to_customer

pytestmark = pytest.mark.django_db
PAGE, BEHIND = "/wall/history", "/wall/history/requests"


def rows(page, panel):
    return {row["target"]: row for row in page.context[panel]["rows"]}


def numbers(page):
    return [fact.request.number for fact in page.context["facts"]]


# -- what it says ----------------------------------------------------------------------------


def test_promises_are_counted_as_they_are_defined(lived, leo, page_as):
    page = page_as(leo).get(PAGE)

    sla = page.context["sla"]
    assert (rows(page, "sla")["first_response"]["met"], rows(page, "sla")["first_response"]["missed"]) == (
        0,
        1,
    )
    assert (rows(page, "sla")["next_response"]["met"], rows(page, "sla")["next_response"]["share"]) == (
        1,
        100,
    )
    assert (sla["met"], sla["missed"], sla["share"]) == (1, 1, 50)
    assert "Share = met ÷ (met + missed)" in page.text


def test_times_are_told_within_five_percent(lived, leo, page_as):
    times = rows(page_as(leo).get(PAGE), "times")

    assert times["first_response"]["p50_seconds"] == pytest.approx(5400, rel=0.051)
    assert times["first_response"]["target_seconds"] == 3600
    assert times["first_response"]["is_slow"]
    assert times["next_response"]["p90_seconds"] == pytest.approx(1200, rel=0.06)
    assert times["communicate"]["p50_seconds"] == pytest.approx(10800, rel=0.051)
    assert times["resolve"]["p50_seconds"] is None


def test_the_map_stands_in_the_readers_time(lived, shop, leo, page_as):
    opened = Fact.objects.get(measure="open").happened_at + timedelta(hours=8)  # Shanghai

    intake = page_as(leo).get(PAGE).context["intake"]

    filled = [(row["name"], cell["hour"]) for row in intake["rows"] for cell in row["cells"] if cell["count"]]
    assert [hour for _day, hour in filled] == [opened.hour]
    assert (
        intake["rows"].index(next(r for r in intake["rows"] if r["name"] == filled[0][0])) == opened.weekday()
    )
    assert intake["time_zone"] == "Asia/Shanghai"


def test_a_shop_elsewhere_is_told_in_the_readers_time(lived, shop, stage, leo, page_as):
    type(shop).objects.filter(pk=shop.pk).update(time_zone="Europe/Berlin")
    stage.other_team.shops.add(shop)
    at_home = Fact.objects.get(measure="open").hour  # as Shanghai's clock showed it

    intake = page_as(leo).get(PAGE).context["intake"]

    hours = [cell["hour"] for row in intake["rows"] for cell in row["cells"] if cell["count"]]
    assert hours == [at_home]  # read by Berlin's clock, to somebody in Berlin


def test_where_requests_went(lived, leo, page_as):
    funnel = page_as(leo).get(PAGE).context["funnel"]

    first = funnel["rows"][0]
    assert (first["stage"], first["entered"]) == ("communicate", 1)
    assert first["left"] == {"on": 0, "resolved": 0, "rejected": 1, "cancelled": 0, "expired": 0, "merged": 0}


def test_people_are_told_by_what_they_did(lived, leo, page_as):
    """After half as much again as its time a supervisor has the request: the second clock was theirs."""
    rows = page_as(leo).get(PAGE).context["people"]["rows"]

    names = ("first_replies", "next_replies", "met", "missed", "share")
    told = {row["person"].username: tuple(row[name] for name in names) for row in rows}
    assert told == {"amy": (1, 1, 0, 1, 0), "leo": (0, 0, 1, 0, 100)}


def test_days_before_and_after_are_not_counted(lived, leo, page_as, advance_clock):
    browser = page_as(leo)
    advance_clock(days=8)
    today = (now() + timedelta(hours=8)).date()

    assert browser.get(PAGE, {"days": "7"}).context["sla"]["rows"] == []
    assert len(browser.get(PAGE, {"days": "28"}).context["sla"]["rows"]) == 2
    assert browser.get(PAGE, {"from": str(today)}).context["sla"]["rows"] == []
    assert len(browser.get(PAGE, {"from": "2020-01-01"}).context["sla"]["rows"]) == 2  # whole months and days


# -- narrowed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"shop": "demo"}, True),
        ({"team": "after-sales"}, True),
        ({"team": "more"}, False),
        ({"category": "quality_other"}, True),
        ({"category": "quality"}, True),  # the group of it
        ({"category": "not_as_described"}, False),
        ({"category": "quality_other", "team": "after-sales"}, True),
        ({"category": "quality_other", "team": "more"}, False),
    ],
)
def test_shop_team_and_category_narrow_it(lived, stage, shop, leo, page_as, asked, is_found):
    stage.other_team.shops.add(shop)
    type(stage.other_team).objects.filter(pk=stage.other_team.pk).update(code="more")
    browser = page_as(leo)

    page = browser.get(PAGE, asked)

    assert bool(page.context["sla"]["rows"]) == bool(page.context["intake"]["count"]) == is_found
    assert bool(numbers(browser.get(BEHIND, asked | {"measure": "open"}))) == is_found


HAND_EDITED = [
    *("days=x", "days=9999999999999", "from=x", "from=0001-01-01", "to=9999-12-31", "from=2026-13-45"),
    *(
        "from=2026-05-05&to=2026-01-01",
        "from=1999-01-01&to=2199-01-01",
        "shop=nowhere",
        "team=%27",
        "category=%00",
    ),
    *(
        "category=x' OR 1=1 --",
        "measure=x",
        "measure=sla.x",
        "met=maybe",
        "left_for=moon",
        "weekday=8",
        "hour=24",
    ),
    *("person=nobody", "cursor=rubbish", "cursor=W10", "measure=", "weekday=-1&hour=x", "from=%F0%9F%98%80"),
]


@pytest.mark.parametrize("query", HAND_EDITED)
@pytest.mark.parametrize("path", [PAGE, BEHIND, f"{PAGE}/funnel.csv"])
def test_an_address_that_was_edited_by_hand_is_no_error(lived, leo, page_as, path, query):
    assert page_as(leo).get(f"{path}?{query}", follow=True).status_code in (200, 400)


def test_no_more_than_three_years_are_told(leo, page_as):
    question = page_as(leo).get(PAGE, {"from": "2001-01-01", "to": "2026-01-01"}).context["question"]

    assert (question.last - question.first).days == 1099


# -- where numbers lead --------------------------------------------------------------------------


def test_every_number_leads_to_its_requests(lived, leo, page_as):
    browser = page_as(leo)
    text = browser.get(PAGE).text
    links = re.findall(r'href="(/wall/history/requests[^"]*)"[^>]*aria-label="[^"]*?(\d+)"', text)

    assert len(links) >= 10
    for url, count in links:
        page = browser.get(url.replace("&amp;", "&"))
        assert len(numbers(page)) == int(count), url
        assert f"/tickets/{lived.number}" in page.text, url


def test_a_list_goes_on_where_it_stopped(shop, policy, leo, page_as, drain, monkeypatch):
    monkeypatch.setattr("aftersales.history.views.PAGE", 2)
    wanted = {ticket.number for ticket in open_tickets(shop, 5)}
    drain()
    browser, seen, url = page_as(leo), [], f"{BEHIND}?measure=open"
    while url:
        page = browser.get(url)
        seen += numbers(page)
        url = page.context["next"] and BEHIND + page.context["next"]

    assert len(seen) == 5
    assert set(seen) == wanted


def test_a_late_clock_that_runs_is_said_to_run(shop, policy, leo, page_as, advance_clock, drain):
    open_tickets(shop, 1)
    advance_clock(minutes=61)
    drain()
    drain()

    assert "still running" in page_as(leo).get(BEHIND, {"measure": "sla.first_response", "met": "no"}).text


# -- how it is written, and what it costs -----------------------------------------------------------


def test_it_speaks_chinese(lived, leo, page_as):
    text = page_as(leo).get(PAGE, headers={"accept-language": "zh-CN"}).text

    assert "服务达成" in text
    assert "How we did" not in text


def test_a_part_comes_without_its_page(lived, leo, page_as):
    part = page_as(leo).get(PAGE, headers={"hx-request": "true"}).text

    assert part.lstrip().startswith('<div class="stack4" id="history"')


def test_no_style_and_no_script_is_written_into_it(lived, leo, page_as):
    assert not re.search(r'\sstyle=|<style|\son[a-z]+="', page_as(leo).get(PAGE).text)


@pytest.mark.parametrize(("path", "most"), [(PAGE, 20), (f"{BEHIND}?measure=open", 14)])
def test_it_costs_the_same_for_one_and_for_many(lived, shop, amy, leo, page_as, drain, path, most):
    browser, counts = page_as(leo), []
    for _round in range(2):
        for by in (amy, leo):
            ticket = open_tickets(shop, 1)[0]
            take_ticket(ticket, by=Actor.staff(by))
            reply_to_customer(ticket, body="Yes.", by=Actor.staff(by))
        drain()
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= most
