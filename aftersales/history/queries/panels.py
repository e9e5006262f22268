"""The panels of the history page, as plain values: the page, the sheets and the API all tell these."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from aftersales.history.policies import shops_with_people
from aftersales.history.queries.buckets import percentile
from aftersales.history.queries.sums import Sum, histograms, hours, sums_of_people, totals
from staff.models import User
from tickets import sla
from tickets.models import MERGED, Stage, Status

STAGES = [str(stage) for stage in Stage if stage != Stage.DONE]
RESPONSES = {"response.first": "first_response", "response.next": "next_response"}
# Where a stage may be left for; what goes on to any other stage goes on.
ENDS = [str(Status.RESOLVED), str(Status.REJECTED), str(Status.CANCELLED), str(Status.EXPIRED), MERGED]
WAYS = ["on", *ENDS]
WAY_NAMES = {
    "on": _("Went on"),
    str(Status.RESOLVED): _("Resolved"),
    str(Status.REJECTED): _("Turned down"),
    str(Status.CANCELLED): _("Cancelled"),
    str(Status.EXPIRED): _("Expired"),
    MERGED: _("Merged"),
}
WEEKDAYS, HOURS = range(1, 8), range(24)
SHADES = 5  # of the map, beside empty
TYPICAL, SLOW = 0.5, 0.9


def panels(question):
    """{name: panel} of all of them."""
    found = totals(question)
    return {
        "sla": sla_panel(found),
        "times": times_panel(question, found),
        "intake": intake_panel(question),
        "funnel": funnel_panel(found),
        "people": people_panel(question),
    }


def share(met, missed):
    """Of a thousand, as percent with one decimal, rounded down: 99.96 % is not all. None of nothing."""
    return 1000 * met // (met + missed) / 10 if met + missed else None


# -- promises ---------------------------------------------------------------------------


def sla_panel(found):
    """How many clocks were met and missed, for each target that had any, and of all."""
    rows = [
        sla_row(target, found[f"sla.{target}", ""])
        for target in sla.TARGETS
        if (f"sla.{target}", "") in found
    ]
    met, missed = sum(row["met"] for row in rows), sum(row["missed"] for row in rows)
    return {"rows": rows, "met": met, "missed": missed, "share": share(met, missed)}


def sla_row(target, total):
    return {
        "target": target,
        "met": total.met,
        "missed": total.missed,
        "share": share(total.met, total.missed),
    }


# -- how long things took -----------------------------------------------------------------


def times_panel(question, found):
    """First and next replies and the stages: how long half of them took at most, and nine in ten."""
    taken = histograms(question, ["response.%", "stage.%"])
    measures = {**RESPONSES, **{f"stage.{stage}": stage for stage in STAGES}}
    return {"rows": [times_row(measure, target, found, taken) for measure, target in measures.items()]}


def times_row(measure, target, found, taken):
    total = sum((each for (name, _to), each in found.items() if name == measure), Sum())
    clocks = found.get((f"sla.{target}", ""), Sum())
    usual = clocks.target_seconds // clocks.count if clocks.count else None
    typical, slow = percentile(taken[measure], TYPICAL), percentile(taken[measure], SLOW)
    return {
        "measure": measure,
        "target": target,
        "count": total.count,
        "p50_seconds": typical and round(typical),
        "p90_seconds": slow and round(slow),
        "target_seconds": usual,  # the mean: it depends on category and priority
    }


# -- when requests come in ------------------------------------------------------------------


def intake_panel(question):
    """Requests that came in, for each weekday and hour where the reader is."""
    found = hours(question)
    most = max(found.values(), default=0)
    rows = [
        {
            "weekday": weekday,
            "cells": [intake_cell(found.get((weekday, hour), 0), hour, most) for hour in HOURS],
        }
        for weekday in WEEKDAYS
    ]
    return {"rows": rows, "count": sum(found.values()), "time_zone": question.zone}


def intake_cell(count, hour, most):
    return {"hour": hour, "count": count, "shade": -(-SHADES * count // most) if most else 0}


# -- where they went --------------------------------------------------------------------------


def funnel_panel(found):
    """How many entered each stage, and how many left it for where; both in these days, so they need not agree."""
    return {"rows": [funnel_row(stage, found) for stage in STAGES]}


def funnel_row(stage, found):
    left = dict.fromkeys(WAYS, 0)
    for (measure, led_to), total in found.items():
        if measure == f"stage.{stage}":
            left[led_to if led_to in ENDS else "on"] += total.count
    return {"stage": stage, "entered": found.get((f"enter.{stage}", ""), Sum()).count, "left": left}


# -- who --------------------------------------------------------------------------------------


def people_panel(question):
    """Replies by who wrote them, clocks by who had the request when they were decided. Of all categories.

    Where the reader does not lead, their own; `is_whole` when they lead in all the shops asked for.
    """
    found, replies = sums_of_people(question)
    led = shops_with_people(question.actor)
    is_whole = led.issuperset(question.shop_ids)
    if not is_whole:
        own = question.actor.id
        of_led, replies_of_led = sums_of_people(narrowed(question, led)) if led else ({}, {})
        found = of_led | {pk: sums for pk, sums in found.items() if pk == own}
        replies = replies_of_led | {pk: each for pk, each in replies.items() if pk == own}
    names = User.objects.in_bulk(found)
    rows = [person_row(names[pk], sums, replies.get(pk, {})) for pk, sums in found.items() if pk in names]
    rows.sort(key=lambda row: (-row["first_replies"] - row["next_replies"], row["person"].username))
    return {"rows": rows, "is_whole": is_whole}


def narrowed(question, shop_ids):
    """The same of some of the shops."""
    shops = tuple(shop for shop in question.shops_asked if shop.pk in shop_ids)
    return replace(question, shops=shops, shop=None)


def person_row(person, sums, replies):
    clocks = sums.get("sla", Sum())
    typical = percentile(replies, TYPICAL)
    return {
        "person": person,
        "first_replies": sums.get("response.first", Sum()).count,
        "first_reply_p50_seconds": typical and round(typical),
        "next_replies": sums.get("response.next", Sum()).count,
        "met": clocks.met,
        "missed": clocks.missed,
        "share": share(clocks.met, clocks.missed),
    }


# Each by itself, for a sheet or an endpoint.
PANELS = {
    "sla": lambda question: sla_panel(totals(question)),
    "times": lambda question: times_panel(question, totals(question)),
    "intake": intake_panel,
    "funnel": lambda question: funnel_panel(totals(question)),
    "people": people_panel,
}
