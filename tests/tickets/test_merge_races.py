"""Merges on committed data: crosswise, twice, and while somebody writes; the data is sound afterwards."""

from functools import partial

import pytest

from aftersales import invariants
from aftersales.errors import Refused
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tests.races.at_once import at_once
from tickets.actions.conversation import hear_customer
from tickets.actions.intake import open_ticket
from tickets.actions.linking import link_ticket
from tickets.actions.merging import merge_ticket, unmerge_ticket
from tickets.actions.splitting import split_ticket
from tickets.models import Message, OrderLine, Relation, Ticket, TicketLine
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]
ROUNDS = 8


@pytest.fixture(autouse=True)
def _sound_afterwards():
    yield
    assert invariants.broken() == {}


@pytest.fixture
def again(shop, order):
    return lambda **changes: open_ticket(shop, read_ticket(ticket_body(**changes)), by=SYSTEM)[0]


def done(outcomes):
    assert all(isinstance(outcome, (Ticket, Refused)) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, Ticket)]


def test_of_two_merges_crosswise_one_happens(again, amy):
    agent = Actor.staff(amy)
    for _round in range(ROUNDS):
        one, other = again(lines=[]), again(lines=[])

        outcomes = at_once(
            [
                partial(merge_ticket, one, into=other, by=agent),
                partial(merge_ticket, other, into=one, by=agent),
            ]
        )

        assert len(done(outcomes)) == 1
        assert Ticket.objects.filter(pk__in=[one.pk, other.pk], merged_into=None).count() == 1


def test_a_chain_does_not_come_about_of_three_at_once(again, amy):
    agent = Actor.staff(amy)
    for _round in range(ROUNDS):
        a, b, c = again(lines=[]), again(lines=[]), again(lines=[])

        done(at_once([partial(merge_ticket, x, into=y, by=agent) for x, y in ((a, b), (b, c), (c, a))]))

        assert not Ticket.objects.filter(merged_into__merged_into__isnull=False).exists()


def test_words_that_arrive_during_a_merge_are_on_the_target_or_were_there_before(again, amy):
    agent = Actor.staff(amy)
    for round_ in range(ROUNDS):
        source, target = again(lines=[]), again(lines=[])
        words = [partial(hear_customer, source, body=f"{round_}-{n}", by=SYSTEM) for n in range(4)]

        outcomes = at_once([*words, partial(merge_ticket, source, into=target, by=agent)])

        assert len(done(outcomes)) == 5
        said = Message.objects.filter(body__startswith=f"{round_}-")
        assert said.count() == 4
        assert set(said.values_list("ticket", flat=True)) <= {source.pk, target.pk}


def test_a_merge_done_ten_times_at_once_is_done_once_and_so_is_taking_it_apart(again, amy):
    agent, source, target = Actor.staff(amy), again(lines=ONE_MUG), again(lines=ONE_MUG)

    assert len(done(at_once([partial(merge_ticket, source, into=target, by=agent)] * 10))) == 1
    assert OrderLine.objects.get(sku="MUG").claimed == 2
    assert len(done(at_once([partial(unmerge_ticket, source, by=agent)] * 10))) == 1

    assert set(TicketLine.objects.values_list("quantity", "claimed")) == {(1, 1)}


def test_a_split_and_a_merge_at_once_keep_every_unit(again, amy):
    agent = Actor.staff(amy)
    whole, target = again(), again(lines=ONE_MUG)
    rows = [{"line": whole.lines.get(), "quantity": 1}]

    done(
        at_once(
            [
                partial(split_ticket, whole, lines=rows, by=agent),
                partial(merge_ticket, whole, into=target, by=agent),
            ]
        )
    )

    assert sum(TicketLine.objects.values_list("claimed", flat=True)) == 3


def test_two_who_link_the_same_two_link_them_once(again, amy):
    agent, one, other = Actor.staff(amy), again(lines=[]), again(lines=[])

    outcomes = at_once(
        [partial(link_ticket, one, to=other, by=agent), partial(link_ticket, other, to=one, by=agent)] * 5
    )

    assert len(done(outcomes)) == 1
    assert Relation.objects.count() == 1
