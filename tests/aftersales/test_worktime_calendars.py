"""Working time added and measured: examples a person can check against a wall calendar."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from aftersales.worktime import BeyondHorizon

from .worktime_bodies import (
    ALL_DAYS,
    BERLIN,
    NATIONAL_DAY,
    berlin,
    calendar,
    in_zone,
    shanghai,
    utc,
    weekly,
)

AROUND_THE_CLOCK = weekly("00:00-24:00", days=ALL_DAYS)
NIGHTS = weekly("22:00-06:00", days=ALL_DAYS)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-23 09:00", 30, "2026-11-23 09:30"),
        ("2026-11-23 11:30", 60, "2026-11-23 13:30"),  # over lunch
        ("2026-11-23 07:00", 60, "2026-11-23 10:00"),  # before opening
        ("2026-11-27 17:30", 60, "2026-11-30 09:30"),  # over the weekend
        ("2026-11-28 12:00", 1, "2026-11-30 09:01"),  # within it
        ("2026-11-23 09:00", 480, "2026-11-23 18:00"),  # a full day ends at closing time
        ("2026-11-23 09:00", 481, "2026-11-24 09:01"),
    ],
)
def test_add_counts_opening_hours_only(start, minutes, due):
    assert calendar().add(shanghai(start), minutes) == shanghai(due)


def test_add_answers_in_utc_whatever_zone_it_is_asked_in():
    due = calendar().add(shanghai("2026-11-23 09:00"), 30)

    assert due == utc("2026-11-23 01:30")
    assert due.tzinfo is UTC


def test_add_takes_a_timedelta_and_keeps_microseconds():
    start = shanghai("2026-11-23 17:59:59.999999")

    assert calendar().add(start, timedelta(microseconds=3)) == shanghai("2026-11-24 09:00:00.000002")


@pytest.mark.parametrize("start", ["2026-11-23 10:00", "2026-11-23 18:00", "2026-11-28 12:00"])
def test_adding_nothing_is_the_start_itself_open_or_not(start):
    assert calendar().add(shanghai(start), 0) == shanghai(start)


def test_add_refuses_negative_work():
    with pytest.raises(ValueError, match="negative"):
        calendar().add(shanghai("2026-11-23 09:00"), -1)


def test_instants_without_a_zone_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        calendar().add(datetime(2026, 11, 23, 9), 1)  # noqa: DTZ001 - the naive instant is the point


def test_between_counts_opening_hours_only():
    worked = calendar().between(shanghai("2026-11-27 17:00"), shanghai("2026-11-30 14:00"))

    assert worked == timedelta(hours=5)


def test_between_is_negative_backwards_and_nothing_on_a_weekend():
    saturday, monday = shanghai("2026-11-28 12:00"), shanghai("2026-11-30 10:00")

    assert calendar().between(monday, saturday) == -timedelta(hours=1)
    assert calendar().between(saturday, saturday + timedelta(days=1)) == timedelta(0)


@pytest.mark.parametrize(
    ("at", "is_open", "opening"),
    [
        ("2026-11-23 08:59", False, "2026-11-23 09:00"),
        ("2026-11-23 09:00", True, "2026-11-23 09:00"),
        ("2026-11-23 12:00", False, "2026-11-23 13:00"),
        ("2026-11-23 17:59", True, "2026-11-23 17:59"),
        ("2026-11-23 18:00", False, "2026-11-24 09:00"),
        ("2026-11-28 12:00", False, "2026-11-30 09:00"),
    ],
)
def test_opening_belongs_to_the_hours_and_closing_does_not(at, is_open, opening):
    assert calendar().is_open(shanghai(at)) is is_open
    assert calendar().next_opening(shanghai(at)) == shanghai(opening)


def test_holidays_are_closed_and_make_up_days_open():
    golden_week = calendar(
        holidays=[{"name": NATIONAL_DAY, "days": [f"2026-10-0{day}" for day in range(1, 8)]}],
        make_up_days=["2026-10-10"],
    )

    assert golden_week.add(shanghai("2026-09-30 17:00"), 120) == shanghai("2026-10-08 10:00")
    assert golden_week.add(shanghai("2026-10-09 17:00"), 120) == shanghai("2026-10-10 10:00")


def test_make_up_hours_replace_a_saturdays_own():
    saturdays = weekly("09:00-18:00") | {"sat": ["10:00-12:00"]}

    make_up = calendar(weekly=saturdays, make_up_days=["2026-10-10"])

    assert make_up.between(shanghai("2026-10-10 00:00"), shanghai("2026-10-11 00:00")) == timedelta(hours=9)


def test_a_special_day_has_its_own_hours():
    half_day = calendar(special_days={"2026-12-24": ["09:00-11:00"], "2026-12-25": []})

    assert half_day.add(shanghai("2026-12-24 10:30"), 60) == shanghai("2026-12-28 09:30")


def test_a_break_is_cut_out_of_the_hours():
    stocktaking = calendar(breaks={"2026-11-23": ["10:00-11:30", "12:30-14:00"]})

    assert stocktaking.add(shanghai("2026-11-23 09:00"), 120) == shanghai("2026-11-23 14:30")
    assert not stocktaking.is_open(shanghai("2026-11-23 10:00"))


def test_a_break_cuts_the_night_shift_of_the_day_before():
    nights = calendar(weekly=NIGHTS, breaks={"2026-11-24": ["01:00-02:00"]})

    worked = nights.between(shanghai("2026-11-23 22:00"), shanghai("2026-11-24 06:00"))

    assert worked == timedelta(hours=7)


def test_a_holiday_takes_the_night_that_begins_on_it_and_leaves_the_morning_before():
    nights = calendar(weekly=NIGHTS, holidays=[{"name": NATIONAL_DAY, "days": ["2026-10-01"]}])

    assert nights.is_open(shanghai("2026-10-01 05:59"))
    assert not nights.is_open(shanghai("2026-10-01 22:00"))
    assert not nights.is_open(shanghai("2026-10-02 05:59"))
    assert nights.next_opening(shanghai("2026-10-01 06:00")) == shanghai("2026-10-02 22:00")


def test_hours_that_overlap_only_on_one_day_are_counted_once():
    nights = calendar(weekly=NIGHTS, special_days={"2026-11-24": ["04:00-10:00"]})

    worked = nights.between(shanghai("2026-11-23 22:00"), shanghai("2026-11-24 12:00"))

    assert worked == timedelta(hours=12)


def test_around_the_clock_is_plain_time():
    always = calendar(weekly=AROUND_THE_CLOCK)
    start = utc("2026-02-28 23:59:59")

    assert always.add(start, 60 * 24 * 400) == start + timedelta(days=400)
    assert len(always.timeline._span.begins) == 1


@pytest.mark.parametrize(
    ("night", "hours"),
    [("2026-03-28", 7), ("2026-03-27", 8), ("2026-10-24", 9), ("2026-10-25", 8)],
)
def test_a_night_through_the_change_of_clocks_is_as_long_as_it_really_is(night, hours):
    nights = calendar(weekly=NIGHTS, time_zone="Europe/Berlin")
    dusk = berlin(f"{night} 22:00")

    assert nights.between(dusk - timedelta(hours=4), dusk + timedelta(hours=13)) == timedelta(hours=hours)
    closing = nights.add(dusk, timedelta(hours=hours))
    assert closing.astimezone(BERLIN).strftime("%H:%M") == "06:00"


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [
        ("02:30-05:00", "2026-03-29 01:00", "2026-03-29 03:00"),  # opens at the jump
        ("00:00-02:30", "2026-03-28 23:00", "2026-03-29 01:00"),  # closes at the jump
    ],
)
def test_a_wall_time_that_the_clocks_jump_over_is_the_jump(hours, opens, closes):
    jumping = calendar(weekly={"sun": [hours]}, time_zone="Europe/Berlin")

    assert jumping.next_opening(utc("2026-03-28 12:00")) == utc(opens)
    assert jumping.between(utc(opens), utc(closes)) == utc(closes) - utc(opens)
    assert not jumping.is_open(utc(closes))


def test_hours_inside_the_jump_do_not_exist_that_day():
    lost = calendar(weekly={"sun": ["02:10-02:50"]}, time_zone="Europe/Berlin")

    assert lost.between(utc("2026-03-28 00:00"), utc("2026-03-30 00:00")) == timedelta(0)


def test_a_wall_time_that_comes_twice_is_its_first_coming():
    shifts = calendar(weekly={"sun": ["00:00-02:30", "04:00-05:00"]}, time_zone="Europe/Berlin")

    assert not shifts.is_open(in_zone("2026-10-25 02:30", BERLIN))
    assert not shifts.is_open(in_zone("2026-10-25 02:15", BERLIN).replace(fold=1))
    assert shifts.between(utc("2026-10-24 12:00"), utc("2026-10-25 12:00")) == timedelta(hours=3.5)


def test_a_day_that_a_country_skipped_has_no_hours():
    samoa = calendar(weekly=AROUND_THE_CLOCK, time_zone="Pacific/Apia")
    friday = calendar(weekly={"fri": ["09:00-17:00"]}, time_zone="Pacific/Apia")

    assert samoa.between(utc("2011-12-29 00:00"), utc("2012-01-01 00:00")) == timedelta(days=3)
    assert friday.next_opening(utc("2011-12-26 00:00")) == in_zone("2012-01-06 09:00", samoa.zone)


def test_new_year_is_no_seam():
    nights = calendar(weekly=NIGHTS)

    assert nights.add(shanghai("2026-12-31 23:00"), 120) == shanghai("2027-01-01 01:00")
    assert nights.is_open(shanghai("2027-01-01 00:00"))


def test_a_start_already_in_the_new_year_elsewhere_counts_the_old_years_last_evening():
    evenings = calendar(weekly=weekly("18:00-23:00"), time_zone="America/New_York")

    assert evenings.add(utc("2027-01-01 02:00"), 60) == utc("2027-01-01 03:00")


def test_answers_do_not_depend_on_what_was_asked_before():
    asked, fresh = calendar(), calendar()
    asked.add(utc("2040-01-01 00:00"), 60 * 8 * 500)
    asked.add(utc("1991-11-15 07:00"), 60)

    assert asked.add(utc("2026-11-23 01:00"), 1000) == fresh.add(utc("2026-11-23 01:00"), 1000)


def test_a_due_time_past_the_horizon_is_refused_even_when_laid_out():
    hourly = calendar(weekly={"mon": ["09:00-10:00"]})
    hourly.add(utc("2045-01-01 00:00"), 60)

    with pytest.raises(BeyondHorizon, match="more than 20 years away"):
        hourly.add(utc("2026-11-23 00:00"), 60 * 53 * 20)


def test_a_calendar_whose_openings_are_all_cut_out_is_past_the_horizon():
    days = {day.isoformat(): ["00:00-24:00"] for day in mondays_for_years(45)}
    never = calendar(weekly={"mon": ["09:00-10:00"]}, breaks=days)

    with pytest.raises(BeyondHorizon):
        never.next_opening(utc("2026-11-23 00:00"))


def mondays_for_years(years):
    first = utc("2020-01-06 00:00").date()
    return (first + timedelta(weeks=week) for week in range(years * 53))


@pytest.mark.parametrize("start", ["0001-01-01 00:00", "1850-01-01 00:00", "9999-12-31 00:00"])
def test_instants_outside_the_counted_years_are_refused(start):
    with pytest.raises(BeyondHorizon, match="counted from 1901"):
        calendar().add(utc(start), 60)


def test_a_calendar_survives_pickling_after_use():
    used = calendar()
    due = used.add(shanghai("2026-11-23 09:00"), 30)

    copy = pickle.loads(pickle.dumps(used))  # noqa: S301 - our own bytes, made on this line

    assert copy == used
    assert copy.add(shanghai("2026-11-23 09:00"), 30) == due


def test_days_after_the_announcement_are_not_announced():
    announced = calendar(announced_until="2026-12-31")

    assert announced.is_announced(shanghai("2026-12-31 12:00").date())
    assert not announced.is_announced(shanghai("2027-01-01 12:00").date())
    assert calendar().is_announced(shanghai("2050-01-01 12:00").date())


def test_days_before_what_is_known_are_not_announced():
    announced = calendar(announced_from="2026-01-01", announced_until="2026-12-31")

    assert announced.is_announced(shanghai("2026-01-01 12:00").date())
    assert not announced.is_announced(shanghai("2025-12-31 12:00").date())
