"""What follows for goods when a request ends; each handler twice, one result."""

import pytest

from aftersales.events.models import Event
from returns.handlers import withdraw_labels_of_ended
from returns.models import Parcel

pytestmark = pytest.mark.usefixtures("sound")


def test_labels_of_a_cancelled_request_are_withdrawn_once(approved, amy, do, drain, kinds_of):
    ticket = do(amy, approved, "cancel")
    drain()
    withdraw_labels_of_ended(Event.objects.get(stream=ticket.stream, kind="ticket.cancel"))

    assert Parcel.objects.get().state == "cancelled"
    assert kinds_of(ticket).count("parcel.cancel") == 1


def test_labels_of_a_rejected_request_are_withdrawn(approved, leo, do, drain):
    do(leo, approved, "reject", reason="Not ours")
    drain()

    assert Parcel.objects.get().state == "cancelled"


def test_a_request_that_was_opened_again_meanwhile_keeps_what_it_has(approved, amy, do, drain):
    ticket = do(amy, approved, "cancel")
    event = Event.objects.get(stream=ticket.stream, kind="ticket.cancel")
    Parcel.objects.update(state="planned")
    type(ticket).objects.filter(pk=ticket.pk).update(stage="communicate", status="open", resolved_at=None)

    withdraw_labels_of_ended(event)

    assert Parcel.objects.get().state == "planned"
    type(ticket).objects.filter(pk=ticket.pk).update(
        stage="done", status="cancelled", resolved_at=ticket.resolved_at
    )
