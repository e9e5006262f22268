"""The queue page: its views, filters, counters and rows, and who sees what."""

import pytest

from tickets.queries import queue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_counts():
    yield
    queue.forget()


def test_the_row_is_headed_by_the_next_step(ticket, page_as, amy):
    page = page_as(amy).get("/queue")

    assert page.status_code == 200
    assert "First reply" in page.text
    assert ticket.number in page.text
