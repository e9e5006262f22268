"""A due time that explains itself."""

from datetime import timedelta

from hypothesis import given, settings

from .test_worktime_timeline import calendars, instants, work
from .worktime_bodies import ALL_DAYS, NATIONAL_DAY, SHANGHAI, calendar, shanghai, weekly

GOLDEN_WEEK = {
    "holidays": [{"name": NATIONAL_DAY, "days": [f"2026-10-0{day}" for day in range(1, 8)]}],
    "make_up_days": ["2026-10-10"],
}


def told(rows):
    return [
        (
            row["from"].strftime("%m-%d %H:%M"),
            row["to"].strftime("%m-%d %H:%M"),
            row["minutes"],
            row["reason"],
        )
        for row in rows
    ]


def test_explaining_tells_hours_holidays_and_make_up_days_in_order():
    office = calendar(**GOLDEN_WEEK)
    start = shanghai("2026-09-30 17:00")

    rows = office.explain(start, office.add(start, 60 + 480 + 480 + 60))

    assert told(rows) == [
        ("09-30 17:00", "09-30 18:00", 60, "open"),
        ("10-01 00:00", "10-08 00:00", 0, "holiday"),
        ("10-08 09:00", "10-08 12:00", 180, "open"),
        ("10-08 13:00", "10-08 18:00", 300, "open"),
        ("10-09 09:00", "10-09 12:00", 180, "open"),
        ("10-09 13:00", "10-09 18:00", 300, "open"),
        ("10-10 09:00", "10-10 10:00", 60, "make_up_day"),
    ]
    assert [row["name"] for row in rows if row["reason"] == "holiday"] == [NATIONAL_DAY]
    assert {row["from"].tzinfo for row in rows} == {SHANGHAI}


def test_explaining_around_the_clock_is_one_row():
    always = calendar(weekly=weekly("00:00-24:00", days=ALL_DAYS))
    start = shanghai("2026-11-23 17:13")

    assert told(always.explain(start, always.add(start, 4000))) == [
        ("11-23 17:13", "11-26 11:53", 4000, "open")
    ]


def test_explaining_marks_special_days():
    half_day = calendar(special_days={"2026-12-24": ["09:00-11:00"]})

    rows = half_day.explain(shanghai("2026-12-24 10:00"), shanghai("2026-12-25 10:00"))

    assert told(rows) == [
        ("12-24 10:00", "12-24 11:00", 60, "special_day"),
        ("12-25 09:00", "12-25 10:00", 60, "open"),
    ]


def test_explaining_names_the_shift_of_the_day_it_began_on():
    nights = calendar(weekly={"mon": ["22:00-06:00"]}, make_up_days=["2026-10-10"])

    rows = nights.explain(shanghai("2026-10-11 02:00"), shanghai("2026-10-11 03:00"))

    assert told(rows) == [("10-11 02:00", "10-11 03:00", 60, "make_up_day")]


def test_explaining_warns_where_holidays_are_not_announced_yet():
    office = calendar(announced_until="2026-12-31")

    rows = office.explain(shanghai("2026-12-31 17:00"), shanghai("2027-01-01 10:00"))

    assert told(rows) == [
        ("12-31 17:00", "12-31 18:00", 60, "open"),
        ("01-01 00:00", "01-01 10:00", 0, "not_announced"),
        ("01-01 09:00", "01-01 10:00", 60, "open"),
    ]


def test_explaining_warns_before_what_is_known_of_the_holidays():
    office = calendar(announced_from="2026-01-01")

    rows = office.explain(shanghai("2025-12-31 17:00"), shanghai("2026-01-01 10:00"))

    assert told(rows) == [
        ("12-31 17:00", "01-01 00:00", 0, "not_announced"),
        ("12-31 17:00", "12-31 18:00", 60, "open"),
        ("01-01 09:00", "01-01 10:00", 60, "open"),
    ]


def test_explaining_a_time_that_is_all_unknown_says_so_once():
    office = calendar(announced_from="2026-01-01", announced_until="2026-12-31")

    for day in ("2025-06-03", "2027-06-03"):
        rows = office.explain(shanghai(f"{day} 10:00"), shanghai(f"{day} 11:00"))
        assert [row["reason"] for row in rows].count("not_announced") == 1
    within = office.explain(shanghai("2026-06-03 10:00"), shanghai("2026-06-03 11:00"))
    assert [row["reason"] for row in within] == ["open"]


def test_a_holiday_that_begins_as_the_time_is_up_is_not_met():
    late = calendar(weekly=weekly("09:00-24:00"), **GOLDEN_WEEK)

    rows = late.explain(shanghai("2026-09-30 23:00"), shanghai("2026-10-01 00:00"))

    assert told(rows) == [("09-30 23:00", "10-01 00:00", 60, "open")]


def test_two_holidays_in_a_row_are_two_rows():
    festivals = [
        {"name": {"zh": "中秋节", "en": "Mid-Autumn Festival"}, "days": ["2025-10-06"]},
        {"name": NATIONAL_DAY, "days": ["2025-10-07", "2025-10-08"]},
    ]

    rows = calendar(holidays=festivals).explain(shanghai("2025-10-06 09:00"), shanghai("2025-10-09 08:00"))

    assert [(row["name"]["en"], row["to"].day) for row in rows] == [
        ("Mid-Autumn Festival", 7),
        ("National Day", 9),
    ]


def test_nothing_to_explain_when_no_time_passes():
    noon = shanghai("2026-11-23 10:00")

    assert calendar().explain(noon, noon) == []


def test_minutes_add_up_when_the_start_is_not_on_the_minute():
    office = calendar()
    start = shanghai("2026-11-23 11:59:30")

    rows = office.explain(start, office.add(start, 2))

    assert [row["minutes"] for row in rows] == [0, 2]


@settings(max_examples=40, deadline=None)
@given(calendars, instants, work)
def test_the_rows_add_up_to_the_work_for_any_due_time(kept, start, work):
    rows = kept.explain(start, kept.add(start, work))

    assert sum(row["minutes"] for row in rows) == work // timedelta(minutes=1)
    assert all(row["from"] < row["to"] for row in rows)
