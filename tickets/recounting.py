"""Due times worked out anew, under another version of a policy or a calendar: sums, nothing is read or written."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aftersales.errors import Refused
from tickets import sla
from tickets.content.sla import PRIORITIES
from tickets.models import ClockState, WaitingOn

MOST_SHOWN = 12  # of the largest moves, and of the sample
STARTED = ("started", "started_late")


@dataclass(slots=True)
class Clock:
    """What is read of an open clock, by the names of its columns; WRITTEN are those that may change."""

    id: int
    ticket_id: int
    shop_id: int
    target: str
    policy_id: int
    calendar_id: int
    target_minutes: int
    state: str
    started_at: datetime
    due_at: datetime
    due_version: int
    remaining_seconds: int | None
    fired: int
    paused_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    next_try_at: datetime | None

    def written(self):
        return (self.policy_id, self.calendar_id, self.target_minutes, self.state, self.due_at, self.due_version,
                self.remaining_seconds, self.fired, self.paused_at, self.breached_at, self.stopped_at,
                self.next_try_at)  # fmt: skip


class Around(NamedTuple):
    """What of the ticket its clocks depend on; `ledger` are its pauses as (for whom, from, until or None)."""

    id: int
    team_id: int | None
    priority: str
    waiting_on: str
    next_due_at: datetime
    held_on: tuple = ()
    ledger: tuple = ()

    @property
    def paused_on(self):
        return next((whom for whom, _begins, ends in self.ledger if ends is None), None)


class Aim(NamedTuple):
    """The rule that clocks are brought under. `version_id` is None where it is only tried.

    `calendars` are those of a policy's targets: target -> compiled version.
    """

    kind: str
    content: Any
    version_id: int | None
    old_ids: frozenset
    contents: Any  # version id -> content, of the rules that stay
    calendars: Any = None

    def means(self, clock):
        if self.kind == "calendar":
            return clock.calendar_id in self.old_ids
        return clock.policy_id in self.old_ids and clock.target != sla.PLATFORM

    def rules_of(self, clock):
        """(policy, calendar) by which it is to run."""
        if self.kind == "calendar":
            return self.contents(clock.policy_id), self.content
        return self.content, self.calendars(clock.target).content

    def pin(self, clock):
        if self.kind == "calendar":
            clock.calendar_id = self.version_id
        else:
            clock.policy_id, clock.calendar_id = self.version_id, self.calendars(clock.target).id

    def minutes(self, clock, around):
        """By the priority that made the target: one that a level raised made no clock shorter."""
        if self.kind == "calendar":
            return clock.target_minutes
        old = self.contents(clock.policy_id)
        made_by = (around.priority, *PRIORITIES)
        fits = (one for one in made_by if sla.target_minutes(old, clock.target, one) == clock.target_minutes)
        return sla.target_minutes(self.content, clock.target, next(fits, around.priority))


class Move(NamedTuple):
    """What became of a clock's due time."""

    clock: Clock
    before: datetime
    after: datetime
    is_moved: bool = False
    is_late: bool = False  # due in the past, and was not
    is_relieved: bool = False
    is_ended: bool = False

    @property
    def shift(self):
        return abs(self.after - self.before)


def bring_under(clock, aim, around, at):
    """Move an open clock to where the aim has it; where that cannot be worked out it stays as it is."""
    try:
        minutes = aim.minutes(clock, around)
        if not minutes:
            end(clock, at)
            return Move(clock, clock.due_at, clock.due_at, is_ended=True)
        stays = same_as_had(clock, aim, around, at)
        move = count_anew(clock, *aim.rules_of(clock), minutes, around, at, stays)
    except Refused:  # too little working time, or a body of old that is read no more
        return Move(clock, clock.due_at, clock.due_at)
    clock.target_minutes = minutes
    if aim.version_id:
        aim.pin(clock)
        set_levels(clock, move.is_moved, at)
    return move


def end(clock, at):
    clock.state, clock.stopped_at = ClockState.CANCELLED.value, at
    clock.paused_at = clock.remaining_seconds = clock.next_try_at = None


def count_anew(clock, policy, calendar, minutes, around, at, stays=None):
    """The due time from when the clock began, past the pauses that count by the policy; and whether it pauses.

    A pause keeps what is left in whole seconds, so each one may have cost a part of one: that is no move. Where
    `stays(due)` says that the rule it had gives the same, neither is it: what the ledger does not know of a
    pause, for whom a hold was, is no change of a rule.
    """
    whom = sla.pauses_for(policy, clock.target, around.waiting_on, around.held_on)
    stands = clock.paused_at if whom else None
    due, leeway = due_anew(clock, policy, calendar, minutes, around, at)
    before = clock.due_at
    is_moved = abs(due - before) > leeway and not (stays and stays(due))
    due = due if is_moved else before
    moment = clock.paused_at or at
    was_late, is_late = before < moment, due < (stands or at)
    clock.due_at = due
    if whom:
        pause(clock, calendar, at)
    else:
        clock.state, clock.paused_at, clock.remaining_seconds = ClockState.RUNNING.value, None, None
    return Move(clock, before, due, is_moved, is_late and not was_late, was_late and not is_late)


def due_anew(clock, policy, calendar, minutes, around, at):
    """(the due time, what parts of seconds may have cost)."""
    whom = sla.pauses_for(policy, clock.target, around.waiting_on, around.held_on)
    until = (clock.paused_at if whom else None) or at
    pauses = counted(around.ledger, policy, clock, until)
    return sla.due_past(calendar, clock.started_at, minutes, pauses), timedelta(seconds=len(pauses))


def same_as_had(clock, aim, around, at):
    """Says of a due time whether the versions that the clock is pinned to give it, too."""

    def stays(due):
        try:
            had = aim.contents(clock.policy_id), aim.contents(clock.calendar_id)
            before, leeway = due_anew(clock, *had, clock.target_minutes, around, at)
        except Refused:
            return False
        return abs(due - before) <= leeway

    return stays


def counted(ledger, policy, clock, until):
    """The pauses for which this clock stands still, as pairs of instants in order within its life up to one.

    One that begins as another ends is the same pause: it only waited for somebody else.
    """
    found = []
    for whom, begins, ends in sorted(ledger, key=lambda pause: pause[1]):
        begins, ends = max(begins, clock.started_at), min(ends or until, until)
        if begins >= ends or not sla.pauses_for(policy, clock.target, whom, ()):
            continue
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return found


def pause(clock, calendar, at):
    """It stands still, from when it did or from now on."""
    clock.state, clock.paused_at = ClockState.PAUSED.value, clock.paused_at or at
    clock.remaining_seconds = sla.whole_seconds(calendar.between(clock.paused_at, clock.due_at))


def set_levels(clock, is_moved, at):
    """Levels ahead of a due time that moved fire again; those that it has passed do not."""
    moment = clock.paused_at or at
    if is_moved:
        clock.due_version += 1
        if clock.breached_at:
            clock.breached_at = clock.due_at if clock.due_at <= moment else None
        clock.fired = sla.still_fired(clock, moment) if clock.fired else 0
    if clock.state == ClockState.RUNNING:
        clock.next_try_at = sla.next_level_at(clock, at, clock.fired)
        return
    if moment > clock.due_at:
        clock.breached_at = clock.breached_at or clock.due_at
    clock.next_try_at = None


# -- the ticket ------------------------------------------------------------------------


def pausing_for(clocks, policy_of, around):
    """For whom the ticket's clocks stand still: that of the first that does."""
    open_ones = (clock for clock in clocks if clock.state in sla.RUNS)
    whoms = (
        sla.pauses_for(policy_of(clock), clock.target, around.waiting_on, around.held_on)
        for clock in open_ones
    )
    return next((WaitingOn(whom) for whom in whoms if whom), None)


# -- what is told --------------------------------------------------------------------------


@dataclass
class Tally:
    """The sums of a part of a recount."""

    looked: int = 0
    written: int = 0
    moved: int = 0
    late: int = 0
    relieved: int = 0
    ended: int = 0
    started: int = 0  # of targets that are new
    started_late: int = 0
    teams: dict = field(default_factory=dict)  # team's id or "" -> [moved, late, relieved]
    moves: list = field(default_factory=list)

    def add(self, move, team_id):
        self.looked += 1
        self.ended += move.is_ended
        if not move.is_moved:
            return
        self.moved += 1
        self.late += move.is_late
        self.relieved += move.is_relieved
        team = self.teams.setdefault(str(team_id or ""), [0, 0, 0])
        for place, one in enumerate((True, move.is_late, move.is_relieved)):
            team[place] += one
        self.moves.append(move)

    def add_started(self, clock, at):
        self.started += 1
        self.started_late += clock.due_at < (clock.paused_at or at)

    def found_with(self, found):
        """What was found so far, and this: as it is kept in JSON."""
        teams = {team: list(counts) for team, counts in found.get("teams", {}).items()}
        for team, counts in self.teams.items():
            before = teams.get(team, [0, 0, 0])
            teams[team] = [one + other for one, other in zip(before, counts, strict=True)]
        largest = sorted(self.moves, key=lambda move: move.shift, reverse=True)[:MOST_SHOWN]
        largest = [*found.get("largest", []), *map(kept, largest)]
        largest.sort(key=lambda row: row["seconds"], reverse=True)
        sample = found.get("sample", [])
        room = MOST_SHOWN - len(sample)
        sample = [*sample, *map(kept, self.moves[: max(room, 0)])]
        started = {name: found.get(name, 0) + getattr(self, name) for name in STARTED}
        return {"teams": teams, "largest": largest[:MOST_SHOWN], "sample": sample, **started}


def kept(move):
    return {
        "ticket": move.clock.ticket_id,
        "target": move.clock.target,
        "before": move.before.isoformat(),
        "after": move.after.isoformat(),
        "seconds": int(move.shift.total_seconds()),
        "late": move.is_late,
        "relieved": move.is_relieved,
    }
