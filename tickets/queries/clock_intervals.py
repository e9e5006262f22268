"""The time of one clock as it is told: what has counted, and what is still to count until it is due."""

from datetime import UTC, timedelta

COUNTING = ("open", "make_up_day", "special_day")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def intervals(clock, rows, moment):
    """The rows of `explain_clock`, cut at the moment or where the clock stopped; `ahead` is what comes after.

    What counts ends when a clock stops: nothing is ahead of it. Their minutes add up to the target.
    """
    pieces = [piece for row in rows for piece in cut(row, clock, moment)]
    total, minutes = seconds_cut_off(clock, rows), 0
    for piece in pieces:
        if piece["reason"] in COUNTING:
            total += length(piece)
            before, minutes = minutes, -(-total // SECOND) // 60
            piece["minutes"] = minutes - before
    return [piece for piece in pieces if not (clock.stopped_at and piece["ahead"])]


def cut(row, clock, moment):
    """A row before the moment and the same after it; the days of a holiday are told as a whole."""
    until = clock.stopped_at or moment
    if clock.paused_at or (row["to"] is None and not clock.stopped_at):
        return [row | {"ahead": False}]
    if row["from"] >= until:
        return [row | {"ahead": True}]
    if row["reason"] == "holiday" or (row["to"] and row["to"] <= until):
        return [row | {"ahead": False}]
    until = until.astimezone(row["from"].tzinfo)
    return [row | {"to": until, "ahead": False}, row | {"from": until, "ahead": True}]


def seconds_cut_off(clock, rows):
    """A pause keeps whole seconds of what is left: the parts of one that are lost to it, so that the sum is right."""
    used = clock.target_minutes * MINUTE - (clock.remaining_seconds or 0) * SECOND
    lost = used - sum((length(row) for row in rows if row["reason"] in COUNTING), timedelta())
    return lost if timedelta() < lost < MINUTE else timedelta()


def length(row):
    """Of time that really passes, whatever the clocks on the wall do meanwhile."""
    return row["to"].astimezone(UTC) - row["from"].astimezone(UTC)


def sums(rows, seconds_left):
    """Minutes that have counted, and those still to count; None of a clock that stopped."""
    counted = sum(row["minutes"] for row in rows if not row["ahead"])
    left = None if seconds_left is None else max(0, -(-seconds_left // 60))
    return {"counted_minutes": counted, "left_minutes": left}
