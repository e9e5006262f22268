"""Making the search index anew: in chunks, all of it or what is missing."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories import SYSTEM, ticket_body
from tickets.actions.intake import open_ticket
from tickets.actions.searching import index_tickets, rebuild
from tickets.models import SearchText
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(shop, order):
    return [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _n in range(3)]


def test_rebuilding_goes_back_in_chunks_and_knows_where_to_go_on(three):
    last = three[-1].pk + 1

    below, indexed = rebuild(last, size=2)
    assert (below, indexed) == (three[1].pk, 2)
    assert rebuild(below, size=2) == (three[0].pk, 1)
    assert rebuild(three[0].pk, size=2) == (None, 0)
    assert rebuild(last, size=9) == (three[0].pk, 0)
    assert rebuild(last, size=9, every=True) == (three[0].pk, 3)


def test_the_command_makes_what_is_missing(three):
    SearchText.objects.all().delete()
    said = StringIO()
    call_command("rebuild_search", stdout=said)

    assert "3 requests indexed; nothing is left." in said.getvalue()
    assert SearchText.objects.count() == 3


def test_the_command_makes_all_anew_below_an_id(three):
    index_tickets([ticket.pk for ticket in three])
    said = StringIO()
    call_command("rebuild_search", "--all", "--before", str(three[2].pk), stdout=said)

    assert "2 requests indexed" in said.getvalue()


def test_there_may_be_nothing_to_rebuild(db):
    said = StringIO()
    call_command("rebuild_search", stdout=said)

    assert "0 requests indexed" in said.getvalue()
