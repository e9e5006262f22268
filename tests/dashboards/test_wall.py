"""The wall's page: whose numbers it shows, that each leads to as many requests, and its other forms."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from aftersales.clock import now
from aftersales.dashboards.wall import wall
from staff.models import Shift
from tests.factories import new_user
from tests.tickets.sla_cases import sync
from tickets.models import NEVER, Ticket
from tickets.queries.due_hours import due_before, due_in_hour, hour_choices, hour_code, hours_ahead

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
COUNTS = {"count": "url", "ours": "ours_url", "soon": "soon_url", "late": "late_url"}


def numbers_of(shown):
    """Every (number, address) in what the wall shows, at any depth."""
    if isinstance(shown, list):
        for part in shown:
            yield from numbers_of(part)
    if isinstance(shown, dict):
        yield from ((shown[n], shown[url]) for n, url in COUNTS.items() if n in shown and shown.get(url))
        for part in shown.values():
            yield from numbers_of(part)


@pytest.fixture
def everything(due_at, amy, leo, stage):
    """A request of each kind, some held by teams and people who no longer serve the shop."""
    gone = new_user("gone", "agent", "走了", "Gone")
    gone.is_active = False
    gone.save()
    Shift.objects.create(user=amy, calendar="24x7", away_until=now() + 99 * HOUR)
    at = now()
    for minutes in (-3000, -70, -5, 20, 50, 70, 100, 170, 350, 600, 900):
        due_at(at + timedelta(minutes=minutes))
        due_at(at + timedelta(minutes=minutes), assignee=amy, stage="inspect", waiting_on="warehouse")
        due_at(at + timedelta(minutes=minutes), assignee=gone, stage="resolve", team=None)
        due_at(at + timedelta(minutes=minutes), assignee=leo, team=stage.other_team, waiting_on="partner")
    due_at(NEVER, stage="receive", waiting_on="customer")


@pytest.mark.parametrize("by", ["team", "stage", "person", "waiting_on"])
def test_each_number_leads_to_as_many_requests(leo, look, page_as, everything, by):
    browser = page_as(leo)
    found = set(numbers_of(wall(look(leo, f"by={by}&hours=12"))))

    assert len(found) > 60
    for number, url in found:
        page = browser.get(url)
        assert (url, list(page.context["notes"])) == (url, [])
        assert (url, len(page.context["rows"])) == (url, number)


def test_narrowed_to_a_team_each_number_leads_there_too(leo, look, page_as, everything):
    browser = page_as(leo)
    for number, url in set(numbers_of(wall(look(leo, "team=after-sales&by=stage")))):
        assert (url, len(browser.get(url).context["rows"])) == (url, number)


def test_every_number_on_the_page_is_a_link(leo, page_as, everything):
    page = page_as(leo).get("/wall?by=person")
    text = page.text

    for part in ("ahead", "horizon", "stages", "load"):
        for number, url in numbers_of(page.context[part]):
            assert not number or f'href="{escape(url)}"' in text
    linked = set(re.findall(r">(\d+)</a>", text)) | set(re.findall(r"<b>(\d+)</b></a>", text))
    bare = set(re.findall(r"<td[^>]*>(?:<span[^>]*>)?(\d+)(?:</span>)?</td>", text))
    assert len(linked) > 3
    assert bare <= {"0"}


@pytest.mark.parametrize(("hours", "columns"), [("4", 4), ("8", 8), ("12", 12), ("99", 8), ("x", 8), ("", 8)])
def test_one_looks_as_far_ahead_as_one_likes(leo, page_as, due_at, hours, columns):
    due_at(now() - HOUR)

    page = page_as(leo).get("/wall", {"hours": hours})

    assert len(page.context["horizon"]["hours"]) == columns


def test_the_stranger_sees_nothing_of_it(bob, page_as, due_at):
    ticket = due_at(now() + HOUR / 4)

    page = page_as(bob).get("/wall", {"shop": "demo", "team": "after-sales"})

    assert page.context["all"] == 0
    assert ticket.number not in page.text
    assert [shop.code for shop in page.context["look"].shops] == ["other"]
    assert (page.context["look"].shop, page.context["look"].team) == (None, None)


def test_a_shop_and_a_team_narrow_it(leo, look, stage, due_at):
    due_at(now() + HOUR / 4)

    assert wall(look(leo, "shop=demo"))["all"] == 1
    assert wall(look(leo, "team=others"))["all"] == 1  # not among the teams to choose from
    assert wall(look(leo, "team=after-sales"))["all"] == 1


def test_what_ended_is_not_on_the_wall(leo, look, due_at):
    ticket = due_at(now() + HOUR / 4)
    ticket.refresh_from_db()
    sync(ticket, now(), stage="done", status="resolved", resolved_at=now())

    assert wall(look(leo))["all"] == 0


def test_good_news_is_said(leo, page_as):
    text = page_as(leo).get("/wall").text

    assert "Nothing is late, and nothing breaches before" in text
    assert "No clock is running." in text


def test_what_is_late_for_long_is_not_called_nothing(leo, page_as, due_at):
    due_at(now() - 9 * HOUR)

    text = page_as(leo).get("/wall").text

    assert "Nothing is due next: what is late stands in its column." in text
    assert "No clock is running." not in text


@pytest.mark.parametrize("address", ["/wall", "/wall?screen=1", "/wall/late"])
def test_it_speaks_chinese(leo, page_as, due_at, address):
    due_at(now() - HOUR / 4)

    text = page_as(leo).get(address, headers={"accept-language": "zh-CN"}).text

    assert re.search("[一-鿿]", text)
    for english in ("First to go", "breach", "Late", "on shift", "Nobody"):
        assert english not in text


def test_a_part_comes_without_its_page(leo, page_as, due_at):
    due_at(now() + HOUR / 4)

    part = page_as(leo).get("/wall?hours=4", headers={"hx-request": "true"}).text

    assert "<html" not in part
    assert part.lstrip().startswith('<div class="stack4" id="wall" data-wall="/wall?hours=4"')


def test_the_screen_has_no_navigation_and_keeps_its_look(leo, page_as, due_at):
    due_at(now() - HOUR)

    page = page_as(leo).get("/wall?screen=1&by=stage&team=after-sales").text

    assert 'class="rail"' not in page
    assert 'data-pulse-view="wall"' in page
    assert 'data-wall="/wall?by=stage&amp;team=after-sales&amp;screen=1" data-always' in page
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page


@pytest.mark.parametrize("address", ["/wall", "/wall?screen=1", "/wall/late"])
def test_no_style_and_no_script_is_written_into_it(leo, page_as, due_at, address):
    due_at(now() - HOUR)

    text = page_as(leo).get(address).text

    assert not re.search(r'\sstyle=|<style|\son[a-z]+="', text)


@pytest.mark.parametrize("address", ["/wall", "/wall?by=person", "/wall?screen=1"])
def test_it_costs_the_same_for_one_and_for_fifty(leo, amy, page_as, due_at, address):
    browser, counts = page_as(leo), []
    Shift.objects.create(user=amy, calendar="24x7")
    for many in (1, 49):
        for _n in range(many):
            due_at(now() + HOUR / 4, assignee=amy)
            due_at(now() - HOUR, stage="inspect")
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 13


def test_strangers_are_asked_to_log_in(client):
    for address in ("/wall", "/wall/late", "/wall?screen=1"):
        assert client.get(address).status_code == 302


def test_an_hours_code_is_read_back(shop, due_at):
    at = now()
    hour = hours_ahead(at)[0]
    inside = due_at(at)
    before = due_at(at - timedelta(seconds=1))
    due_at(hour + HOUR)

    found = Ticket.objects.filter(due_in_hour(hour_code(hour), at))

    assert [ticket.pk for ticket in found] == [inside.pk]
    assert {ticket.pk for ticket in Ticket.objects.filter(due_before(hour_code(hour + HOUR)))} == {
        inside.pk,
        before.pk,
    }
    assert hour_choices(at)[0][0] == hour_code(hour)
