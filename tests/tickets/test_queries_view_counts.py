"""Numbers beside views: taken once for all who see the same, one's own anew, and never exact beyond the cap."""

import pytest

from aftersales.events.actors import Actor
from staff.actions import add_member
from tests.factories import SYSTEM, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.saved_views import change_view, save_view
from tickets.queries.saved_views import BUILT_IN, views_of
from tickets.queries.view_counts import Counted, counts
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
OURS = {"all": [{"field": "waiting_on", "op": "is", "value": "us"}]}


@pytest.fixture
def another(shop, order):
    return lambda: open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0]


def count(user, *codes):
    actor = Actor.staff(user)
    found = counts(actor, [view for code, view in views_of(actor).items() if code in codes])
    return [found[code].number if code in found else None for code in codes]


def test_what_all_see_alike_is_remembered_and_ones_own_is_not(ticket, another, amy, leo):
    before = count(amy, "all", "mine")
    take_ticket(another(), by=Actor.staff(amy))

    assert (before, count(amy, "all", "mine")) == ([1, 1], [1, 2])
    assert count(leo, "all") == [1]  # the same shops, so the same number for some seconds


def test_other_shops_are_counted_by_themselves(stage, ticket, amy, bob):
    assert (count(bob, "all"), count(amy, "all")) == ([0], [1])
    add_member(stage.team, bob)
    bob = type(bob).objects.get(pk=bob.pk)

    assert count(bob, "all") == [1]


def test_a_changed_view_is_counted_anew(ticket, amy):
    actor = Actor.staff(amy)
    view = save_view("Ours", by=actor, filter=OURS)
    before = count(amy, view.code)
    change_view(view, by=actor, filter={"all": [{"field": "stage", "op": "is", "value": "inspect"}]})

    assert (before, count(amy, view.code)) == ([1], [0])


def test_me_in_a_shared_view_is_each_reader(stage, ticket, amy, leo):
    mine = {"all": [{"field": "assignee", "op": "is", "value": "me"}]}
    view = save_view("Mine", by=Actor.staff(leo), reach="team", team=stage.team, filter=mine)
    take_ticket(ticket, by=Actor.staff(amy))

    assert (count(amy, view.code), count(leo, view.code)) == ([1], [0])


def test_views_of_ended_requests_have_no_number(ticket, amy):
    view = save_view("Ended", by=Actor.staff(amy), scope="ended")

    assert count(amy, view.code) == [None]


def test_all_is_one_statement_for_all_and_one_for_oneself(ticket, amy, django_assert_num_queries):
    actor = Actor.staff(amy)
    actor.user.places()
    for statements in (2, 1):
        with django_assert_num_queries(statements):
            counts(actor, BUILT_IN.values())


@pytest.mark.parametrize(
    ("counted", "shown"),
    [
        (Counted(0), "0"),
        (Counted(7), "7"),
        (Counted(7, True), "7+"),
        (Counted(999), "999"),
        (Counted(1000), "999+"),
    ],
)
def test_a_number_as_it_is_shown(counted, shown):
    assert str(counted) == shown
