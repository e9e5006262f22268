"""What has breached and is still open: the oldest first, with who has it and why it stands."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.dashboards.late import late_rows, on_the_wall
from aftersales.events.actors import Actor
from tickets.actions.conversation import ask_customer
from tickets.actions.holds import hold_ticket
from tickets.models import NEVER, Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def numbers(rows):
    return [row["ticket"].number for row in rows]


def test_the_oldest_breach_comes_first_a_page_at_a_time(leo, look, due_at):
    tickets = [due_at(now() - hours * HOUR) for hours in (1, 5, 3, 2, 4)]
    due_at(now() + HOUR)
    due_at(NEVER)
    oldest = [tickets[at].number for at in (1, 4, 2, 3, 0)]

    first, cursor = late_rows(look(leo), limit=3)
    rest, end = late_rows(look(leo), limit=3, cursor=cursor)

    assert (numbers(first), numbers(rest), end) == (oldest[:3], oldest[3:], None)


def late(ticket, **changes):
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=now() - HOUR, **changes)


def reason(look, user):
    return on_the_wall(look(user))[1][0]["why"]


def test_why_it_stands(leo, amy, look, ticket):
    late(ticket)
    assert reason(look, leo) == "Nobody has taken it"

    late(ticket, assignee=amy)
    assert reason(look, leo) == "Its next step is ours"

    late(ticket, step_role="supervisor")
    assert reason(look, leo) == "The next step is done by: Supervisor"

    late(ticket, waiting_on="carrier")
    assert reason(look, leo) == "Waits for: Carrier"


def test_a_question_and_a_hold_are_why(leo, amy, look, ticket):
    ask_customer(ticket, body="Which one?", by=Actor.staff(amy))
    late(ticket)
    assert reason(look, leo).startswith("The customer was asked: ")

    hold_ticket(ticket, by=Actor.staff(amy), reason="The lift is broken", waiting_on="partner")
    late(ticket)
    assert reason(look, leo) == "On hold: The lift is broken"


def test_the_first_to_go_are_named_by_their_step(leo, look, due_at):
    due_at(now() + 5 * HOUR)
    first = due_at(now() + HOUR / 4)
    just_late = due_at(now() - HOUR / 4)
    long_late = due_at(now() - 9 * HOUR)

    rows, late, has_more = on_the_wall(look(leo), late=1)

    assert numbers(rows)[:2] == [just_late.number, first.number]
    assert long_late.number not in numbers(rows)
    assert (numbers(late), has_more) == ([long_late.number], True)


def test_the_page_goes_on_behind_its_last_row(leo, page_as, due_at):
    made = [due_at(now() - (60 - number) * HOUR) for number in range(51)]
    browser = page_as(leo)

    page = browser.get("/wall/late")
    following = browser.get(page.context["next"])

    assert numbers(page.context["late_rows"]) == [ticket.number for ticket in made[:50]]
    assert numbers(following.context["late_rows"]) == [made[50].number]
    assert browser.get("/wall/late?cursor=nonsense").status_code == 302


def test_a_page_costs_the_same_for_one_and_for_fifty(leo, page_as, due_at, django_assert_num_queries):
    browser = page_as(leo)
    due_at(now() - HOUR)
    browser.get("/wall/late")
    for expected in (1, 50):
        for _n in range(expected - 1):
            due_at(now() - HOUR)
        with django_assert_num_queries(8):
            assert len(browser.get("/wall/late").context["late_rows"]) == expected


def test_the_stranger_finds_nothing(bob, page_as, due_at):
    due_at(now() - HOUR)

    assert page_as(bob).get("/wall/late").context["late_rows"] == []
