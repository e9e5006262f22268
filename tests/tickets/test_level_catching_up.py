"""A clock that passed several levels before anybody looked: each is told once, how it stands by now."""

from datetime import UTC, datetime

import pytest

from aftersales.clock import now
from staff.models import Shift
from tests.tickets.sla_cases import open_tickets, publish_policy
from tickets.models import HeldNotice, SlaFiring, Ticket

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)  # a Tuesday, 23:30 in Shanghai


@pytest.fixture
def passed(shop, amy, advance_clock, drain):
    """A request of Amy's whose reply is looked at after so many minutes of its hour, at night, by these levels."""

    def go(minutes, *levels):
        advance_clock((NIGHT - now()).total_seconds())
        publish_policy(shop, levels=list(levels), targets={"first_response": 60, "resolution": 9000})
        Ticket.objects.filter(pk=open_tickets(shop, 1)[0].pk).update(assignee=amy)
        advance_clock(minutes=minutes)
        drain()

    return go


def level(percent, *actions, **more):
    return {"at_percent": percent, "actions": actions, **more}


def told(person):
    return [(notice.kind, notice.data["level"]) for notice in person.notifications.order_by("id")]


def test_whom_a_lower_level_names_hears_how_the_clock_stands_now(passed, amy, leo):
    """That three quarters are used is no news any more."""
    passed(61, level(75, "notify:assignee"), level(100, "notify:team_lead"))

    assert (told(amy), told(leo)) == ([("sla.breach", 100)], [("sla.breach", 100)])


def test_what_nobody_has_to_be_told_is_no_news_either(passed, amy):
    passed(55, level(75, "notify:assignee"), level(90, "show_amber"))

    assert told(amy) == [("sla.warn", 75)]
    assert list(SlaFiring.objects.order_by("level").values_list("level", flat=True)) == [75, 90]


def test_a_warning_at_once_lets_no_breach_wake_who_is_to_sleep(passed, amy):
    """The highest level that names them says when."""
    Shift.objects.create(user=amy, calendar="cn_office")
    passed(61, level(75, "notify:person/amy"), level(100, "notify:person/amy", in_working_time=True))

    assert (told(amy), HeldNotice.objects.get().level) == ([], 100)


def test_who_muted_breaches_is_not_told_of_one_by_a_lower_level(passed, amy):
    amy.muted_kinds = ["sla.breach"]
    amy.save()

    passed(61, level(75, "notify:assignee"))

    assert told(amy) == []
