"""Working time held against other people's cases and against China's published years."""

from datetime import date, datetime, timedelta
from itertools import groupby

import pytest

from tests.shared_data import shared_data, shared_json

from .worktime_bodies import calendar, shanghai

# The form of the shared cases, made up here so that the form is tested where the file is not.
SAMPLES = [
    {
        "id": "S1",
        "timezone": "Asia/Tokyo",
        "hours": {"mon": [["09:00", "17:00"]], "fri": [["09:00", "17:00"]]},
        "holidays": [],
        "breaks": {},
        "special_days": {},
        "start": "2026-11-20T07:00:00Z",
        "minutes": 180,
        "expected_due": "2026-11-23T02:00:00Z",
    },
    {
        "id": "S2",
        "timezone": "Etc/UTC",
        "hours": {"thu": [["08:00", "18:00"]], "fri": [["08:00", "18:00"]]},
        "holidays": ["2026-11-26"],
        "breaks": {"2026-11-27": [["10:30", "11:00"]]},
        "special_days": {"2026-11-27": [["10:00", "18:00"]]},
        "start": "2026-11-26T09:00:00Z",
        "minutes": 45,
        "expected_due": "2026-11-27T11:15:00Z",
    },
    {
        "id": "S3, the total is reached at closing time",
        "timezone": "Etc/UTC",
        "hours": {"sun": [["11:00", "12:00"]]},
        "holidays": [],
        "breaks": {},
        "special_days": {},
        "start": "2026-11-22T00:00:00Z",
        "minutes": 60,
        "expected_due": "2026-11-29T11:00:00Z",
    },
]


def calendar_of(case):
    def hours(table):
        return {day: ["-".join(interval) for interval in day_hours] for day, day_hours in table.items()}

    return calendar(
        time_zone=case["timezone"],
        weekly=hours(case["hours"]),
        holidays=[{"name": {"en": "Holiday"}, "days": case["holidays"]}],
        breaks=hours(case["breaks"]),
        special_days=hours(case["special_days"]),
    )


def agrees(case):
    """Ours is due at closing time where some libraries wait for the next opening, which we can also tell."""
    kept = calendar_of(case)
    expected = datetime.fromisoformat(case["expected_due"])
    due = kept.add(datetime.fromisoformat(case["start"]), case["minutes"])
    return expected in (due, kept.next_opening(due))


@pytest.mark.parametrize("case", SAMPLES, ids=lambda case: case["id"])
def test_own_samples_come_out_as_expected(case):
    assert agrees(case)


def test_the_shared_cases_come_out_as_expected():
    cases = shared_json("worktime_cases.json")

    assert [case["id"] for case in cases if not agrees(case)] == []


def china(year):
    """The calendar of an office that follows the published list of that year."""
    days = shared_json(f"cn-holidays/{year}.json")["days"]
    off = [day for day in days if day["isOffDay"]]
    by_name = groupby(off, key=lambda day: day["name"])
    return days, calendar(
        holidays=[{"name": {"zh": name}, "days": [day["date"] for day in group]} for name, group in by_name],
        make_up_days=[day["date"] for day in days if not day["isOffDay"]],
        announced_until=f"{year}-12-31" if days else f"{year - 1}-12-31",
    )


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_published_day_of_a_year_in_china_is_as_published(year):
    days, office = china(year)

    for day in days:
        assert office.is_open(shanghai(f"{day['date']} 10:00")) is not day["isOffDay"], day


def test_2026_in_china_has_248_working_days():
    _days, office = china(2026)

    worked = office.between(shanghai("2026-01-01 00:00"), shanghai("2027-01-01 00:00"))

    assert worked == 248 * timedelta(hours=8)


def test_work_over_the_spring_festival_of_2026_uses_the_make_up_days():
    _days, office = china(2026)

    # Friday 13 February; the 14th is made up, the 15th to the 23rd are off.
    assert office.add(shanghai("2026-02-13 17:00"), 60 + 480 + 60) == shanghai("2026-02-24 10:00")


def test_a_year_whose_notice_is_not_out_is_counted_by_weekday_and_says_so():
    days, office = china(2027)
    due = office.add(shanghai("2027-01-01 09:00"), 60)

    assert days == []
    assert due == shanghai("2027-01-01 10:00")
    assert not office.is_announced(date(2027, 1, 1))
    assert "not_announced" in [row["reason"] for row in office.explain(shanghai("2027-01-01 09:00"), due)]


def test_shared_data_is_skipped_aloud_where_it_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("AFTERSALES_DATA", str(tmp_path))

    with pytest.raises(pytest.skip.Exception, match="SKIPPED FOR WANT OF DATA"):
        shared_data("worktime_cases.json")
