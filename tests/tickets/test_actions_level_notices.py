"""Notices that wait until their reader works: told then, if it is still so."""

from datetime import UTC, datetime, timedelta

import pytest

from aftersales import due
from aftersales.clock import now
from aftersales.mail.models import OutgoingMail
from staff.models import Shift
from tests.tickets.sla_cases import HOUR, clock_of, open_tickets, publish_policy, sync
from tickets.models import HeldNotice, SlaClock, Ticket, WaitingOn

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)  # a Tuesday, 23:30 in Shanghai


@pytest.fixture(autouse=True)
def night(shop, advance_clock):
    advance_clock((NIGHT - now()).total_seconds())


@pytest.fixture
def late(shop, amy, advance_clock, drain):
    """A request of Amy's whose reply came near its limit at night, by a level that leaves people alone."""

    def go(*actions, priority="normal", **level):
        actions = actions or ("notify:assignee",)
        level = {"at_percent": 75, "actions": actions, "in_working_time": True, **level}
        publish_policy(shop, levels=[level], targets={"first_response": 60, "resolution": 9000})
        ticket = open_tickets(shop, 1)[0]
        sync(ticket, now(), priority=priority)
        Ticket.objects.filter(pk=ticket.pk).update(assignee=amy)
        advance_clock(minutes=46)
        drain()
        return ticket

    return go


def works(person, calendar="cn_office", **fields):
    return Shift.objects.create(user=person, calendar=calendar, **fields)


def heard(person):
    return person.notifications.filter(kind="sla.warn").count()


def to_morning(advance_clock, drain):
    advance_clock(hours=10)
    return drain().get("held_notice", 0)


def test_who_is_off_hears_of_it_when_they_work_again(late, amy, advance_clock, drain):
    works(amy)
    ticket = late()
    held = HeldNotice.objects.get()

    assert (heard(amy), held.user, held.ticket) == (0, amy, ticket)
    assert held.next_try_at == datetime(2026, 12, 2, 1, tzinfo=UTC)  # 09:00 in Shanghai
    assert to_morning(advance_clock, drain) == 1
    notice = amy.notifications.get()
    assert (notice.kind, notice.ticket_number, notice.data["level"]) == ("sla.warn", ticket.number, 75)
    assert not HeldNotice.objects.exists()


def test_who_works_hears_at_once(late, amy):
    works(amy, "24x7")
    late()

    assert (heard(amy), HeldNotice.objects.count()) == (1, 0)


def test_a_level_that_says_nothing_wakes_people(late, amy):
    works(amy)
    late(in_working_time=False)

    assert heard(amy) == 1


def test_urgent_at_once_where_the_level_says_so(late, amy):
    works(amy)
    late(priority="urgent", urgent_at_once=True)

    assert heard(amy) == 1


def test_urgent_waits_where_the_level_does_not(late, amy):
    works(amy)
    late(priority="urgent")

    assert heard(amy) == 0


def test_who_has_said_nothing_has_the_hours_of_the_clock(shop, late, amy):
    late()  # round the clock

    assert heard(amy) == 1


def test_who_is_away_is_waited_for(late, amy, advance_clock, drain):
    shift = works(amy)
    late()
    shift.away_until = now() + timedelta(days=3)
    shift.save()

    to_morning(advance_clock, drain)

    assert heard(amy) == 0
    assert HeldNotice.objects.get().next_try_at > now() + timedelta(days=1)


def test_what_was_done_in_the_night_wakes_nobody_in_the_morning(late, amy, advance_clock, drain):
    works(amy)
    ticket = late()
    ticket.refresh_from_db()
    sync(ticket, now(), first_responded_at=now())

    assert to_morning(advance_clock, drain) == 1
    assert (heard(amy), HeldNotice.objects.count()) == (0, 0)


def test_what_waits_for_the_customer_meanwhile_is_held_until_it_runs_again(late, amy, advance_clock, drain):
    works(amy)
    ticket = late()
    ticket.refresh_from_db()
    sync(ticket, now(), waiting_on=WaitingOn.CUSTOMER)
    to_morning(advance_clock, drain)

    assert (heard(amy), HeldNotice.objects.get().next_try_at > now()) == (0, True)
    sync(ticket, now(), waiting_on=WaitingOn.US)
    advance_clock(hours=1, minutes=1)
    drain()
    assert (heard(amy), HeldNotice.objects.count()) == (1, 0)


def test_a_breach_is_told_in_the_morning_wherever_the_due_time_went_at_night(late, amy, advance_clock, drain):
    works(amy)
    ticket = late(at_percent=100)
    advance_clock(minutes=15)
    drain()
    ticket.refresh_from_db()
    sync(ticket, now(), waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, now(), waiting_on=WaitingOn.US)
    held = HeldNotice.objects.get()

    assert clock_of(ticket, "first_response").due_version > held.due_version
    assert to_morning(advance_clock, drain) == 1
    notice = amy.notifications.get(kind="sla.breach")
    assert notice.key == f"sla-{held.clock_id}-100-{held.due_version}"


def test_a_level_that_is_ahead_again_is_not_told(late, amy, advance_clock, drain):
    works(amy)
    ticket = late()
    SlaClock.objects.filter(ticket=ticket).update(due_version=2, fired=0, due_at=now() + 99 * HOUR)

    assert to_morning(advance_clock, drain) == 1
    assert (heard(amy), HeldNotice.objects.count()) == (0, 0)


def test_who_left_is_told_nothing(late, amy, advance_clock, drain):
    works(amy)
    late()
    amy.is_active = False
    amy.save()
    to_morning(advance_clock, drain)

    assert (heard(amy), HeldNotice.objects.count()) == (0, 0)


def test_what_is_muted_is_not_held(late, amy):
    works(amy)
    amy.muted_kinds = ["sla.warn"]
    amy.save()
    late()

    assert not HeldNotice.objects.exists()


def test_an_address_has_the_hours_of_the_clock(shop, advance_clock, drain):
    level = {"at_percent": 1, "actions": ["notify:email/boss@example.com"], "in_working_time": True}
    targets = {"first_response": 60, "resolution": 500_000}
    publish_policy(shop, calendar="cn_office", levels=[level], targets=targets, promise_hours=8000)
    open_tickets(shop, 1)
    SlaClock.objects.filter(target="first_response").update(next_try_at=now(), due_at=now() + HOUR / 60)
    SlaClock.objects.filter(target="first_response").update(started_at=now() - HOUR)

    drain()

    held = HeldNotice.objects.filter(address="boss@example.com")
    assert (held.count(), OutgoingMail.objects.count()) == (1, 0)
    to_morning(advance_clock, drain)
    assert OutgoingMail.objects.get(to="boss@example.com")


def test_one_held_notice_of_a_request_for_each_reader(shop, amy, advance_clock, drain):
    """Of several levels that are passed together the worst is held."""
    works(amy)
    levels = [
        {"at_percent": percent, "actions": ["notify:person/amy"], "in_working_time": True}
        for percent in (50, 100)
    ]
    publish_policy(shop, levels=levels, targets={"first_response": 60, "resolution": 9000})
    open_tickets(shop, 1)
    advance_clock(hours=1, minutes=1)
    drain()

    assert HeldNotice.objects.get().level == 100


@pytest.fixture
def two_clocks(shop, amy, advance_clock, drain):
    """A request of which at night the reply is late and the resolution near its limit."""
    works(amy)
    levels = [
        {"at_percent": percent, "actions": ["notify:person/amy"], "in_working_time": True}
        for percent in (75, 100)
    ]
    publish_policy(shop, levels=levels, targets={"first_response": 60, "resolution": 80})
    ticket = open_tickets(shop, 1)[0]
    advance_clock(minutes=61)
    drain()
    ticket.refresh_from_db()
    return ticket


def test_a_breach_that_was_settled_swallows_no_warning_of_another_clock(
    two_clocks, amy, advance_clock, drain
):
    sync(two_clocks, now(), first_responded_at=now())
    SlaClock.objects.filter(target="resolution").update(next_try_at=None)

    to_morning(advance_clock, drain)
    assert [notice.data["target"] for notice in amy.notifications.all()] == ["resolution"]


def test_of_what_is_held_of_several_clocks_the_worst_is_told(two_clocks, amy, advance_clock, drain):
    SlaClock.objects.filter(target="resolution").update(next_try_at=None)

    assert to_morning(advance_clock, drain) == 2
    notice = amy.notifications.get()
    assert (notice.kind, notice.data["target"]) == ("sla.breach", "first_response")


def test_held_notices_are_found_by_index_and_told_in_few_statements(
    shop, stage, amy, advance_clock, drain, django_assert_max_num_queries
):
    works(amy)
    level = {"at_percent": 75, "actions": ["notify:person/amy"], "in_working_time": True}
    publish_policy(shop, levels=[level], targets={"first_response": 60, "resolution": 9000})
    open_tickets(shop, 5)
    advance_clock(minutes=46)
    drain()
    advance_clock(hours=10)

    with django_assert_max_num_queries(16):
        assert due.KINDS["held_notice"].drain_once() == 5
    assert heard(amy) == 5


def test_who_is_away_beyond_all_calendars_stops_no_breach(shop, amy, advance_clock, drain):
    works(amy, calendar="", away_until=now().replace(year=2400))
    level = {"at_percent": 100, "actions": ["notify:person/amy"], "in_working_time": True}
    publish_policy(shop, levels=[level], targets={"first_response": 60, "resolution": 9000})
    ticket = open_tickets(shop, 1)[0]
    advance_clock(hours=1, minutes=1)
    drain()

    clock = clock_of(ticket, "first_response")
    assert (clock.breached_at, clock.attempts) == (clock.due_at, 0)
    assert HeldNotice.objects.get().next_try_at.year == 2400
