import pytest

from tests.tickets.sla_cases import (
    HOUR,
    MINUTE,
    MONDAY,
    TARGETS,
    clock_of,
    publish_policy,
    sync,
    unsaved_clock,
)
from tickets.models import SlaClock, WaitingOn
from tickets.queries.clocks import clocks_with_surroundings, explain_clock


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop)


def saved_clock(ticket, **changes):
    SlaClock.objects.filter(ticket=ticket).delete()
    clock = unsaved_clock(ticket=ticket, shop_id=ticket.shop_id, **changes)
    clock.save()
    return clock


def test_everything_is_read_at_once(ticket, django_assert_num_queries):
    with django_assert_num_queries(1):
        clocks, around = clocks_with_surroundings(ticket)

    assert len(clocks) == 4
    assert (around.policy_code, around.shop_calendar, around.held_on) == ("quality", "", [])


def test_a_ticket_without_clocks_has_surroundings(ticket):
    SlaClock.objects.all().delete()

    clocks, around = clocks_with_surroundings(ticket)

    assert (clocks, around.policy_code, around.paused_on) == ([], "quality", None)


def test_a_clock_explains_its_rule(shop, ticket):
    ticket.priority = "urgent"
    sync(ticket, ticket.created_at + HOUR, stage="inspect")

    told = explain_clock(clock_of(ticket, "inspect"))

    assert (told["policy_minutes"], told["priority_factor"], told["target_minutes"]) == (240, 0.5, 120)
    assert told["policy"] == {
        "code": "quality",
        "number": 1,
        "is_default": False,
        "name": {"zh": "试", "en": "Test"},
    }
    assert told["calendar"] == {
        "code": "24x7",
        "number": 1,
        "is_default": True,
        "name": {"zh": "全天候", "en": "Around the clock"},
        "time_zone": "Asia/Shanghai",
        "announced_from": None,
        "announced_until": None,
    }


def test_the_factor_is_the_policys_whatever_rounding_made_of_it(ticket):
    policy = publish_policy(ticket.shop, targets={**TARGETS, "communicate": 15})
    high = saved_clock(ticket, policy_id=policy.pk, target_minutes=11)

    assert explain_clock(high)["priority_factor"] == 0.75


def test_a_clock_explains_its_hours(ticket):
    evening = MONDAY + 12 * HOUR  # 21:00
    clock = saved_clock(ticket, calendar="cn_extended", started_at=evening, due_at=MONDAY + 26 * HOUR)

    rows = explain_clock(clock)["rows"]

    assert [(row["from"], row["to"], row["minutes"]) for row in rows] == [
        (evening, evening + 2 * HOUR, 120),
        (MONDAY + 24 * HOUR, MONDAY + 26 * HOUR, 120),
    ]


def test_a_clock_explains_its_pauses(ticket):
    at = ticket.created_at
    sync(ticket, at + HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, at + 10 * HOUR, waiting_on=WaitingOn.US)
    clock = clock_of(ticket, "communicate")

    told = explain_clock(clock)

    assert told["due_at"] == at + 13 * HOUR
    assert told["pauses"] == [{"from": at + HOUR, "to": at + 10 * HOUR, "waiting_on": "customer"}]
    assert [(row["reason"], row["minutes"]) for row in told["rows"]] == [
        ("open", 60),
        ("paused", 0),
        ("open", 180),
    ]


def test_a_paused_clock_explains_what_was_used(ticket):
    at = ticket.created_at
    sync(ticket, at + HOUR, waiting_on=WaitingOn.CUSTOMER)

    told = explain_clock(clock_of(ticket, "communicate"))

    assert (told["due_at"], told["remaining_seconds"]) == (None, 3 * 3600)
    assert [row["reason"] for row in told["rows"]] == ["open", "paused"]


def test_a_pause_before_its_life_is_not_the_clocks(ticket):
    at = ticket.created_at
    sync(ticket, at + MINUTE, waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, at + 2 * MINUTE, waiting_on=WaitingOn.US)
    sync(ticket, at + HOUR, stage="inspect")

    assert explain_clock(clock_of(ticket, "inspect"))["pauses"] == []


def test_a_question_does_not_pause_with_the_carrier(ticket):
    at = ticket.created_at
    sync(ticket, at, first_responded_at=at, last_customer_message_at=at + MINUTE)
    sync(ticket, at + HOUR, waiting_on=WaitingOn.CARRIER)

    assert explain_clock(clock_of(ticket, "next_response"))["pauses"] == []
    assert len(explain_clock(clock_of(ticket, "communicate"))["pauses"]) == 1
