"""Many requests on their way at once: each goes on when it can, and rests while somebody outside is awaited."""

import heapq
import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from aftersales.replay.carrying import Journey, Stuck, Waits
from aftersales.replay.client import Unreachable
from aftersales.replay.surveying import ask_how_it_went
from aftersales.replay.together import together

REST_SECONDS = 2.0
MOST_RESTS = 90  # three minutes; a refund is asked for ten seconds after it was approved


@dataclass
class Carried:
    """What became of the requests that were carried."""

    outcomes: Counter = field(default_factory=Counter)  # (status, outcome) -> how many
    plans: Counter = field(default_factory=Counter)
    clocks: Counter = field(default_factory=Counter)  # state of a clock at the end -> how many
    surveys_sent: int = 0
    surveys_answered: int = 0
    stuck: list = field(default_factory=list)


class Road:
    """Journeys in the order in which they may go on; so many walkers take the next one."""

    def __init__(self, carrier, progress, threads):
        self.carrier, self.progress, self.threads = carrier, progress, threads
        self.waiting, self.numbers = [], itertools.count()
        self.changed = threading.Condition()
        self.left = 0
        self.carried = Carried()

    def carry(self, opened):
        """All of them to their end; returns what became of them."""
        self.left = len(opened)
        for ticket in opened:
            self.put(Journey(ticket.number, ticket.plan, ticket.quantity), 0)
        together(self.walk, range(self.threads))
        return self.carried

    def walk(self, _number):
        while (journey := self.take()) is not None:
            try:
                self.carrier.go_on(journey)
                self.arrive(journey)
            except Waits as reason:
                journey.waited += 1
                if journey.waited < MOST_RESTS:
                    self.put(journey, REST_SECONDS)
                else:
                    self.give_up(str(reason))
            except (Stuck, Unreachable) as reason:
                self.give_up(str(reason))
            except Exception as error:  # a mistake of ours must not leave the other walkers waiting
                self.give_up(f"{journey.number}: {type(error).__name__}: {error}")

    def arrive(self, journey):
        """Solved: the customer is asked how it went, and the request's figures are taken."""
        sent, answered = ask_how_it_went(self.carrier.people.shop, journey.number)
        ticket = journey.ticket
        with self.changed:
            self.carried.outcomes[ticket["status"], ticket["outcome"] or "none"] += 1
            self.carried.plans[journey.plan.name] += 1
            self.carried.clocks.update(clock["state"] for clock in ticket["sla"])
            self.carried.surveys_sent += sent
            self.carried.surveys_answered += answered
        self.end()

    def give_up(self, reason):
        with self.changed:
            self.carried.stuck.append(reason)
        self.end()

    # -- whose turn it is ------------------------------------------------------------------

    def put(self, journey, seconds):
        with self.changed:
            heapq.heappush(self.waiting, (time.monotonic() + seconds, next(self.numbers), journey))
            self.changed.notify()

    def take(self):
        """The next journey that may go on, or None when all have ended."""
        with self.changed:
            while self.left:
                if self.waiting and self.waiting[0][0] <= time.monotonic():
                    return heapq.heappop(self.waiting)[2]
                self.changed.wait(self.waiting[0][0] - time.monotonic() if self.waiting else None)
            return None

    def end(self):
        self.progress.advance(1)
        with self.changed:
            self.left -= 1
            self.changed.notify_all()
