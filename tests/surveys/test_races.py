"""Many at the same moment: one answer, one invitation, one mail."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from aftersales import due
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.mail.models import OutgoingMail
from surveys.actions import hand_out_invitation, schedule_invitation
from surveys.models import Invitation, Response

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def at_once(count, act):
    """Run `act(n)` for all n on 20 threads, each with a connection of its own."""

    def run(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(run, range(count)))


def test_of_a_hundred_submits_one_is_kept(link, invitation):
    def submit(number):
        answer, customer = (
            {"q-overall": 1 + number % 5, "q-solved": "solved"},
            Client(REMOTE_ADDR="203.0.113.5"),
        )
        while (
            status := customer.post(link, answer).status_code
        ) == 503:  # who waits for too long is asked to retry
            pass
        return status

    statuses = Counter(at_once(100, submit))

    assert statuses == {302: 1, 409: 99}
    assert Response.objects.count() == 1
    assert Event.objects.filter(kind="survey.answer").count() == 1


def test_of_many_handlers_of_one_resolve_one_makes_the_invitation(resolved):
    at_once(20, lambda _n: schedule_invitation(resolved, by=Actor.system("test")) and None)

    assert Invitation.objects.count() == 1
    assert Event.objects.filter(kind="survey.schedule").count() == 1


def test_drains_and_the_shop_at_once_send_one_invitation(scheduled, shop_key, advance_clock):
    """Either our mail goes or the shop sends the link: never both, never neither."""
    advance_clock(minutes=61)
    by = Actor.shop(shop_key[0])

    def send(number):
        if number % 4:
            due.drain(due.KINDS["survey"])
        else:
            hand_out_invitation(scheduled.ticket, by=by)

    at_once(20, send)

    scheduled.refresh_from_db()
    assert scheduled.state == "sent"
    assert OutgoingMail.objects.count() == (1 if scheduled.is_mailed else 0)
    assert Event.objects.filter(kind="survey.invite").count() == 1
