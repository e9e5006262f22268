"""The way back: what an older version would lose or show to others is refused before anything is done."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from aftersales.events.actors import Actor
from tests.tickets.test_actions_macros import words
from tickets.actions.macros import save_macro
from tickets.actions.searching import note_search_of_all
from tickets.models import SearchDue

pytestmark = pytest.mark.django_db
CONVERSATION = import_module("tickets.migrations.0011_conversation")
SEARCH = import_module("tickets.migrations.0012_search_of_many")


def test_replies_of_shops_and_persons_keep_the_older_version_away(amy):
    CONVERSATION.refuse_to_lose_replies(apps, None)
    save_macro(None, by=Actor.staff(amy), **words())

    with pytest.raises(RuntimeError, match="1 canned replies belong to shops or persons"):
        CONVERSATION.refuse_to_lose_replies(apps, None)


def test_it_is_asked_first_on_the_way_back():
    last = CONVERSATION.Migration.operations[-1]

    assert last.reverse_code is CONVERSATION.refuse_to_lose_replies


def test_a_note_for_many_becomes_one_for_each_on_the_way_back(ticket):
    SearchDue.objects.all().delete()
    note_search_of_all(order=ticket.order)
    with connection.cursor() as cursor:
        cursor.execute(SEARCH.ONE_BY_ONE)

    assert list(SearchDue.objects.values_list("ticket_id", "order_id")) == [(ticket.pk, None)]
