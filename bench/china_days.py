"""China's days off and make-up working days as the content pack keeps them, from two packages that must agree.

    pip install holidays chinesecalendar      # in an environment of its own: the desk itself needs neither
    python bench/china_days.py 2020 2026      # prints the date list `cn` of tickets/sops/sla_profiles.yaml

The dates of a year are facts of the State Council's notice, published late in the year before. A year that
either package does not know, or that the two tell differently, is refused: nothing is guessed.
"""

import argparse
import sys
from datetime import date
from itertools import groupby

NAMES = {
    "new_years_day": ("元旦", "New Year's Day"),
    "spring_festival": ("春节", "Spring Festival"),
    "tomb_sweeping_day": ("清明节", "Tomb-Sweeping Day"),
    "labour_day": ("劳动节", "Labour Day"),
    "dragon_boat_festival": ("端午节", "Dragon Boat Festival"),
    "national_day": ("国庆节", "National Day"),
    "mid_autumn_festival": ("中秋节", "Mid-Autumn Festival"),
}
SATURDAY = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    arguments = parser.parse_args()
    years = range(arguments.first, arguments.last + 1)
    off, worked = days_of(years)
    sys.stdout.write("\n".join(written(years, off, worked)) + "\n")


def days_of(years):
    """({day off: name}, make-up days) of these years, as both packages have them."""
    import holidays  # noqa: PLC0415 - of an environment of its own
    from chinese_calendar import constants  # noqa: PLC0415

    codes = {holiday.value: holiday.name for holiday in constants.Holiday}
    off = {day: codes[name] for day, name in constants.holidays.items() if day.year in years}
    worked = {day for day in constants.workdays if day.year in years}
    other = holidays.country_holidays("CN", years=list(years))
    other_worked = {day for day in other.weekend_workdays if day.year in years}
    weekdays_off = {day for day in off if day.weekday() < SATURDAY}
    for year in years:
        same = {day for day in worked if day.year == year} == {
            day for day in other_worked if day.year == year
        }
        known = any(day.year == year for day in worked)
        covered = {day for day in other if day.year == year} <= off.keys()
        if not (known and same and covered and {d for d in weekdays_off if d.year == year} <= set(other)):
            raise SystemExit(f"The two packages do not both know {year}, or tell it differently.")
    return off, worked


def written(years, off, worked):
    """The list as YAML."""
    yield f"  - id: cn\n    review_before: '{years[-1]}-12-01'"
    yield f"    announced_from: '{years[0]}-01-01'\n    announced_until: '{years[-1]}-12-31'"
    yield "    note:\n      zh: 国务院办公厅公布的放假与调休安排；由 bench/china_days.py 生成"
    yield "      en: As the State Council has published them; made by bench/china_days.py\n    holidays:"
    for code, (zh, en) in NAMES.items():
        days = sorted(day for day, name in off.items() if name == code)
        if days:
            yield f"      - name:\n          zh: {zh}\n          en: {en}\n        days:"
            yield from by_year(days, "          ")
    yield "    make_up_days:"
    yield from by_year(sorted(worked), "      ")


def by_year(days, indent):
    """A day a line would be a hundred lines: one line for each year."""
    return (
        f"{indent}{'[' if number == 0 else ' '}{', '.join(quoted(day) for day in group)}"
        f"{',' if number < len(years) - 1 else ']'}"
        for years in [[list(group) for _year, group in groupby(days, key=lambda day: day.year)]]
        for number, group in enumerate(years)
    )


def quoted(day: date):
    return f"'{day.isoformat()}'"


if __name__ == "__main__":
    main()
