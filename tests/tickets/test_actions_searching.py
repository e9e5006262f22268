"""Keeping the index: what owes it tokens, that twice is once, and making it anew."""

import pytest
from django.db import IntegrityError, connection, transaction

from aftersales import due
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, order_body, ticket_body
from tests.races.at_once import at_once
from tickets.actions import searching
from tickets.actions.conversation import add_note, hear_customer, reply_to_customer, withdraw_message
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.actions.searching import index_tickets, note_search, note_search_of_all
from tickets.models import Message, SearchDue, SearchText, Ticket
from tickets.queries.search import search
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db


def tokens(ticket):
    """The tokens that stand in the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(tokens) FROM tickets_searchtext WHERE ticket_id = %s", [ticket.pk]
        )
        row = cursor.fetchone()
    return set(row[0]) if row else set()


def finds(actor, typed):
    return bool(search(Ticket.objects.visible_to(actor), actor, typed).hits)


def test_opening_owes_tokens_and_the_drain_pays_once(ticket, drain):
    assert SearchDue.objects.count() == 1

    assert drain()["search"] == 1
    assert {"s杯口", "f杯子", "fmug", f"@{ticket.shop_id}"} <= tokens(ticket)
    assert not SearchDue.objects.exists()
    assert "search" not in drain()


def test_several_changes_are_indexed_at_once(ticket, drain):
    for word in ("alpha", "beta"):
        hear_customer(ticket, by=SYSTEM, body=word)

    assert drain()["search"] == 3
    assert {"salpha", "sbeta"} <= tokens(ticket)


def test_indexing_twice_is_once(ticket):
    index_tickets([ticket.pk])
    once = tokens(ticket)
    index_tickets([ticket.pk, ticket.pk])

    assert tokens(ticket) == once
    assert SearchText.objects.count() == 1


def test_what_is_taken_back_leaves_the_index(ticket, drain, amy):
    reply_to_customer(ticket, by=Actor.staff(amy), body="a mistake")
    drain()
    assert "smistake" in tokens(ticket)

    withdraw_message(Message.objects.get(body="a mistake"), by=Actor.staff(amy))
    assert not finds(Actor.staff(amy), "mistake")
    drain()

    assert not {token for token in tokens(ticket) if "mist" in token}


def test_what_is_erased_leaves_the_index(ticket, drain, amy):
    add_note(ticket, by=Actor.staff(amy), body="very personal")
    drain()
    ticket.messages.update(body="")
    note_search(ticket.pk)
    drain()

    assert not {token for token in tokens(ticket) if token[1:].startswith(("very", "pers"))}


def test_a_customer_who_is_called_otherwise_is_found_by_the_new_name(ticket, drain, amy):
    drain()
    renamed = order_body(customer={"external_id": "C-1", "name": "李小红", "phone": "13900001111"})
    put_order(ticket.shop, "O-1", read_order(renamed), by=SYSTEM)
    drain()

    assert finds(Actor.staff(amy), "李小红")
    assert finds(Actor.staff(amy), "1111")
    assert not finds(Actor.staff(amy), "王小明")


def test_one_insert_is_all_that_intake_pays(ticket, django_assert_num_queries):
    with django_assert_num_queries(1):
        note_search(ticket.pk)
    with django_assert_num_queries(0):
        note_search()


# -- all requests of an order or a customer ------------------------------------------


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(searching, "CHUNK", 2)


@pytest.fixture
def seven(shop, order):
    return [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _n in range(7)]


def rename(shop, name):
    body = order_body(customer={"external_id": "C-1", "name": name})
    return put_order(shop, "O-1", read_order(body), by=SYSTEM)[0]


def waiting():
    return list(SearchDue.objects.order_by("id").values_list("customer_id", "order_id", "done_up_to"))


def test_a_change_of_a_buyer_owes_two_rows_however_many_requests_there_are(seven, drain):
    drain()

    order = rename(seven[0].shop, "李小红")

    assert waiting() == [(order.customer_id, None, 0), (None, order.pk, 0)]


def test_many_are_indexed_chunk_by_chunk_and_none_is_left_out(seven, drain, small_chunks, amy):
    drain()
    rename(seven[0].shop, "李小红")

    assert due.KINDS["search"].drain_once() == 2
    (_customer, _order, done), (*_rest, untouched) = waiting()
    assert (done, untouched) == (seven[1].pk, 0)
    assert ["f小红" in tokens(one) for one in seven] == [True, True, *[False] * 5]  # as far as it came

    drain()
    assert all("f小红" in tokens(one) for one in seven)
    assert not SearchDue.objects.exists()


def test_a_pass_that_fails_goes_on_where_it_was(seven, drain, small_chunks, monkeypatch):
    drain()
    note_search_of_all(order=seven[0].order)
    due.KINDS["search"].drain_once()
    with monkeypatch.context() as patch:
        patch.setattr(searching, "index_tickets", lambda ids: 1 / 0)
        due.KINDS["search"].drain_once()

    row = SearchDue.objects.get()
    assert (row.done_up_to, row.attempts) == (seven[1].pk, 1)


def test_what_came_meanwhile_comes_before_the_next_chunk(seven, drain, small_chunks):
    drain()
    note_search_of_all(order=seven[0].order)
    due.KINDS["search"].drain_once()
    note_search(seven[6].pk)
    note_search_of_all(order=seven[0].order)

    assert due.KINDS["search"].drain_once() == 3
    assert [done for *_whole, done in waiting()] == [seven[3].pk, 0]


@pytest.fixture
def orders_of_one(shop, drain):
    """`orders_of_one(3)`: so many orders with one request each, whose notes are owed."""

    def build(count):
        orders = []
        for n in range(count):
            buyer = {"external_id": f"C-9{n}", "name": "王小明"}
            kept = order_body(number=f"TM88{n}", customer=buyer)
            orders.append(put_order(shop, f"O-9{n}", read_order(kept), by=SYSTEM)[0])
            open_ticket(shop, read_ticket(ticket_body(order=f"O-9{n}", lines=[])), by=SYSTEM)
        drain()
        SearchText.objects.all().delete()
        for order in orders:
            note_search_of_all(order=order)
        return orders

    return build


def test_many_notes_of_one_request_each_are_one_pass(orders_of_one):
    orders_of_one(5)

    due.KINDS["search"].drain_once()

    assert not SearchDue.objects.exists()
    assert SearchText.objects.count() == 5


def test_a_pass_takes_from_several_notes_until_its_chunk_is_full(seven, orders_of_one, monkeypatch):
    monkeypatch.setattr(searching, "CHUNK", 4)
    one, two, late = orders_of_one(3)
    SearchDue.objects.all().delete()
    for order in (one, two, seven[0].order, late):
        note_search_of_all(order=order)

    due.KINDS["search"].drain_once()

    assert [(order, done) for _customer, order, done in waiting()] == [
        (seven[0].order_id, seven[1].pk),
        (late.pk, 0),
    ]
    due.KINDS["search"].drain_once()
    assert [(order, done) for _customer, order, done in waiting()] == [(seven[0].order_id, seven[4].pk)]
    due.KINDS["search"].drain_once()
    assert SearchText.objects.count() == 10


def test_a_pass_asks_once_for_all_notes(orders_of_one, django_assert_num_queries):
    orders_of_one(4)
    notes = list(SearchDue.objects.all())

    with django_assert_num_queries(1):
        assert [len(ids) for ids in searching.rest_of(notes).values()] == [1, 1, 1, 1]


def test_the_same_change_twice_is_one_pass(seven, drain, small_chunks):
    drain()
    for _time in range(3):
        note_search_of_all(order=seven[0].order)

    due.KINDS["search"].drain_once()

    assert [done for *_whole, done in waiting()] == [seven[1].pk]


def test_an_order_without_requests_owes_nothing(shop, order):
    rename(shop, "李小红")

    assert not SearchDue.objects.exists()


def test_a_note_is_of_one_thing(ticket):
    for fields in ({}, {"ticket": ticket, "order": ticket.order}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SearchDue.objects.create(**fields)


# -- at once ------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whoever_indexes_last_has_read_last(ticket, amy):
    """Eight writers and two indexers: when all is drained, nothing that was written is missing."""

    def write(word):
        hear_customer(ticket, by=SYSTEM, body=word)
        due.drain(due.KINDS["search"])

    words = [f"word{letter}" for letter in "abcdefgh"]
    at_once([lambda word=word: write(word) for word in words])
    due.drain(due.KINDS["search"])

    assert {f"s{word}" for word in words} <= tokens(ticket)
