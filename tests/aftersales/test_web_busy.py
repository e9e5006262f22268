"""A page that waited too long for what somebody else holds says so, and nothing has changed."""

import threading

import pytest
from django.db import connection, transaction

from tickets.models import Ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held(ticket):
    """Somebody is at the request, and stays there."""
    here, enough = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Ticket.objects.lock(ticket.pk)
            here.set()
            enough.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    here.wait(10)
    yield ticket
    enough.set()
    holder.join()


def test_who_waits_too_long_is_asked_to_try_again(held, page_as, amy):
    answer = page_as(amy).post(f"/tickets/{held.number}/take")

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "The desk is busy for a moment" in answer.text
    assert Ticket.objects.get(pk=held.pk).assignee is None
