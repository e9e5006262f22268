"""The queue page: its views, filters, counters and rows, its search, and who sees what."""

import re
from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import ask_customer, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import SlaClock, Ticket
from tickets.queries import catalogue, view_counts
from tickets.queries.saved_views import BUILT_IN
from tickets.queries.view_counts import counts
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db
# Session, person, shops, saved views, rows, their clocks, own counters, notices; each few seconds shared counters.
QUERIES = 8


@pytest.fixture
def another(shop, order):
    """`another(category="usage_help")`: one more request without lines."""

    def build(**changes):
        body = ticket_body(**{"lines": [], "subject": "再来一个", **changes})
        return open_ticket(shop, read_ticket(body), by=SYSTEM)[0]

    return build


def numbers(page):
    return re.findall(r'data-pulse-id="([^:"]+):', page.text)


# -- rows -----------------------------------------------------------------------------


def test_the_row_is_headed_by_the_next_step(ticket, page_as, amy):
    page = page_as(amy).get("/queue")

    assert re.search(rf'class="step" href="/tickets/{ticket.number}">First reply<', page.text)
    assert "Fault: other goods · 白瓷杯" in page.text
    assert "王小明" in page.text
    assert "¥66.66" in page.text
    assert "data-due" in page.text


def test_the_queue_speaks_chinese(ticket, page_as, amy):
    amy.language = "zh-hans"
    amy.save()
    page = page_as(amy).get("/queue")

    assert "首次回复" in page.text
    assert "我的下一步" in page.text


def test_the_nearest_due_comes_first(ticket, another, page_as, amy):
    hurried = another()
    Ticket.objects.filter(pk=hurried.pk).update(next_due_at=now() - timedelta(minutes=3))

    assert numbers(page_as(amy).get("/queue")) == [hurried.number, ticket.number]


def test_money_is_not_for_the_dock(ticket, page_as, wen):
    page = page_as(wen).get("/queue?view=all")

    assert ticket.number in page.text
    assert "66.66" not in page.text
    assert "New request" not in page.text


def test_the_stranger_sees_an_empty_queue(ticket, page_as, bob):
    page = page_as(bob).get("/queue?view=all")

    assert numbers(page) == []
    assert ticket.number not in page.text


def test_nobody_gets_in_without_a_login(client):
    assert client.get("/queue").status_code == 302
    assert client.get("/", follow=True).redirect_chain[0][0] == "/queue"


def test_the_number_of_queries_does_not_grow(ticket, another, page_as, amy, django_assert_num_queries):
    client = page_as(amy)
    client.get("/queue")
    for _more in range(3):
        view_counts.forget()
        catalogue.forget()
        with django_assert_num_queries(QUERIES + 1):
            client.get("/queue")
        with django_assert_num_queries(QUERIES):
            page = client.get("/queue")
        another()
        another(category="usage_help")
        client.get("/queue")
    assert len(numbers(page)) == 5


def test_rows_are_paged_by_key(another, page_as, amy):
    made = {another().number for _one in range(51)}
    client = page_as(amy)
    first = client.get("/queue?view=all")
    following = re.search(r'href="([^"]+cursor=[^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = client.get(following)

    assert len(numbers(first)) == 50
    assert set(numbers(first)) | set(numbers(second)) == made
    assert len(numbers(second)) == 1


def test_a_broken_cursor_starts_from_the_front(ticket, page_as, amy):
    answer = page_as(amy).get("/queue?view=all&cursor=x")

    assert (answer.status_code, answer["Location"]) == (302, "/queue?view=all")


# -- views ------------------------------------------------------------------------------


def test_an_agents_next_steps_are_their_own_and_nobodys(ticket, another, page_as, amy, leo):
    theirs, mine = another(), another()
    take_ticket(theirs, by=Actor.staff(leo))
    take_ticket(mine, by=Actor.staff(amy))
    asked = another()
    ask_customer(asked, by=Actor.staff(amy), body="Which model?")

    assert set(numbers(page_as(amy).get("/queue"))) == {ticket.number, mine.number}


def test_the_floor_sees_the_steps_of_its_role_first(ticket, another, page_as, wen):
    waiting = another()
    Ticket.objects.filter(pk=waiting.pk).update(step_role="warehouse", waiting_on="warehouse")

    assert numbers(page_as(wen).get("/queue")) == [waiting.number]
    assert len(numbers(page_as(wen).get("/queue?view=all"))) == 2


def test_an_auditor_begins_with_all(ticket, page_as, audrey):
    assert numbers(page_as(audrey).get("/queue")) == [ticket.number]


def test_each_view_counts_what_it_lists(ticket, another, page_as, amy, leo):
    agent = Actor.staff(amy)
    replied, asked, taken = another(), another(), another()
    reply_to_customer(replied, by=agent, body="Hello")
    hear_customer(replied, by=SYSTEM, body="Still broken")
    ask_customer(asked, by=agent, body="Which model?")
    take_ticket(taken, by=Actor.staff(leo))
    Ticket.objects.filter(pk=taken.pk).update(step_kind="approve", step_role="supervisor")
    Ticket.objects.exclude(pk=asked.pk).update(next_due_at=now() + timedelta(hours=1))
    client = page_as(amy)

    listed = {view: len(numbers(client.get(f"/queue?view={view}"))) for view in BUILT_IN}

    counted = counts(agent, BUILT_IN.values())
    assert {code: each.number for code, each in counted.items()} == listed
    assert listed == {
        "mine": 2, "unassigned": 3, "replied": 1, "waiting": 1, "due": 3, "approval": 1, "parcel": 0, "all": 4,
    }  # fmt: skip


# -- filters ------------------------------------------------------------------------------


def test_filters_narrow_a_view_and_stand_in_the_address(ticket, another, page_as, amy):
    question = another(category="usage_help")
    client = page_as(amy)

    page = client.get("/queue?view=all&category=usage_help&stage=communicate")

    assert numbers(page) == [question.number]
    assert "Category: How to use it" in page.text
    assert 'href="/queue?view=all&amp;stage=communicate"' in page.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("waiting_on=us", 1),
        ("waiting_on=customer", 0),
        ("stage=inspect", 0),
        ("due=late", 0),
        ("due=24h", 1),
        ("due=paused", 0),
        ("assignee=me", 0),
        ("assignee=nobody", 1),
        ("assignee=others", 0),
    ],
)
def test_each_filter_has_its_condition(ticket, page_as, amy, query, count):
    assert len(numbers(page_as(amy).get(f"/queue?view=all&{query}"))) == count


def test_an_unknown_value_is_left_out_with_a_sentence(ticket, page_as, amy):
    page = page_as(amy).get("/queue?view=nowhere&stage=moon")

    assert numbers(page) == [ticket.number]
    assert "“moon” is not a choice of “Stage”; it was left out." in page.text
    assert "There is no view “nowhere”." in page.text


def test_who_serves_two_shops_may_choose_one(stage, ticket, page_as, amy):
    from staff.actions import add_member  # noqa: PLC0415 - needs the app registry

    add_member(stage.other_team, amy)
    page = page_as(amy).get("/queue?view=all&shop=other&team=after-sales")

    assert "Shop: Other" in page.text
    assert numbers(page) == []


# -- search -------------------------------------------------------------------------------


def test_a_search_of_the_queue_is_a_search(page_as, amy):
    answer = page_as(amy).get("/queue", {"q": "杯子 & 1"})

    assert (answer.status_code, answer["Location"]) == (302, "/search?q=%E6%9D%AF%E5%AD%90+%26+1")
    assert 'action="/search"' in page_as(amy).get("/queue").text


# -- what a row can be ----------------------------------------------------------------------


def test_htmx_gets_the_rows_alone(ticket, page_as, amy):
    page = page_as(amy).get("/queue", headers={"hx-request": "true", "hx-target": "queue-rows"})

    assert page.text.lstrip().startswith('<div id="queue-rows"')
    assert "HX-Request" in page["Vary"]


def test_a_late_and_a_paused_row(ticket, shop, page_as, amy):
    put_order(shop, "O-2", read_order(order_body(number="TM260002")), by=SYSTEM)
    paused = open_ticket(shop, read_ticket(ticket_body(order="O-2")), by=SYSTEM)[0]
    ask_customer(paused, by=Actor.staff(amy), body="Which one?")
    late = now() - timedelta(minutes=11, seconds=30)
    SlaClock.objects.filter(ticket=ticket).update(started_at=late - timedelta(hours=1), due_at=late)
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=late)

    page = page_as(amy).get("/queue?view=all")

    assert "−12 min" in page.text
    assert "paused" in page.text
    assert numbers(page) == [ticket.number, paused.number]
