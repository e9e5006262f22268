"""How many due times a second one process works out on a compiled calendar.

    python bench/worktime.py [--additions 200000]

An office in Shanghai with lunch, a night shift in Berlin and around the clock; starts all over a year, targets
from ten minutes to 36 hours. Prints one line of JSON per calendar.
"""

import argparse
import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from aftersales.worktime import parse_calendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDARS = {
    "office": ("Asia/Shanghai", {day: ["09:00-12:00", "13:00-18:00"] for day in DAYS[:5]}),
    "nights": ("Europe/Berlin", {day: ["21:00-05:30"] for day in DAYS}),
    "always": ("Asia/Shanghai", {day: ["00:00-24:00"] for day in DAYS}),
}
TARGETS = (10, 60, 240, 480, 1440, 2160)
ROUNDS = 5


def measure(name, additions):
    zone, weekly = CALENDARS[name]
    kept = parse_calendar({"code": name, "name": {"en": name}, "time_zone": zone, "weekly": weekly})
    chance = random.Random(1)  # the same starts each time
    first = datetime(2026, 1, 1, tzinfo=UTC)
    asked = [
        (first + timedelta(minutes=chance.randrange(500_000)), chance.choice(TARGETS))
        for _number in range(additions // ROUNDS)
    ]
    rates = []
    for _round in range(ROUNDS):
        began = time.process_time()
        for start, minutes in asked:
            kept.add(start, minutes)
        rates.append(len(asked) / (time.process_time() - began))
    return {"calendar": name, "additions_per_second": round(max(rates)), "slowest": round(min(rates))}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--additions", type=int, default=200_000)
    additions = parser.parse_args().additions
    for name in CALENDARS:
        print(json.dumps(measure(name, additions)))


if __name__ == "__main__":
    main()
