"""Who is told that a proposal waits for approval, and until when."""

import pytest

from returns.models import Resolution
from staff.models import Notification, User
from tests.returns.shortcuts import propose_dear_refund

pytestmark = pytest.mark.django_db
SUPERVISORS, ABOVE = 150_000, 299_000


def asked():
    notices = Notification.objects.filter(kind="approval", read_at=None)
    return set(notices.values_list("user__username", flat=True))


@pytest.mark.parametrize(("paid", "people"), [(SUPERVISORS, {"leo", "mona"}), (ABOVE, {"finn"})])
def test_those_are_asked_whose_turn_it_is(stage, paid, people):
    propose_dear_refund(stage, paid)

    assert asked() == people


def test_without_a_lead_finance_is_asked_in_their_place(stage):
    User.objects.filter(username__in=["leo", "mona"]).update(is_active=False)
    propose_dear_refund(stage, SUPERVISORS)

    assert asked() == {"finn"}


@pytest.mark.parametrize(
    ("name", "verb", "fields"),
    [
        ("leo", "approve_resolution", {}),
        ("finn", "approve_resolution", {}),
        ("leo", "decline_resolution", {"reason": "Repair first"}),
        ("amy", "decline_resolution", {"reason": "A mistake of mine"}),
    ],
)
def test_what_is_decided_is_asked_of_nobody(stage, do, name, verb, fields):
    ticket = propose_dear_refund(stage, SUPERVISORS)
    other = propose_more(stage)

    do(getattr(stage, name), ticket, verb, resolution=str(Resolution.objects.first().uid), **fields)

    assert asked() == {"quinn"}
    assert Notification.objects.get(kind="approval", read_at=None) == other


def propose_more(stage):
    """A notice about another proposal, which stays."""
    told = Notification.objects.filter(kind="approval").first()
    told.pk, told.user, told.key = None, stage.quinn, "approval-another"
    told.save(force_insert=True)
    return told
