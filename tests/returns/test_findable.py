"""Numbers of parcels, replacements and inspected units: what a request is found by after it went on."""

import pytest

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from returns.findable import inspected_serials, waybills
from returns.handlers import find_by_its_numbers
from tickets.models import SearchDue, Ticket
from tickets.queries.search import search

pytestmark = pytest.mark.django_db


def finds(person, typed):
    actor = Actor.staff(person)
    return [hit.ticket_id for hit in search(Ticket.objects.visible_to(actor), actor, typed).hits]


@pytest.mark.parametrize("typed", ["SF1234509876", "sf1234 509876", "9876", "509876", "SF12345"])
def test_a_request_is_found_by_the_waybill_of_its_parcel(approved, amy, wen, do, drain, typed):
    do(amy, approved, "ship", carrier="sf", waybill="SF1234509876")
    drain()

    assert finds(amy, typed) == finds(wen, typed) == [approved.pk]


def test_and_by_the_code_of_our_label(approved, wen, drain):
    drain()
    [code] = approved.parcels.values_list("label_code", flat=True)

    assert waybills([approved.pk])[approved.pk] == [code]
    assert finds(wen, code) == [approved.pk]
    assert finds(wen, code[-5:]) == [approved.pk]


def test_the_handler_may_run_twice(approved, amy, do, drain):
    do(amy, approved, "ship", carrier="sf", waybill="SF1234509876")
    drain()
    event = Event.objects.get(stream=approved.stream, kind="parcel.ship")
    find_by_its_numbers(event)
    find_by_its_numbers(event)

    assert drain()["search"] == 2
    assert not SearchDue.objects.exists()
    assert finds(amy, "SF1234509876") == [approved.pk]


def test_what_has_no_numbers_adds_none(ticket):
    assert inspected_serials([ticket.pk]) == waybills([ticket.pk]) == {}
