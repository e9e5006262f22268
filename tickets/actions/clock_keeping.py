"""Clocks through a merge: kept as they stood, and let go on as if nothing had been between."""

from django.utils.dateparse import parse_datetime

from aftersales.clock import now
from tickets import sla
from tickets.actions.clocks import write_clocks
from tickets.models import ClockState, Pause, SlaClock
from tickets.queries.clocks import clocks_with_surroundings


def keep_clocks(ticket):
    """How the open clocks stand, and the pause that is open, to be kept beside the merge."""
    clocks = SlaClock.objects.filter(ticket=ticket, state__in=sla.RUNS)
    pause = Pause.objects.filter(ticket=ticket, ended_at=None).first()
    return {
        "clocks": {
            str(clock.pk): {
                "state": str(clock.state),
                "remaining_seconds": clock.remaining_seconds,
                "paused_at": clock.paused_at.isoformat() if clock.paused_at else None,
            }
            for clock in clocks
        },
        "pause": pause and pause.pk,
    }


def let_go_on(ticket, kept):
    """The clocks stand as they stood and are due when they were: the customer has waited all the while."""
    clocks, _around = clocks_with_surroundings(ticket)
    stopped = [clock for clock in clocks if str(clock.pk) in kept["clocks"]]
    moment = now()
    for clock in stopped:
        stood = kept["clocks"][str(clock.pk)]
        clock.state, clock.remaining_seconds = ClockState(stood["state"]), stood["remaining_seconds"]
        clock.paused_at = stood["paused_at"] and parse_datetime(stood["paused_at"])
        clock.stopped_at = None
        clock.next_try_at = None if clock.paused_at else sla.next_level_at(clock, moment, clock.fired)
    write_clocks(stopped)
    Pause.objects.filter(pk=kept["pause"]).update(ended_at=None)
