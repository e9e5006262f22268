"""The sweep: leaves Celery its moment, then stands in for it without any grace."""

from datetime import timedelta

import pytest

from aftersales import due
from aftersales.clock import now
from aftersales.mail.models import OutgoingMail
from aftersales.management.commands import sweep

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def fired(monkeypatch):
    """The keys of what was fired, by a kind that is the only one."""
    keys = []

    def fire(rows):
        for row in rows:
            keys.append(row.key)
            row.sent_at, row.next_try_at = now(), None
            row.save()

    kind = due.DueKind(OutgoingMail, name="test", queue="mail", fire=fire)
    monkeypatch.setattr(due, "KINDS", {"test": kind})
    return keys


def mail(key, *, late):
    words = {"to": "a@example.com", "subject": "s", "text": "t", "message_id": "m"}
    OutgoingMail.objects.create(key=key, shop_id=1, created_at=now(), next_try_at=now() - late, **words)


def test_celery_is_left_its_moment(fired):
    mail("fresh", late=timedelta(0))

    assert sweep.Watch().look() == {}
    assert fired == []


def test_what_was_left_lying_is_fired(fired):
    mail("lying", late=2 * SECOND)

    assert sweep.Watch().look() == {"test": 1}
    assert fired == ["lying"]


def test_once_it_stood_in_nothing_waits_for_the_grace(fired):
    watch = sweep.Watch()
    mail("lying", late=2 * SECOND)
    watch.look()
    mail("fresh", late=timedelta(0))

    assert watch.look() == {"test": 1}
    assert fired == ["lying", "fresh"]


def test_it_asks_again_whether_celery_is_back(fired, monkeypatch):
    monkeypatch.setattr(sweep, "STAND_IN_SECONDS", 0)
    watch = sweep.Watch()
    mail("lying", late=2 * SECOND)
    watch.look()
    mail("fresh", late=timedelta(0))

    assert watch.look() == {}


def test_taking_early_does_not_prolong_the_time(fired):
    watch = sweep.Watch()
    mail("lying", late=2 * SECOND)
    watch.look()
    until = dict(watch._stands_in_until)
    mail("fresh", late=timedelta(0))
    watch.look()

    assert watch._stands_in_until == until
