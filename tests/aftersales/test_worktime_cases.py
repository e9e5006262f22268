"""Working time held against other people's cases and against China's published years."""

import json
from datetime import date, timedelta
from io import StringIO
from itertools import groupby
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.shared_data import shared_data, shared_json

from .worktime_bodies import calendar, shanghai

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "worktime_cases.json"
CASE = {
    "id": "C1",
    "timezone": "Asia/Tokyo",
    "hours": {"mon": [["09:00", "17:00"]], "fri": [["09:00", "17:00"]]},
    "start": "2026-11-20T07:00:00Z",
    "minutes": 180,
    "expected_due": "2026-11-23T02:00:00Z",
}


def check(path, **options):
    """What the command says, whether or not it ends with 1."""
    out = StringIO()
    try:
        call_command("check_worktime", str(path), stdout=out, no_color=True, **options)
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


def check_cases(tmp_path, *cases, **options):
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    return check(path, **options)


def test_own_samples_come_out_as_expected():
    said, agreed = check(SAMPLE)

    assert agreed, said
    assert "11 of 11 due times agree" in said
    assert "closing, called the next opening: ours 2026-11-27T10:00:00Z, theirs 2026-11-30T01:00:00Z" in said


def test_asked_exactly_a_due_time_at_the_next_opening_differs_from_one_at_closing():
    said, agreed = check(SAMPLE, exact=True)

    assert not agreed
    assert "10 of 11 due times agree" in said


def test_the_shared_cases_come_out_as_expected():
    said, agreed = check(shared_data("worktime_cases.json"))

    assert agreed, said


def test_of_a_case_that_differs_both_due_times_are_told(tmp_path):
    said, agreed = check_cases(
        tmp_path, CASE, CASE | {"expected_due": "2026-11-23T03:00:00+01:00", "id": "C2"}
    )
    assert agreed, said

    said, agreed = check_cases(tmp_path, CASE, CASE | {"expected_due": "2026-11-23T02:01:00Z", "id": "C2"})
    assert not agreed
    assert "C2: ours 2026-11-23T02:00:00Z, theirs 2026-11-23T02:01:00Z" in said
    assert "1 of 2 due times agree" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"timezone": "Mars/Base"}, "C1: timezone: “Mars/Base” is not a time zone"),
        ({"hours": {}}, "C1: hours: This calendar is never open"),
        ({"hours": {"mon": []}}, "C1: hours: This calendar is never open"),
        ({"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "09:00-12:00 and 11:00-13:00 overlap"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "09:00-09:00 has no length"),
        ({"hours": {"mon": [["09:00"]]}}, "C1: hours › mon › 1: This has to be a pair"),
        ({"hours": {"mon": 9}}, "C1: hours › mon: This has to be a list"),
        ({"hours": {"someday": [["09:00", "12:00"]]}}, "hours › someday: Weekdays are written"),
        ({"hours": None}, "C1: hours: This has to be a set of named entries"),
        ({"holidays": ["2026-02-30"]}, "“2026-02-30” is not a day"),
        ({"holidays": ["2026-11-23"], "special_days": {"2026-11-23": []}}, "is also a holiday"),
        ({"special_days": {"2026-13-01": []}}, "“2026-13-01” is not a day"),
        ({"breaks": []}, "C1: breaks: This has to be a set of named entries"),
        ({"minutes": -1}, "C1: minutes: This has to be a number of minutes"),
        ({"minutes": True}, "C1: minutes: This has to be a number of minutes"),
        ({"minutes": float("inf")}, "C1: minutes: This has to be a number of minutes"),
        ({"start": "2026-11-20T07:00:00"}, "C1: start: “2026-11-20T07:00:00” is not an instant"),
        ({"start": "0001-01-01T00:00:00+10:00"}, "is not an instant"),
        ({"start": "9999-01-01T00:00:00Z"}, "Working time is counted from"),
        ({"expected_due": None}, "C1: expected_due: “None” is not an instant"),
        (
            {"pauses": [["2026-11-20T08:00:00Z", "2026-11-20T07:00:00Z"]]},
            "pauses › 1: This pause ends before",
        ),
        ({"pauses": [[1, 2]]}, "pauses › 1: This has to be a pair"),
        ({"calendar": "nights"}, "calendar: There is no calendar “nights” in this file"),
    ],
)
def test_a_case_that_cannot_be_read_says_why_and_the_others_are_judged(tmp_path, changes, sentence):
    said, agreed = check_cases(tmp_path, CASE | changes, CASE)

    assert not agreed
    assert sentence in said
    assert "1 of 2 due times agree" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "This is not a JSON file"),
        (b"\xff\xfe\xfa", "This is not a JSON file"),
        (b"[" * 100_000, "This is not a JSON file"),
        (b"[]", "There are no cases in this file"),
        (b"{}", "There are no cases in this file"),
        (b"7", "cases: This has to be a list"),
        (b'{"cases": [1], "calendars": 7}', "calendars: This has to be a set of named entries"),
        (b"[7]", "case 1: This has to be a set of named entries"),
    ],
)
def test_a_file_of_no_cases_is_refused_in_a_sentence(tmp_path, text, sentence):
    path = tmp_path / "cases.json"
    path.write_bytes(text)

    said, agreed = check(path)

    assert not agreed
    assert sentence in said


@pytest.mark.parametrize("name", ["nothing.json", ".", "no\0name"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    said, agreed = check(tmp_path / name)

    assert not agreed
    assert str(tmp_path / name) in said


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
