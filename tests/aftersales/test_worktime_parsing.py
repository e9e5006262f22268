"""What a calendar may say, and the sentences that refuse what it may not."""

from datetime import date

import pytest

from aftersales.errors import Invalid
from aftersales.worktime import Holiday, Hours, Name, check_breaks, parse_calendar

from .worktime_bodies import NATIONAL_DAY, body, calendar, weekly


def refused(changes):
    with pytest.raises(Invalid) as refusal:
        calendar(**changes)
    return refusal.value


def test_parsing_keeps_what_the_body_says():
    parsed = calendar(
        holidays=[{"name": NATIONAL_DAY, "days": ["2026-10-01"]}],
        make_up_days=["2026-10-10"],
        make_up_hours=["10:00-16:00"],
        special_days={"2026-12-24": ["09:00-12:00"]},
        breaks={"2026-03-02": ["10:00-11:30"]},
        announced_until="2026-12-31",
    )

    assert parsed.code == "office"
    assert parsed.name == Name(zh="办公时间", en="Office hours")
    assert parsed.weekly[0] == (Hours(540, 720), Hours(780, 1080))
    assert parsed.weekly[5] == ()
    assert parsed.holidays == (Holiday(date(2026, 10, 1), Name(**NATIONAL_DAY)),)
    assert parsed.make_up_days == {date(2026, 10, 10)}
    assert parsed.make_up_hours == (Hours(600, 960),)
    assert parsed.special_days == ((date(2026, 12, 24), (Hours(540, 720),)),)
    assert parsed.breaks == ((date(2026, 3, 2), (Hours(600, 690),)),)
    assert parsed.announced_until == date(2026, 12, 31)


def test_equal_bodies_make_equal_calendars_with_one_hash():
    assert calendar() == calendar()
    assert len({calendar(), calendar(), calendar(code="another")}) == 2


def test_a_calendar_cannot_be_changed():
    with pytest.raises(AttributeError):
        calendar().code = "another"


def test_hours_are_sorted_and_may_touch():
    parsed = calendar(weekly={"mon": ["12:00-18:00", "09:00-12:00"]})

    assert parsed.weekly[0] == (Hours(540, 720), Hours(720, 1080))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("00:00-24:00", Hours(0, 1440)),
        ("22:00-06:00", Hours(1320, 1800)),
        ("22:00-00:00", Hours(1320, 1440)),
        ("22:00-24:00", Hours(1320, 1440)),
    ],
)
def test_hours_may_fill_the_day_or_run_over_midnight(text, hours):
    assert calendar(weekly={"mon": [text]}).weekly[0] == (hours,)


def test_empty_lists_may_be_null():
    parsed = calendar(holidays=None, make_up_days=None, make_up_hours=None, announced_until=None)

    assert parsed == calendar()


def test_make_up_days_take_mondays_hours():
    parsed = calendar(weekly={"mon": ["09:00-17:00"], "tue": ["10:00-14:00"]}, make_up_days=["2026-10-10"])

    assert parsed.make_up_hours == (Hours(540, 1020),)


def test_make_up_days_take_the_next_weekdays_hours_when_monday_has_none():
    parsed = calendar(weekly={"wed": ["10:00-14:00"]}, make_up_days=["2026-10-10"])

    assert parsed.make_up_hours == (Hours(600, 840),)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"time_zone": "Asia/Peking"}, "/time_zone", "time_zone: “Asia/Peking” is not a time zone"),
        ({"time_zone": "Asia"}, "/time_zone", "not a time zone"),
        ({"time_zone": "../etc/passwd"}, "/time_zone", "not a time zone"),
        ({"time_zone": 8}, "/time_zone", "cannot be empty"),
        ({"code": " "}, "/code", "cannot be empty"),
        ({"name": {"zh": "", "en": None}}, "/name", "Give a name in Chinese"),
        ({"name": "Office"}, "/name", "set of named entries"),
        ({"weekly": {}}, "/weekly", "never open"),
        ({"weekly": {"mon": [], "tue": []}}, "/weekly", "never open"),
        ({"weekly": {"monday": ["09:00-18:00"]}}, "/weekly/monday", "weekly › monday: Weekdays are written"),
        ({"weekly": {"mon": "09:00-18:00"}}, "/weekly/mon", "has to be a list"),
        ({"weekly": {"mon": None}}, "/weekly/mon", "has to be a list"),
        ({"weekly": {"mon": ["09:00-12:00", "9-5"]}}, "/weekly/mon/1", "weekly › mon › 2: “9-5” is not"),
        ({"weekly": {"mon": ["09:00-24:30"]}}, "/weekly/mon/0", "not an interval"),
        ({"weekly": {"mon": ["24:00-09:00"]}}, "/weekly/mon/0", "not an interval"),
        ({"weekly": {"mon": ["０9:00-12:00"]}}, "/weekly/mon/0", "not an interval"),
        ({"weekly": {"mon": [None]}}, "/weekly/mon/0", "not an interval"),
        ({"weekly": {"mon": ["09:00-09:00"]}}, "/weekly/mon/0", "has no length"),
        ({"weekly": {"mon": ["09:00-13:00", "12:00-18:00"]}}, "/weekly/mon", "09:00-13:00 and 12:00-18:00"),
        ({"weekly": {"mon": ["22:00-06:00", "23:00-24:00"]}}, "/weekly/mon", "23:00-24:00 overlap"),
        ({"weekly": {"mon": ["22:00-06:00"], "tue": ["05:00-09:00"]}}, "/weekly/tue", "night of mon"),
        ({"weekly": {"sun": ["22:00-06:00"], "mon": ["05:00-09:00"]}}, "/weekly/mon", "night of sun"),
        ({"make_up_hours": []}, "/make_up_hours", "Give the hours"),
        ({"make_up_days": ["2026-02-30"]}, "/make_up_days/0", "“2026-02-30” is not a day"),
        ({"make_up_days": ["20260228"]}, "/make_up_days/0", "not a day"),
        ({"holidays": [{"days": ["2026-01-01"]}]}, "/holidays/0/name", "missing"),
        ({"holidays": [{"name": NATIONAL_DAY, "days": ["soon"]}]}, "/holidays/0/days/0", "not a day"),
        ({"holidays": ["2026-01-01"]}, "/holidays/0", "set of named entries"),
        ({"special_days": {"2026-12-24": ["9"]}}, "/special_days/2026-12-24/0", "not an interval"),
        ({"breaks": {"24/12": []}}, "/breaks/24~112", "not a day"),
        ({"announced_until": "2027"}, "/announced_until", "not a day"),
        ({"announced_from": "2027"}, "/announced_from", "not a day"),
        (
            {"announced_from": "2027-01-01", "announced_until": "2026-12-31"},
            "/announced_from",
            "only until 2026-12-31",
        ),
        ({"make_up_day": []}, "/make_up_day", "no such entry"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_refused_by_a_sentence_that_names_the_place(changes, field, sentence):
    refusal = refused(changes)

    assert refusal.field == field
    assert sentence in str(refusal)


def test_a_night_that_ends_as_the_next_day_opens_is_accepted():
    assert calendar(weekly={"mon": ["05:00-08:00", "22:00-06:00"], "tue": ["06:00-09:00"]})


def test_a_missing_entry_is_refused():
    without_zone = body()
    del without_zone["time_zone"]

    with pytest.raises(Invalid, match="time_zone: This is missing"):
        parse_calendar(without_zone)


def test_a_body_that_is_no_mapping_is_refused():
    with pytest.raises(Invalid, match="named entries"):
        parse_calendar(["mon"])


def test_a_day_that_is_both_holiday_and_make_up_is_refused():
    holidays = [{"name": NATIONAL_DAY, "days": ["2026-10-10"]}]

    refusal = refused({"holidays": holidays, "make_up_days": ["2026-10-10"]})

    assert str(refusal) == "make_up_days: 2026-10-10 is both a holiday and a make-up day."


def test_a_special_day_that_is_also_a_holiday_is_refused():
    holidays = [{"name": NATIONAL_DAY, "days": ["2026-10-10"]}]

    refusal = refused({"holidays": holidays, "special_days": {"2026-10-10": ["09:00-10:00"]}})

    assert refusal.field == "/special_days"


def test_a_make_up_day_without_hours_to_take_over_is_refused():
    changes = {"weekly": weekly("10:00-16:00", days=("sat", "sun")), "make_up_days": ["2026-10-10"]}

    assert "Give make_up_hours" in str(refused(changes))
    assert calendar(**changes, make_up_hours=["09:00-18:00"]).make_up_hours == (Hours(540, 1080),)


@pytest.mark.parametrize(
    ("hours", "is_refused"),
    [("12:00-11:00", True), ("18:00-07:00", True), ("22:00-06:00", False), ("00:00-24:00", False)],
)
def test_a_break_the_wrong_way_round_is_refused_when_it_is_put_in_force(hours, is_refused):
    parsed = calendar(breaks={"2026-03-02": [hours]})

    if is_refused:
        with pytest.raises(Invalid) as refused:
            check_breaks(parsed)
        assert refused.value.field == "/breaks/2026-03-02"
        assert f"{hours} would run over midnight" in str(refused.value)
    else:
        check_breaks(parsed)
