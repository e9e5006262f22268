"""What the panels of what belongs together cost, however much that is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.conversation import reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.linking import link_ticket
from tickets.actions.orders import put_order
from tickets.models import Ticket
from tickets.queries.neighbours import MOST, likely_duplicates, neighbours, profile
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db


ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]
OWN_STATEMENTS = 3  # of the panels: relations, the other requests, the customer's orders


def page_of(ticket):
    return f"/tickets/{ticket.number}"


# -- what it costs ------------------------------------------------------------------------------


def statements(client, ticket):
    with CaptureQueriesContext(connection) as captured:
        client.get(page_of(ticket))
        return len(captured)


def test_the_page_costs_the_same_for_one_neighbour_and_for_many(ticket, again, page_as, amy, agent):
    client = page_as(amy)
    link_ticket(ticket, by=agent, to=again(lines=ONE_MUG))
    statements(client, ticket)
    one = statements(client, ticket)
    for _number in range(6):
        other = again(lines=[])
        reply_to_customer(other, by=agent, body="Hello")
        link_ticket(ticket, by=agent, to=other)

    assert statements(client, ticket) == one


def test_the_panels_ask_three_statements(ticket, again, django_assert_num_queries):
    again(lines=ONE_MUG)
    ticket = Ticket.objects.prefetch_related("lines__order_line").get(pk=ticket.pk)

    from tickets.queries.relations import relation_rows  # noqa: PLC0415 - what is counted

    with django_assert_num_queries(OWN_STATEMENTS):
        relation_rows(ticket)
        likely_duplicates(ticket)
        profile(ticket)


def test_no_more_neighbours_are_read_than_are_shown(ticket, again):
    for _number in range(MOST + 3):
        again(lines=[])

    assert len(neighbours(ticket)) <= 2 * MOST
    assert profile(ticket)["asked_capped"]


def test_one_customer_about_one_product_within_a_month_may_be_the_same(ticket, shop):
    put_order(shop, "O-2", read_order(order_body(number="2")), by=SYSTEM)
    body = ticket_body(order="O-2", lines=ONE_MUG)
    other = open_ticket(shop, read_ticket(body), by=SYSTEM)[0]

    [(found, why)] = likely_duplicates(ticket)
    assert (found, why) == (other, "The same customer asks about MUG in both, 0 days apart.")

    ticket = Ticket.objects.get(pk=ticket.pk)
    ticket.created_at = other.created_at.replace(year=other.created_at.year - 1)
    assert likely_duplicates(ticket) == []
