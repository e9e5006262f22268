"""The filter on the queue's page: its editor, its address, and what a hand can do to either."""

import json
import re
from html import unescape

import pytest

from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
SKU = {"all": [{"field": "sku", "op": "is", "value": "MUG"}]}


@pytest.fixture
def plain(shop, order):
    return open_ticket(shop, read_ticket(ticket_body(lines=[], category="usage_help")), by=SYSTEM)[0]


def numbers(page):
    return re.findall(r'data-pulse-id="([^:"]+):', page.text)


def edit(client, do, **rows):
    return client.get("/queue/filter", {"view": "all", "do": do, **rows})


# -- the address ------------------------------------------------------------------------------


def test_a_filter_in_the_address_takes_the_place_of_the_views_own(ticket, plain, page_as, amy):
    page = page_as(amy).get("/queue", {"view": "approval", "filter": json.dumps(SKU)})

    assert numbers(page) == [ticket.number]
    assert "SKU: MUG" in page.text
    assert "changed, not saved" in page.text


def test_a_condition_is_dropped_by_its_cross(ticket, plain, page_as, amy):
    both = {"all": [*SKU["all"], {"field": "category", "op": "is", "value": "usage_help"}]}
    client = page_as(amy)
    page = client.get("/queue", {"view": "all", "filter": json.dumps(both)})
    crosses = [unescape(link) for link in re.findall(r'<a href="([^"]+)" aria-label="Remove', page.text)]

    assert numbers(page) == []
    assert [numbers(client.get(link)) for link in crosses] == [[plain.number], [ticket.number]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "it is not JSON"),
        ("[]", "A group is “all” or “any”"),
        ('{"all":[{"field":"moon"}]}', "There is no field “moon”"),
        ('{"all":[{"field":"<b>\\ud800"}]}', "There is no field “&lt;b&gt;?”"),
        ("x" * 5000, "longer than 4000"),
        ('{"all":[{"field":"team","op":"is","value":"others"}]}', "“others” is not a choice of “Team”"),
    ],
)
def test_a_filter_that_cannot_be_read_shows_no_rows_and_says_why(ticket, page_as, amy, text, sentence):
    page = page_as(amy).get("/queue", {"view": "all", "filter": text})

    assert page.status_code == 422
    assert sentence in page.text
    assert numbers(page) == []
    assert "Nothing is listed until the filter can be read" in page.text


@pytest.mark.parametrize("name", ["scope", "sort", "columns", "stage", "due", "assignee"])
def test_other_parts_that_are_not_known_are_left_out_and_said(ticket, page_as, amy, name):
    page = page_as(amy).get("/queue", {"view": "all", name: "moon"})

    assert numbers(page) == [ticket.number]
    assert "“moon” is not" in page.text


def test_several_values_of_one_name_are_any_of_them(ticket, plain, page_as, amy):
    page = page_as(amy).get("/queue?view=all&category=usage_help&category=quality_other&due=late&due=99h")

    assert "Category: " in page.text
    assert numbers(page) == []
    assert len(numbers(page_as(amy).get("/queue?view=all&category=usage_help&category=quality_other"))) == 2


def test_ended_requests_and_other_orders(ticket, plain, page_as, amy):
    cancel_ticket(plain, by=SYSTEM)
    client = page_as(amy)

    assert numbers(client.get("/queue?view=all&scope=ended")) == [plain.number]
    assert numbers(client.get("/queue?view=all&scope=all")) == [plain.number, ticket.number]
    assert numbers(client.get("/queue?view=all&scope=all&sort=oldest")) == [ticket.number, plain.number]


@pytest.mark.parametrize("sort", ["due", "newest", "oldest", "changed", "untouched"])
def test_each_order_is_paged_by_key(shop, order, page_as, amy, sort):
    made = {open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0].number for _one in range(52)}
    client = page_as(amy)
    first = client.get(f"/queue?view=all&sort={sort}")
    following = unescape(re.search(r'href="([^"]+cursor=[^"]+)" rel="next"', first.text)[1])
    second = client.get(following)

    assert (len(numbers(first)), len(numbers(second))) == (50, 2)
    assert set(numbers(first)) | set(numbers(second)) == made


def test_columns_are_chosen(ticket, page_as, amy, wen):
    page = page_as(amy).get("/queue?view=all&columns=tags,priority,amount")

    assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page.text) == [
        "Next step", "Priority", "Tags", "Amount",
    ]  # fmt: skip
    assert "王小明" not in page.text
    assert "Amount" not in re.findall(r"<th[^>]*>([^<]+)", page_as(wen).get("/queue?view=all").text)


COLUMNS = (
    "priority,status,resolution,outcome,channel,team,subject,tags,created,updated,customer_wrote,we_wrote"
)


def test_every_column_costs_no_statement_more(ticket, plain, page_as, amy, django_assert_num_queries):
    client = page_as(amy)
    client.get("/queue?view=all")
    for query in ("view=all", f"view=all&columns={COLUMNS}"):
        with django_assert_num_queries(8):
            page = client.get(f"/queue?{query}")
    assert "杯子裂了" in page.text
    assert "After-sales" in page.text


# -- the next request ---------------------------------------------------------------------------------


def test_next_leads_to_the_request_and_makes_it_mine(ticket, plain, page_as, amy):
    client = page_as(amy)
    answer = client.post("/queue/next", {"view": "all", "filter": json.dumps(SKU)})

    assert answer["Location"] == f"/tickets/{ticket.number}"
    ticket.refresh_from_db()
    assert ticket.assignee == amy


def test_when_there_is_nothing_it_says_so_and_stays(ticket, page_as, amy):
    answer = page_as(amy).post("/queue/next", {"view": "waiting", "stage": "inspect"}, follow=True)

    assert answer.redirect_chain == [("/queue?view=waiting&stage=inspect", 302)]
    assert "Nothing in “Waiting on others” waits on you now." in answer.text


def test_who_only_reads_is_not_offered_a_next_one(ticket, page_as, audrey):
    client = page_as(audrey)

    assert "/queue/next" not in client.get("/queue").text
    refused = client.post("/queue/next", {"view": "all"})
    assert (refused.status_code, numbers(refused)) == (403, [ticket.number])
    assert "Only people who work requests" in refused.text


def test_an_agent_is_offered_what_they_may_alone(ticket, page_as, amy):
    page = page_as(amy).get("/queue/views?view=all")

    assert re.findall(r'<option value="(\w+(?::[\w-]+)?)"', page.text)[0:1] == ["personal"]
    assert Actor.staff(amy).role == "agent"


@pytest.mark.parametrize("path", ["²", "9", "0-²-1", "x", ""])
def test_a_button_of_no_row_changes_nothing(ticket, page_as, amy, path):
    assert edit(page_as(amy), f"drop:{path}").status_code in (200, 422)


def test_of_very_many_short_values_the_first_are_read(ticket, page_as, amy, django_assert_max_num_queries):
    client, address = page_as(amy), "/queue?view=all&" + "&".join(f"assignee=a{n}" for n in range(400))
    client.get("/queue?view=all")

    with django_assert_max_num_queries(8 + 50 + 2):  # a look for each name that is read
        assert client.get(address).status_code == 200
