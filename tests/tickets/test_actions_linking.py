"""Links between requests, and what people put on one to find it again."""

import pytest

from aftersales import invariants
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.events.telling import sentence
from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.conversation import hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.linking import link_ticket, unlink_ticket
from tickets.actions.marking import follow_ticket, tag_ticket, unfollow_ticket, untag_ticket
from tickets.actions.orders import put_order
from tickets.models import Relation, Ticket
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound_afterwards():
    yield
    assert invariants.broken() == {}


@pytest.fixture
def other(shop, order):
    return open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0]


@pytest.fixture
def agent(amy):
    return Actor.staff(amy)


# -- links ----------------------------------------------------------------------------


def test_a_link_says_what_it_is_in_both_languages(ticket, other, agent):
    link_ticket(ticket, by=agent, to=other, kind="caused_by")

    relation = Relation.objects.get()
    assert (relation.ticket, relation.other, relation.kind) == (ticket, other, "caused_by")
    event = Event.objects.get(kind="ticket.link")
    assert sentence(event, "en") == f"Linked: caused by {other.number}"
    assert sentence(event, "zh") == f"关联：起因于 {other.number}"


def test_two_are_linked_once_whichever_says_it(ticket, other, agent):
    link_ticket(ticket, by=agent, to=other, kind="duplicate")

    for one, another in ((ticket, other), (other, ticket)):
        with pytest.raises(NotPossible, match="linked like this already"):
            link_ticket(one, by=agent, to=another, kind="duplicate")
    link_ticket(other, by=agent, to=ticket, kind="related")
    assert Relation.objects.count() == 2


def test_unlinking_takes_all_links_between_the_two_from_either_side(ticket, other, agent):
    link_ticket(ticket, by=agent, to=other, kind="duplicate")
    link_ticket(other, by=agent, to=ticket, kind="related")

    unlink_ticket(other, by=agent, to=ticket)

    assert not Relation.objects.exists()
    with pytest.raises(NotPossible, match="is not linked"):
        unlink_ticket(other, by=agent, to=ticket)


def test_requests_of_two_shops_are_never_linked(ticket, other_shop, agent):
    put_order(other_shop, "O-1", read_order(order_body()), by=SYSTEM)
    theirs = open_ticket(other_shop, read_ticket(ticket_body()), by=SYSTEM)[0]

    for to in (theirs, ticket):
        with pytest.raises(NotPossible, match="of one shop"):
            link_ticket(ticket, by=agent, to=to)


# -- tags --------------------------------------------------------------------------------


def test_a_tag_is_put_on_once_and_taken_off(ticket, agent):
    assert tag_ticket(ticket, by=agent, tag="vip").tags == ["vip"]
    with pytest.raises(NotPossible, match="already"):
        tag_ticket(ticket, by=agent, tag="vip")

    assert untag_ticket(ticket, by=agent, tag="vip").tags == []
    with pytest.raises(NotPossible, match="no tag"):
        untag_ticket(ticket, by=agent, tag="vip")


def test_twenty_tags_are_enough(ticket, agent):
    Ticket.objects.filter(pk=ticket.pk).update(tags=[str(number) for number in range(20)])

    with pytest.raises(NotPossible, match="at most 20"):
        tag_ticket(ticket, by=agent, tag="more")


# -- following ------------------------------------------------------------------------------


def test_who_follows_hears_of_others_and_not_of_themselves(ticket, agent, amy, leo):
    follow_ticket(ticket, by=agent)
    follow_ticket(ticket, by=Actor.staff(leo))
    reply_to_customer(ticket, by=agent, body="We are on it.")
    hear_customer(ticket, by=SYSTEM, body="Thanks.")

    assert list(amy.notifications.values_list("kind", "data__what_en")) == [
        ("followed", "The customer wrote")
    ]
    assert leo.notifications.count() == 2
    assert leo.notifications.first().data["what_zh"]


def test_who_muted_it_or_follows_no_more_hears_nothing(ticket, agent, amy, leo):
    follow_ticket(ticket, by=agent)
    follow_ticket(ticket, by=Actor.staff(leo))
    leo.muted_kinds = ["followed"]
    leo.save()
    unfollow_ticket(ticket, by=agent)

    hear_customer(ticket, by=SYSTEM, body="Thanks.")

    assert (amy.notifications.count(), leo.notifications.count()) == (0, 0)


def test_following_twice_and_leaving_twice_are_refused(ticket, agent):
    follow_ticket(ticket, by=agent)
    with pytest.raises(NotPossible, match="follow this request already"):
        follow_ticket(ticket, by=agent)
    unfollow_ticket(ticket, by=agent)
    with pytest.raises(NotPossible, match="do not follow"):
        unfollow_ticket(ticket, by=agent)


@pytest.mark.parametrize("act", [follow_ticket, link_ticket, tag_ticket])
def test_those_who_only_read_leave_no_mark(act, ticket, other, audrey):
    fields = {link_ticket: {"to": other}, tag_ticket: {"tag": "x"}}.get(act, {})

    with pytest.raises(NotAllowed):
        act(ticket, by=Actor.staff(audrey), **fields)


def test_a_request_that_nobody_follows_costs_no_statement_more(ticket, agent, django_assert_num_queries, leo):
    from django.db import connection  # noqa: PLC0415 - of this test alone
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(
        connection,
    ) as alone:
        tag_ticket(ticket, by=agent, tag="one")
    follow_ticket(ticket, by=Actor.staff(leo))

    with django_assert_num_queries(len(alone)):
        tag_ticket(ticket, by=agent, tag="two")
