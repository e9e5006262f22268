"""The SLA wall: what breaches next, whose numbers it counts, and where they lead."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.clock import now
from aftersales.dashboards.wall import Look, counted_requests, wall
from aftersales.events.actors import Actor
from tests.tickets.sla_cases import open_tickets, sync
from tickets.models import NEVER, Ticket
from tickets.queries.due_hours import due_in_hour, hour_choices, hour_code, hours_ahead

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def due_at(shop):
    """A request whose nearest clock runs out then."""

    def make(at, **changes):
        ticket = open_tickets(shop, 1)[0]
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=at, **changes)
        return ticket

    return make


def look(user, **fields):
    return Look(**{"actor": Actor.staff(user), "at": now(), **fields})


def heat(shown):
    return {(row["team"].code, str(row["stage"])): row["numbers"] for row in shown["horizon"]["rows"]}


def test_requests_stand_in_the_hour_in_which_their_clock_runs_out(leo, due_at):
    at = now()
    hours = hours_ahead(at)
    due_at(at - 5 * HOUR)
    for hour in (hours[1], hours[1] + HOUR / 2, hours[3]):
        due_at(hour)
    due_at(hours[3], stage="inspect")
    due_at(hours[9])
    due_at(NEVER)

    shown = wall(look(leo, at=at))

    assert heat(shown) == {
        ("after-sales", "communicate"): [1, 0, 2, 0, 1, 0, 0, 0, 0],
        ("after-sales", "inspect"): [0, 0, 0, 0, 1, 0, 0, 0, 0],
    }
    assert (shown["late"], shown["coming"], shown["all"]) == (1, 4, 7)
    assert shown["horizon"]["sums"] == [1, 0, 2, 0, 2, 0, 0, 0, 0]


@pytest.mark.parametrize(("hours", "columns"), [("4", 4), ("8", 8), ("12", 12), ("99", 8), ("x", 8), ("", 8)])
def test_one_looks_as_far_ahead_as_one_likes(leo, page_as, due_at, hours, columns):
    due_at(now() - HOUR)

    page = page_as(leo).get("/wall", {"hours": hours})

    assert len(page.context["horizon"]["hours"]) == columns


def test_a_number_leads_to_its_requests(leo, page_as, due_at):
    hour = hours_ahead(now())[2]
    wanted = [due_at(hour + HOUR / 2), due_at(hour + HOUR / 3)]
    due_at(hour + HOUR)
    due_at(hour, stage="resolve")
    browser = page_as(leo)

    page = browser.get("/wall")
    url = next(
        cell["url"] for cell in page.context["horizon"]["rows"][0]["cells"] if cell["count"] == len(wanted)
    )

    assert url.replace("&", "&amp;") in page.text
    listed = {row["ticket"].number for row in browser.get(url).context["rows"]}
    assert listed == {ticket.number for ticket in wanted}


def test_the_late_lead_to_the_late(leo, page_as, due_at):
    late = due_at(now() - 5 * HOUR)
    due_at(now() + 5 * HOUR)
    browser = page_as(leo)

    row = browser.get("/wall").context["horizon"]["rows"][0]
    listed = browser.get(row["cells"][0]["url"]).context["rows"]

    assert [each["ticket"].number for each in listed] == [late.number]


def test_the_first_to_go_are_named_by_their_step(leo, page_as, due_at):
    due_at(now() + 5 * HOUR)
    first = due_at(now() + HOUR / 4)
    just_late = due_at(now() - HOUR / 4)
    long_late = due_at(now() - 9 * HOUR)

    page = page_as(leo).get("/wall")

    numbers = [row["ticket"].number for row in page.context["first"]]
    assert numbers[:2] == [just_late.number, first.number]
    assert long_late.number not in numbers
    assert page.context["first"][0]["step"] in page.text


def test_stages_and_people_are_counted_as_they_are_now(leo, amy, due_at):
    due_at(now() - HOUR, assignee=amy)
    due_at(now() + HOUR / 60, assignee=amy)
    due_at(NEVER, stage="receive", waiting_on="customer")

    shown = wall(look(leo))

    stages = {str(row["stage"]): (row["count"], row["ours"], row["late"]) for row in shown["stages"]}
    assert stages == {
        "communicate": (2, 2, 1),
        "receive": (1, 0, 0),
        "inspect": (0, 0, 0),
        "resolve": (0, 0, 0),
    }
    people = [(row["person"], row["count"], row["ours"], row["soon"], row["late"]) for row in shown["people"]]
    assert people == [(None, 1, 0, 0, 0), (amy, 2, 2, 1, 1)]


def test_a_stranger_sees_nothing_of_it(bob, page_as, due_at):
    ticket = due_at(now() + HOUR / 4)

    page = page_as(bob).get("/wall", {"shop": "demo", "team": "after-sales"})

    assert page.context["all"] == 0
    assert ticket.number not in page.text
    assert [shop.code for shop in page.context["shops"]] == ["other"]
    assert (page.context["look"].shop, page.context["look"].team) == (None, None)


def test_a_shop_and_a_team_narrow_it(leo, stage, due_at):
    due_at(now() + HOUR / 4)

    assert wall(look(leo, shop=stage.shop))["all"] == 1
    assert wall(look(leo, team=stage.other_team))["all"] == 0


def test_what_ended_is_not_on_the_wall(leo, due_at):
    ticket = due_at(now() + HOUR / 4)
    ticket.refresh_from_db()
    sync(ticket, now(), stage="done", status="resolved", resolved_at=now())

    assert wall(look(leo))["all"] == 0


def test_good_news_is_said(leo, page_as):
    text = page_as(leo).get("/wall").text

    assert "Nothing is late, and nothing breaches before" in text
    assert "No clock is running." in text


def test_it_speaks_chinese(leo, page_as, due_at):
    due_at(now() + HOUR / 4)

    text = page_as(leo).get("/wall", headers={"accept-language": "zh-CN"}).text

    assert "最先到期" in text
    assert "First to go" not in text


def test_a_part_comes_without_its_page(leo, page_as, due_at):
    due_at(now() + HOUR / 4)

    part = page_as(leo).get("/wall?hours=4", headers={"hx-request": "true"}).text

    assert "<html" not in part
    assert part.lstrip().startswith('<div class="stack4" id="wall" hx-get="/wall?hours=4"')


def test_no_style_and_no_script_is_written_into_it(leo, page_as, due_at):
    due_at(now() - HOUR)

    text = page_as(leo).get("/wall").text

    assert not re.search(r'\sstyle=|<style|\son[a-z]+="', text)


def test_it_costs_the_same_for_one_and_for_many(leo, page_as, due_at):
    browser, counts = page_as(leo), []
    for _round in range(2):
        due_at(now() + HOUR / 4)
        due_at(now() + HOUR / 4, stage="inspect")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/wall")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_the_open_requests_are_read_by_their_index(leo, due_at):
    due_at(now())
    with CaptureQueriesContext(connection) as queries:
        counted_requests(look(leo))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {queries[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    # Whichever of the indexes over open requests, and by which condition: that is the size of each table's matter.
    assert re.search(r"using (queue_\w+|ticket_running_procedure) on tickets_ticket", plan)


def test_strangers_are_asked_to_log_in(client):
    assert client.get("/wall").status_code == 302


def test_an_hours_code_is_read_back(shop, due_at):
    at = now()
    hour = hours_ahead(at)[0]
    inside = due_at(at)
    due_at(at - timedelta(seconds=1))
    due_at(hour + HOUR)

    found = Ticket.objects.filter(due_in_hour(hour_code(hour), at))

    assert [ticket.pk for ticket in found] == [inside.pk]
    assert hour_choices(at)[0][0] == hour_code(hour)


def test_what_is_late_for_long_is_not_called_nothing(leo, page_as, due_at):
    due_at(now() - 9 * HOUR)

    text = page_as(leo).get("/wall").text

    assert "Nothing is due next: what is late stands in its column." in text
    assert "No clock is running." not in text
