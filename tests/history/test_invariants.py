"""The rules of history's sql/invariants.sql: a life breaks none, and each finds what breaks it."""

import pytest

from aftersales import invariants
from tests.history.conftest import sql

pytestmark = pytest.mark.django_db
CLOCK, DAY, MONTH, HOURS = (
    "fact_of_a_clock_says_what_the_clock_says",
    "tally_of_a_day_is_the_sum_of_its_facts",
    "tally_of_a_month_is_the_sum_of_its_days",
    "tallies_of_hours_are_their_day",
)
TAMPERED = [
    ("UPDATE history_tally SET count = count + 1 WHERE grain = 'd'", {DAY, MONTH, HOURS}),
    ("UPDATE history_tally SET missed = missed + 1 WHERE grain = 'm'", {MONTH}),
    ("UPDATE history_tally SET count = count + 1 WHERE grain = 'h'", {HOURS}),
    ("DELETE FROM history_tally WHERE grain = 'h'", {HOURS}),
    (
        "UPDATE history_tally SET count = 9 WHERE grain = 'w' AND scope = 'c'",
        {"tallies_of_hours_of_the_week_are_their_month"},
    ),
    ("DELETE FROM history_fact WHERE measure = 'response.next'", {DAY}),
    ("UPDATE history_fact SET met = NOT met WHERE met IS NOT NULL", {CLOCK, DAY}),
    ("UPDATE history_fact SET target_seconds = 1 WHERE met", {CLOCK, DAY}),
    ("UPDATE history_fact SET happened_at = happened_at - interval '1 second' WHERE NOT met", {CLOCK}),
    ("UPDATE tickets_slaclock SET policy_id = (SELECT min(id) FROM versions_version)", {CLOCK}),
    ("UPDATE history_fact SET person_id = 0 WHERE measure = 'response.first'", {DAY}),
    (
        "UPDATE history_tally SET counts = '{5}', buckets = '{1}' WHERE timed = 1",
        {"histogram_counts_what_took_a_time"},
    ),
    ("UPDATE history_fact SET source_id = -id WHERE met", {CLOCK}),
    (
        "UPDATE history_fact SET measure = 'sla.promise' WHERE measure = 'sla.first_response'",
        {CLOCK, DAY},
    ),
    ("UPDATE history_fact SET shop_id = 0", {"fact_is_of_its_tickets_shop", DAY}),
]


def test_a_life_breaks_nothing(lived):
    assert invariants.broken() == {}


@pytest.mark.parametrize(("statement", "expected"), TAMPERED)
def test_tampering_is_found(lived, statement, expected):
    sql(statement)

    found = {finding.rule.name for finding in invariants.check() if finding.count}

    assert found == expected
