"""China's days off and make-up working days in the pack: what is known, and that no more is claimed."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from aftersales.versions.registry import current
from tests.tickets.sla_cases import HOUR, clock_of
from tickets.models import SlaClock
from tickets.queries.clock_pages import told_clock

pytestmark = pytest.mark.django_db
# Make-up working days and days off of each year, as they were published.
WORKED = {2020: 6, 2021: 7, 2022: 7, 2023: 7, 2024: 8, 2025: 5, 2026: 6}


@pytest.fixture
def office(db):
    return current("calendar", "cn_office").content


def test_each_year_has_what_was_published(office):
    assert Counter(day.year for day in office.make_up_days) == WORKED
    off = Counter(holiday.day.year for holiday in office.holidays)
    assert off.keys() == WORKED.keys()
    assert min(off.values()) >= 27


def test_make_up_days_lie_on_weekends_and_nothing_is_both(office):
    assert {day.weekday() for day in office.make_up_days} == {5, 6}
    assert not office.make_up_days & {holiday.day for holiday in office.holidays}


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2024, 2, 4), True),  # a Sunday, worked for Spring Festival
        (date(2024, 2, 12), False),
        (date(2025, 10, 8), False),  # eight days for Mid-Autumn and National Day
        (date(2025, 10, 11), True),
        (date(2026, 2, 23), False),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
    ],
)
def test_a_day_of_the_table(office, day, is_open):
    ten = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)  # 10:00 in Shanghai

    assert office.is_open(ten) is is_open
    assert office.is_announced(day)


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2027, 1, 1)])
def test_a_year_that_is_not_known_is_not_assumed(office, day):
    assert not office.is_announced(day)


@pytest.fixture
def told(shop, ticket):
    """A clock from so many hours before midnight of New Year 2027, as it is told."""

    def tell(hours):
        start = datetime(2026, 12, 31, 16, tzinfo=UTC) - hours * HOUR
        office = current("calendar", "cn_office")
        due = office.content.add(start, 16 * 60)
        clock = clock_of(ticket, "resolution")
        SlaClock.objects.filter(pk=clock.pk).update(
            calendar=office.id, started_at=start, due_at=due, target_minutes=960, state="running"
        )
        return told_clock(ticket, "resolution", shows_money=True)

    return tell


def test_a_clock_that_reaches_into_the_unknown_says_so(told, ticket, amy, page_as, api_as):
    clock = told(12)

    assert clock["is_announced"] is False
    assert clock["calendar"]["announced_until"] == date(2026, 12, 31)
    address = f"/tickets/{ticket.number}/clocks/resolution"
    assert "are not announced yet" in page_as(amy).get(address).text
    answer = api_as(amy).get(address).json()
    assert (answer["is_announced"], answer["calendar"]["announced_until"]) == (False, "2026-12-31")


def test_a_clock_within_what_is_known_says_nothing(told, ticket, amy, page_as):
    assert told(24 * 30)["is_announced"] is True
    assert "are not announced yet" not in page_as(amy).get(f"/tickets/{ticket.number}/clocks/resolution").text


def test_the_api_tells_from_when_until_when_a_calendar_knows(api_as, leo, shop):
    calendar = api_as(leo).get("/calendars/cn_office").json()

    assert (calendar["announced_from"], calendar["announced_until"]) == ("2020-01-01", "2026-12-31")
