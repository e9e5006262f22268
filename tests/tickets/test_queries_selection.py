"""What somebody means by a view, a filter or numbers: always within what they may see."""

import pytest

from aftersales.errors import BadRequest, Invalid
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket
from tickets.actions.saved_views import save_view
from tickets.queries import selection
from tickets.queries.selection import selected
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
HELP = {"all": [{"field": "category", "op": "is", "value": "usage_help"}]}


@pytest.fixture
def plain(shop, order):
    return open_ticket(shop, read_ticket(ticket_body(lines=[], category="usage_help")), by=SYSTEM)[0]


def numbers(user, **asked):
    return set(selected(Actor.staff(user), **asked).values_list("number", flat=True))


def test_a_view_a_filter_or_both(ticket, plain, amy):
    view = save_view("Help", by=Actor.staff(amy), filter=HELP)

    assert numbers(amy, view="all") == {ticket.number, plain.number}
    assert numbers(amy, view=view.code) == numbers(amy, filter=HELP) == {plain.number}
    assert numbers(amy, view="waiting", filter=HELP) == set()
    assert numbers(amy, filter={}) == {ticket.number, plain.number}


def test_numbers_are_taken_as_people_write_them(ticket, plain, amy, bob):
    assert numbers(amy, numbers=[ticket.number.lower(), "A26-NOBODY"]) == {ticket.number}
    assert numbers(bob, numbers=[ticket.number]) == set()
    assert numbers(bob, view="all") == set()


def test_scopes_part_the_open_from_the_ended(ticket, plain, amy, monkeypatch):
    cancel_ticket(plain, by=SYSTEM)

    assert numbers(amy, filter={}, scope="ended") == {plain.number}
    assert numbers(amy, filter={}, scope="all") == {ticket.number, plain.number}
    monkeypatch.setattr(selection, "LOOKED_BACK", 0)
    assert numbers(amy, filter={}, scope="all") == {plain.number}  # the newest; further back by number
    assert numbers(amy, numbers=[ticket.number]) == {ticket.number}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Name a view, a filter or numbers."),
        ({"numbers": "A26"}, "a list of request numbers"),
        ({"numbers": [7]}, "a list of request numbers"),
        ({"numbers": ["x"] * 2001}, "At most 2000"),
        ({"filter": {"all": [{"field": "moon"}]}}, "There is no field"),
    ],
)
def test_what_cannot_be_meant_is_refused(amy, asked, sentence):
    with pytest.raises(Invalid, match=sentence):
        selected(Actor.staff(amy), **asked)


def test_another_persons_view_is_none(amy, leo):
    view = save_view("Help", by=Actor.staff(amy), filter=HELP)

    with pytest.raises(BadRequest, match="There is no view"):
        selected(Actor.staff(leo), view=view.code)
