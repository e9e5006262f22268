"""Finding requests: by what, by whom, and how many statements it takes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.events.actors import Actor
from staff.actions import add_member
from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.conversation import add_note, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import Ticket
from tickets.queries import search as searching
from tickets.queries import search_tokens
from tickets.queries.search import search
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db


def found(actor, typed, **options):
    """Numbers of the requests found, newest first."""
    page = search(Ticket.objects.visible_to(actor), actor, typed, **options)
    return [Ticket.objects.get(pk=hit.ticket_id).number for hit in page.hits]


def marked(actor, typed):
    """[(where, what is marked)] of the only request found."""
    [hit] = search(Ticket.objects.visible_to(actor), actor, typed).hits
    return [(place.where, [text for text, is_it in place.parts if is_it]) for place in hit.places]


# -- by what ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        *("TM260001", "tm26", "260001", "0001", "O-1"),
        *("MUG", "白瓷", "瓷杯", "王小明", "小明", "C-1"),
        *("13800000001", "138 0000 0001", "+86 138-0000-0001", "wang@example.com"),
    ],
)
def test_a_request_is_found_by_all_that_is_known_of_it(ticket, drain, leo, typed):
    drain()

    assert found(Actor.staff(leo), typed) == [ticket.number]


def test_a_request_is_found_by_its_own_number(ticket, drain, amy):
    drain()

    for typed in (ticket.number, ticket.number.lower(), ticket.number[4:], ticket.number.replace("-", "")):
        assert found(Actor.staff(amy), typed) == [ticket.number]


def test_words_may_stand_in_different_places(ticket, drain, amy):
    hear_customer(ticket, by=SYSTEM, body="The handle is broken, 我要换一个")
    drain()

    assert found(Actor.staff(amy), "王小明 broken 要换") == [ticket.number]
    assert found(Actor.staff(amy), "王小明 broken 要退") == []


def test_quotes_keep_the_order_of_words(another, amy):
    straight = another("one", "the white hanging heart")
    another("two", "a heart that is hanging")

    assert found(Actor.staff(amy), '"hanging heart"') == [straight.number]
    assert len(found(Actor.staff(amy), "heart hanging")) == 2


def test_characters_that_only_stand_apart_are_not_found(another, amy):
    another("质量", "量问路，问题多")

    assert found(Actor.staff(amy), "质量问题") == []
    assert len(found(Actor.staff(amy), "量问")) == 1


def test_the_newest_comes_first_and_pages_go_on(another, amy):
    numbers = [another("裂纹").number for _n in range(5)][::-1]
    actor = Actor.staff(amy)
    first = search(Ticket.objects.all(), actor, "裂纹", limit=3)
    second = search(Ticket.objects.all(), actor, "裂纹", limit=3, cursor=first.next)

    assert found(actor, "裂纹", limit=3) == numbers[:3]
    assert [Ticket.objects.get(pk=hit.ticket_id).number for hit in second.hits] == numbers[3:]
    assert second.next is None


def test_what_was_found_is_marked_as_it_was_written(another, amy):
    another("KETTLE", "收到时杯口有裂纹")

    assert marked(Actor.staff(amy), "kettle 裂纹") == [("subject", ["KETTLE"]), ("message", ["裂纹"])]


# -- by whom ------------------------------------------------------------------------


def test_what_is_not_yours_is_not_found(ticket, drain, bob, stage):
    drain()
    stranger_key = Actor.shop(stage.issue(shop=stage.other_shop, label="x")[0])

    assert found(Actor.staff(bob), "TM260001") == []
    assert found(stranger_key, "TM260001") == []


def test_the_shop_finds_nothing_by_internal_notes(ticket, drain, amy, shop_key):
    add_note(ticket, by=Actor.staff(amy), body="the customer seems to cheat")
    reply_to_customer(ticket, by=Actor.staff(amy), body="thank you for waiting")
    drain()
    shop = Actor.shop(shop_key[0])

    assert found(shop, "cheat") == []
    assert found(shop, "waiting") == [ticket.number]
    assert found(Actor.staff(amy), "cheat") == [ticket.number]


def test_the_dock_finds_nothing_by_the_conversation(ticket, drain, amy, wen, ines):
    reply_to_customer(ticket, by=Actor.staff(amy), body="thank you for waiting")
    drain()

    assert found(Actor.staff(wen), "waiting") == []
    assert found(Actor.staff(wen), "MUG") == [ticket.number]
    assert found(Actor.staff(ines), "waiting") == [ticket.number]


@pytest.mark.parametrize(
    ("name", "typed", "is_found"),
    [
        *(("leo", typed, True) for typed in ("7788", "47788", "2347788", "13712347788")),
        *(("amy", typed, True) for typed in ("7788", "13712347788", "8613712347788")),
        *(("amy", typed, False) for typed in ("47788", "2347788", "3712347788")),
        *((name, typed, False) for name in ("wen", "ines", "quinn") for typed in ("7788", "13712347788")),
    ],
)
def test_a_telephone_number_is_found_as_far_as_it_is_seen(shop, drain, stage, name, typed, is_found):
    body = order_body(number="X", customer={"external_id": "C-9", "name": "李雷", "phone": "13712347788"})
    put_order(shop, "O-9", read_order(body), by=SYSTEM)
    open_ticket(shop, read_ticket(ticket_body(order="O-9", lines=[], external_id="")), by=SYSTEM)
    drain()

    assert bool(found(Actor.staff(getattr(stage, name)), typed)) is is_found


def test_a_telephone_number_is_shown_as_far_as_it_is_seen(ticket, drain, amy, leo):
    drain()

    for person, shown in ((amy, "•••• 0001"), (leo, "13800000001")):
        [hit] = search(Ticket.objects.all(), Actor.staff(person), "13800000001").hits
        assert "".join(text for text, _marked in hit.places[0].parts) == shown


def test_an_address_is_found_whole_and_never_by_the_dock(ticket, drain, amy, wen):
    drain()

    assert found(Actor.staff(amy), "WANG@example.com") == [ticket.number]
    assert found(Actor.staff(amy), "wang@example") == []
    assert found(Actor.staff(wen), "wang@example.com") == []


def test_the_text_itself_decides_even_when_the_index_is_old(ticket, drain, amy):
    message_of(ticket, amy, "do not read this")
    drain()
    ticket.messages.update(body="")

    assert found(Actor.staff(amy), "read") == []


def message_of(ticket, person, body):
    reply_to_customer(ticket, by=Actor.staff(person), body=body)


# -- filters and bounds -------------------------------------------------------------


def test_a_page_that_looked_far_enough_tells_where_to_go_on(another, amy, monkeypatch):
    monkeypatch.setattr(searching, "LOOKED_AT", 0)
    monkeypatch.setattr(searching, "MOST_WINDOWS", 1)
    for module in (searching, search_tokens):
        monkeypatch.setattr(module, "FINE", 1)
    oldest, *_newer = [another("裂纹") for _n in range(9)]
    few, actor = Ticket.objects.filter(pk=oldest.pk), Actor.staff(amy)
    pages = [search(few, actor, "裂纹")]
    while pages[-1].next:
        pages.append(search(few, actor, "裂纹", cursor=pages[-1].next))

    assert [hit.ticket_id for page in pages for hit in page.hits] == [oldest.pk]
    assert len(pages) >= 3


def test_a_phrase_that_seldom_holds_is_not_read_for_ever(another, amy, monkeypatch):
    monkeypatch.setattr(searching, "MOST_READ", 4)
    oldest = another("the hanging heart")
    for _n in range(5):
        another("heart that is hanging")
    actor = Actor.staff(amy)
    first = search(Ticket.objects.all(), actor, '"hanging heart"', limit=1)
    second = search(Ticket.objects.all(), actor, '"hanging heart"', limit=1, cursor=first.next)

    assert (first.hits, [hit.ticket_id for hit in second.hits]) == ([], [oldest.pk])


@pytest.fixture
def spread(another, amy):
    """Seventy requests, and the numbers of those with the rare word, newest first."""
    rare = [another("裂纹 罕见" if n % 10 == 0 else "裂纹") for n in range(40)]
    return [ticket.number for ticket in rare[::-1] if "罕见" in ticket.subject]


@pytest.mark.parametrize("looked_at", [0, 5, 8000])
def test_windows_leave_nothing_out_and_show_nothing_twice(spread, amy, monkeypatch, looked_at):
    monkeypatch.setattr(searching, "LOOKED_AT", looked_at)
    actor = Actor.staff(amy)
    everything, cursor = [], ""
    while cursor is not None:
        page = search(Ticket.objects.visible_to(actor), actor, "裂纹", cursor=cursor, limit=7)
        everything, cursor = [*everything, *(hit.ticket_id for hit in page.hits)], page.next

    assert found(actor, "罕见") == spread
    assert len(everything) == len(set(everything)) == 40
    assert everything == sorted(everything, reverse=True)


def test_a_page_takes_the_same_statements_for_one_and_for_many(another, amy):
    actor = Actor.staff(amy)
    actor.user.shop_ids()
    taken = []
    for more in (1, 6):
        for _n in range(more):
            another("裂纹")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            search(Ticket.objects.visible_to(actor), actor, "裂纹")
        taken.append(len(queries))

    # Requests lie in blocks by their number; where one ends among these, a look goes into the next as well.
    assert max(taken) <= 12
    assert max(taken) - min(taken) <= 2


def test_a_person_of_several_shops_finds_in_all(ticket, drain, bob, stage):
    add_member(stage.team, bob)
    drain()

    assert found(Actor.staff(bob), "TM260001") == [ticket.number]
