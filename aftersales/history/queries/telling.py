"""What one request's life says in facts: from its events, clocks, pauses and messages, which all stay. Pure."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftersales.history.queries.buckets import bucket_of
from aftersales.versions.registry import compiled
from tickets import sla
from tickets.models import ClockState, Priority, Stage
from tickets.queries.clocks import pauses_of

STAGES = {str(stage) for stage in Stage if stage != Stage.DONE}


class Told(NamedTuple):
    """A fact as it is compared and written; the names are the columns'."""

    measure: str
    source_id: int
    led_to: str
    happened_at: datetime
    day: object
    hour: int
    team_id: int | None
    category_id: int
    person_id: int | None
    stage: str
    priority: str
    policy_id: int | None
    met: bool | None
    seconds: int | None
    elapsed: int | None
    target_seconds: int | None
    late_seconds: int | None
    bucket: int | None


class Standing(NamedTuple):
    """Whose a request is, and what, from one event to the next."""

    team_id: int | None
    category_id: int
    person_id: int | None
    priority: str
    stage: str


@dataclass(frozen=True)
class Life:
    """All that is read of one request."""

    ticket: object
    events: list
    clocks: list
    pauses: list
    messages: list
    zone: ZoneInfo
    calendar_id: int | None  # the shop's own, where no clock names one
    category_ids: dict  # code -> id

    def tell(self):
        """Every fact of it, in no order. A request that only tries the desk out is none of its history."""
        if self.ticket.is_test or not self.events:
            return []
        standings = list(self._standings())
        return [
            *self._moves(standings),
            *self._answers(standings),
            *(fact for clock in self.clocks if (fact := self._outcome(clock, standings))),
        ]

    # -- whose it was, when --------------------------------------------------------

    def _standings(self):
        """[(since, event, Standing)]; of what no event tells, in a request of long ago, the least is assumed."""
        ticket = self.ticket
        now = Standing(ticket.team_id, ticket.category_id, None, str(Priority.NORMAL), str(Stage.COMMUNICATE))
        for event in self.events:
            now = self._after(event, now)
            yield event.happened_at, event, now

    def _after(self, event, now):
        if not event.kind.startswith(("ticket.", "sla.")):  # parcels and refunds have moves of their own
            return now
        data, told = event.data, {}
        if event.kind == "ticket.take":
            told["person_id"] = event.actor_id
        for name in ("team_id", "person_id", "priority"):
            if name in data:
                told[name] = data[name]
        if event.kind in ("ticket.open", "ticket.recategorise") and data.get("category") in self.category_ids:
            told["category_id"] = self.category_ids[data["category"]]
        if "from" in data and "to" in data:
            told["stage"] = data["to"]
        return now._replace(**told) if told else now

    def _at(self, moment, standings):
        place = bisect_right(standings, moment, key=lambda row: row[0])
        return standings[max(place - 1, 0)][2]

    # -- what it says ----------------------------------------------------------------

    def _moves(self, standings):
        """That it came in, and each stage that it entered and left, for where."""
        at, first, standing = standings[0]
        if not any(
            event.kind == "ticket.split_off" for event in self.events
        ):  # a part came in with the whole
            yield self._fact("open", first.pk, at, standing)
        entered = first
        yield self._fact(f"enter.{Stage.COMMUNICATE}", first.pk, at, standing)
        for (_then, _event, before), (at, event, after) in pairwise(standings):
            if before.stage == after.stage:
                continue
            if before.stage in STAGES:
                span = self._span(before.stage, entered.happened_at, at)
                measure = f"stage.{before.stage}"
                yield self._fact(measure, entered.pk, at, before, led_to=after.stage, **span)
            if after.stage in STAGES:
                entered = event
                yield self._fact(f"enter.{after.stage}", event.pk, at, after)

    def _answers(self, standings):
        """Each public word of a person that answered something, and how long that had waited."""
        part_of_another = any(event.kind == "ticket.split_off" for event in self.events)
        since, answered = None if part_of_another else self.ticket.created_at, part_of_another
        automatic = self._counts_automatic()
        for message in self.messages:
            if message.author_kind == "customer":
                since = since or message.created_at
                continue
            by_person = message.author_kind == "staff"
            if since is None or not (by_person or (automatic and not answered)):
                continue
            measure = "first" if not answered else "next"
            span = self._span(f"{measure}_response", since, message.created_at)
            standing = self._at(message.created_at, standings)._replace(person_id=message.author_user_id)
            yield self._fact(f"response.{measure}", message.pk, message.created_at, standing, **span)
            since, answered = None, True

    def _counts_automatic(self):
        first = [clock for clock in self.clocks if clock.target == "first_response"]
        return bool(first) and compiled(first[-1].policy_id).content.counts_automatic

    def _outcome(self, clock, standings):
        """A clock is decided when it stops in time, or when its time runs out, whether or not it stops then."""
        is_met = clock.breached_at is None
        if is_met and clock.state != ClockState.MET:
            return None
        decided_at = clock.stopped_at if is_met else clock.breached_at
        standing = self._at(decided_at, standings)
        if clock.target in STAGES:
            standing = standing._replace(stage=clock.target)
        target = clock.target_minutes * 60
        times = self._used(clock) if clock.state == ClockState.MET else {}
        if times:
            times["late_seconds"] = max(0, times["seconds"] - target)
        return self._fact(
            f"sla.{clock.target}",
            clock.pk,
            decided_at,
            standing,
            met=is_met,
            policy_id=clock.policy_id,
            target_seconds=target,
            **times,
        )

    def _used(self, clock):
        """Working time until it stopped, or until the pause in which it did."""
        until = clock.stopped_at
        for pause in pauses_of(clock, self.pauses):
            if pause["to"] is None or pause["to"] >= clock.stopped_at:
                until = min(until, max(pause["from"], clock.started_at))
        used = max(0, sla.whole_seconds(sla.time_used(clock, until)))
        return {"seconds": used, "elapsed": _seconds(clock.started_at, clock.stopped_at)}

    def _span(self, target, begin, end):
        """By the calendar of the clock that ran for it, else of any, else the shop's, else around the clock."""
        calendars = {clock.target: clock.calendar_id for clock in self.clocks}
        pk = calendars.get(target) or calendars.get("first_response") or self.calendar_id
        elapsed = _seconds(begin, end)
        if pk is None:
            return {"seconds": elapsed, "elapsed": elapsed}
        worked = sla.whole_seconds(compiled(pk).content.between(begin, end))
        return {"seconds": max(0, worked), "elapsed": elapsed}

    def _fact(self, measure, source_id, at, standing, **more):
        local = at.astimezone(self.zone)
        stage = standing.stage if standing.stage in STAGES else ""
        values = dict.fromkeys(Told._fields) | standing._asdict() | {"led_to": "", "stage": stage} | more
        values |= {"measure": measure, "source_id": source_id, "happened_at": at}
        values |= {"day": local.date(), "hour": local.hour}
        if values["seconds"] is not None:
            values["bucket"] = bucket_of(values["seconds"])
        return Told(**values)


def _seconds(begin, end):
    return max(0, int((end - begin).total_seconds()))
