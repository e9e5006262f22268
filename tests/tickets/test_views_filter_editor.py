"""The editor of filters: rows and groups come, go, and are shown again with what is wrong."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.factories import SYSTEM, ticket_body
from tickets.actions.intake import open_ticket
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain(shop, order):
    return open_ticket(shop, read_ticket(ticket_body(lines=[], category="usage_help")), by=SYSTEM)[0]


def numbers(page):
    return re.findall(r'data-pulse-id="([^:"]+):', page.text)


def asked(answer):
    """The parameters of the address that an answer leads to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def edit(client, do, **rows):
    return client.get("/queue/filter", {"view": "all", "do": do, **rows})


# -- the editor -------------------------------------------------------------------------------------


def test_the_editor_opens_with_what_is_shown(ticket, page_as, amy):
    page = page_as(amy).get("/queue/filter", {"view": "approval", "stage": "inspect"})

    assert numbers(page) == []
    assert page.text.count('class="frow"') == 3
    assert 'value="inspect" checked' in page.text


def test_htmx_gets_the_editor_alone(page_as, amy):
    page = page_as(amy).get("/queue/filter?view=all", headers={"hx-request": "true"})

    assert page.text.lstrip().startswith('<div class="qpanel" id="queue-panel"')


def test_rows_and_groups_are_added_and_dropped(ticket, page_as, amy):
    client = page_as(amy)
    page = edit(client, "add:", add="sku", **{"f-0": "stage", "o-0": "is", "v-0": "inspect"})
    assert re.findall(r'name="f(-[\d-]+)" value="(\w+)"', page.text) == [("-0", "stage"), ("-1", "sku")]
    page = edit(client, "group:", **{"f-0": "stage", "v-0": "inspect"})
    assert 'name="g-1"' in page.text
    page = edit(client, "add:1", **{"f-0": "stage", "v-0": "inspect", "g-1": "any", "add-1": "created"})
    assert 'name="f-1-0" value="created"' in page.text
    page = edit(client, "drop:1-0", **{"f-0": "stage", "g-1": "any", "f-1-0": "created", "f-1-1": "sku"})
    assert re.findall(r'name="f(-[\d-]+)" value="(\w+)"', page.text) == [("-0", "stage"), ("-1-0", "sku")]
    assert numbers(page) == [ticket.number]  # the list is as it was until it is asked for


def test_showing_leads_to_the_list_with_the_filter_in_its_address(ticket, plain, page_as, amy):
    client = page_as(amy)
    rows = {
        "g": "all",
        "f-0": "sku", "o-0": "is", "v-0": "MUG， KETTLE",
        "g-1": "any",
        "f-1-0": "amount", "o-1-0": "at_least", "v-1-0": "50.5", "u-1-0": "CNY",
        "f-1-1": "created", "o-1-1": "newer", "v-1-1": "3", "u-1-1": "d",
        "f-2": "stage", "o-2": "is_not", "v-2": "inspect",
        "f-3": "we_wrote", "o-3": "never",
        "f-4": "requests", "o-4": "at_least", "v-4": "1",
        "sort": "newest", "columns": ["due", "", "tags"],
    }  # fmt: skip
    answer = edit(client, "show", **rows)

    assert json.loads(asked(answer)["filter"]) == {
        "all": [
            {"field": "sku", "op": "any_of", "value": ["MUG", "KETTLE"]},
            {"any": [
                {"field": "amount", "op": "at_least", "value": {"minor": 5050, "currency": "CNY"}},
                {"field": "created", "op": "newer", "value": "3d"},
            ]},
            {"field": "stage", "op": "is_not", "value": "inspect"},
            {"field": "we_wrote", "op": "never"},
            {"field": "requests", "op": "at_least", "value": 1},
        ]
    }  # fmt: skip
    assert (asked(answer)["sort"], asked(answer)["columns"]) == ("newest", "due,tags")
    page = client.get(answer["Location"])
    assert numbers(page) == [ticket.number]
    again = client.get("/queue/filter?" + urlsplit(answer["Location"]).query)
    assert 'value="50.50"' in again.text
    assert 'value="MUG, KETTLE"' in again.text


def test_an_unchanged_view_keeps_its_short_address(page_as, amy):
    rows = {"view": "unassigned", "f-0": "assignee", "v-0": "nobody"}

    assert page_as(amy).get("/queue/filter", {"do": "show", **rows})["Location"] == "/queue?view=unassigned"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"f-0": "stage"}, "takes a list of 1 to 50"),
        ({"f-0": "amount", "v-0": "a lot", "u-0": "CNY"}, "whole number"),
        ({"f-0": "amount", "v-0": "1", "u-0": "moon"}, "is not a currency"),
        ({"f-0": "created", "v-0": "soon", "u-0": "h"}, "like 12h or 3d"),
        ({"f-0": "requests", "v-0": "x"}, "from 1 to 50"),
        ({"f-0": "sku", "v-0": "\x01" * 200}, "up to 120"),
        ({"g-0": "any", "f-0-0": "team", "v-0-0": "others"}, "“others” is not a choice"),
    ],
)
def test_a_row_that_cannot_be_is_shown_again_with_its_sentence(ticket, page_as, amy, rows, sentence):
    page = edit(page_as(amy), "show", **rows)

    assert page.status_code == 422
    assert sentence in page.text
    assert numbers(page) == [ticket.number]


@pytest.mark.parametrize(
    "rows",
    [
        {"do": "add:99-99-99-99", "add-99": "x"},
        {"do": "drop:"},
        {"do": "drop:7"},
        {"do": "group:0", "f-0": "stage"},
        {"do": "add:x", "g": "none", "g-0": "x", "f-0-0-0-0-0": "stage"},
        {"do": "moon", "f-١": "stage", "f--1": "stage", "f-0": "moon", "o-0": "is"},
        {"do": "show", "g-0": "all", "g-0-0": "all", "g-0-0-0": "all", "f-0-0-0-0": "stage"},
        {"do": "add:", "add": "stage", **{f"f-{n}": "created" for n in range(99)}},
        {"do": "add:", "f-0": "amount", "v-0": "9" * 5000, "u-0": "x" * 100},
        {"filter": '{"all":[{"all":[{"all":[{"all":[]}]}]}]}', "do": "group:0-0"},
        {"filter": "x"},
    ],
)
def test_a_form_made_by_hand_breaks_nothing(ticket, page_as, amy, rows):
    assert page_as(amy).get("/queue/filter", {"view": "all", **rows}).status_code in (200, 302, 422)


def test_who_sees_no_money_is_not_offered_it(page_as, wen):
    assert 'value="amount">' not in re.sub(
        r'name="columns" value="amount">', "", page_as(wen).get("/queue/filter").text
    )
