"""How a fault is played: rows fall due, a shop posts, something strikes; then each row's fate is counted and told."""

import os
import time
from dataclasses import dataclass

from aftersales import invariants
from tests.faults.desk import Desk
from tests.faults.load import Load
from tests.faults.waiting import Waiting

IS_FULL = os.environ.get("AFTERSALES_FAULTS") == "full"
TOLD = []  # the lines of the table, for the end of the run
LATE = "late p50 / p99 / most (s)"
HEADINGS = (
    *("row", "fault", "SLA clocks fired once", LATE, "surveys sent once", LATE, "mails twice"),
    *("accepted meanwhile", "answers"),
)


@dataclass(frozen=True)
class Size:
    clocks: int
    surveys: int
    seconds: int  # over which they fall due
    posts_per_second: int


SIZE = Size(1500, 500, 60, 20) if IS_FULL else Size(150, 75, 5, 4)


class Scene:
    """A desk with rows that fall due, and maybe a shop's system that posts to it."""

    def __init__(self, row, what, shop, *, token=None, may_be_put_off=False, **desk):
        self.row, self.what, self.seconds = row, what, 0
        self.may_be_put_off = may_be_put_off  # mail and what follows: later than we wait for, but never twice
        if token:
            desk = {"without": (), **desk}
        self.desk = Desk(**desk)
        self.waiting = Waiting(shop, SIZE.clocks, SIZE.surveys)
        self.load = Load(self.desk.port, token, SIZE.posts_per_second) if token else None

    def play(self, strike=None, *, strikes=1, begin=4.0, seconds=SIZE.seconds, after=60):
        """Let everything fall due while `strike(n)` hits, evenly over the time; then wait until all is over.

        A process that is still being started again is not hit.
        """
        self.seconds = seconds
        self.desk.start()
        self.waiting.spread(begin, seconds)
        self.desk.run(begin)
        if self.load:
            self.desk.run_until(self.desk.web_answers, 60)
            self.load.begin()
        for number in range(strikes):
            started = time.monotonic()
            if strike:
                strike(number)
            self.desk.run(seconds / strikes - (time.monotonic() - started))
        if self.load:
            self.load.stop_soon()
            self.desk.run_until(self.load.is_done, 120)
        self.desk.run_until(self._is_over, after)

    def _is_over(self):
        """What a wrong clock wrote into the past is found by the next whole look."""
        if self.may_be_put_off:
            return self.waiting.clocks_are_over() and not invariants.broken()
        return self.waiting.is_over()

    def check(self, capsys):
        """Nothing lost, nothing doubled; prints the row of the catalogue with its figures."""
        clocks, surveys, mails = (
            self.waiting.clocks_fired(),
            self.waiting.surveys_sent(),
            self.desk.mails(),
        )
        lost, doubled = self.load.lost_and_doubled() if self.load else (0, 0)
        TOLD.append(self.line(mails, lost, doubled))
        with capsys.disabled():
            print("\n" + TOLD[-1])  # noqa: T201 - the figures are what it is run for

        assert clocks == {1: self.waiting.clocks}
        if self.may_be_put_off:
            assert set(surveys) <= {1}
            assert len(set(mails)) == len(mails)
        else:
            assert surveys == {1: self.waiting.surveys}
            assert len(set(mails)) == self.waiting.surveys
        if self.load:
            assert (lost, doubled) == (0, 0)
            assert self.load.accepted
            assert not self.load.unsafe
            assert not self.load.answers["never answered"]
        broken = invariants.broken()
        assert broken == {}, broken

    def line(self, mails, lost, doubled):
        """A line of the table in docs/reliability.md: every figure as counted."""
        kills = f", {self.desk.kills} kills" if self.desk.kills else ""
        cells = [self.row, f"{self.what}{kills}, {self.seconds} s"]
        for seconds, wanted in zip(
            self.waiting.lateness().values(), (self.waiting.clocks, self.waiting.surveys), strict=True
        ):
            cells += [f"{len(seconds):,} of {wanted:,}", three(seconds)]
        cells.append(str(len(mails) - len(set(mails))))
        if self.load:
            cells.append(
                f"{len(self.load.accepted):,}; {lost} lost, {doubled} twice; slowest {self.load.longest:.1f} s"
            )
            cells.append(self.load.told())
        return table_line(cells)

    def stop(self):
        if self.load:
            self.load.end()
        self.desk.stop()


def table_line(cells):
    return "| " + " | ".join([*cells, *[""] * (len(HEADINGS) - len(cells))]) + " |"


def three(ordered):
    """Median, 99th of a hundred, and the last."""
    at = (ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
    return " / ".join(f"{seconds:.2f}" for seconds in (*at, ordered[-1])) if ordered else "-"
