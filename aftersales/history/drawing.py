"""The panels with what the page needs beside their numbers: links to the requests behind each, bars and tones."""

from django.urls import reverse

from aftersales.history.queries.panels import WAY_NAMES, WAYS
from aftersales.history.words import target_name
from aftersales.web.times import WEEKDAYS

GOOD, FAIR = 95, 85  # percent of clocks met, from which on a share is neither red nor amber
EVERY = 3  # hours between those that are written above the map


def drawn(question, panels):
    """{name: panel} as the page draws them."""

    def link(measure, **which):
        return reverse("history_behind", query=question.parameters(measure=measure, **which))

    found = {name: draw(panels[name], link) for name, draw in DRAWN.items()}
    for name, panel in found.items():
        panel["sheet"] = reverse("history_sheet", args=[name], query=question.parameters())
    return found


def sla(panel, link):
    rows = [
        {
            **row,
            "name": target_name(row["target"]),
            "tone": tone(row["share"]),
            "met_url": link(f"sla.{row['target']}", met="yes"),
            "missed_url": link(f"sla.{row['target']}", met="no"),
        }
        for row in panel["rows"]
    ]
    urls = {"met_url": link("sla", met="yes"), "missed_url": link("sla", met="no")}
    return {**panel, **urls, "rows": rows, "tone": tone(panel["share"])}


def tone(share):
    return "ink" if share is None or share >= GOOD else "warn" if share >= FAIR else "risk"


def times(panel, link):
    rows = []
    for row in panel["rows"]:
        slow, target = row["p90_seconds"], row["target_seconds"]
        rows.append(
            {
                **row,
                "name": target_name(row["target"]),
                "url": link(row["measure"]),
                "is_slow": bool(slow and target and slow > target),
            }
        )
    return {**panel, "rows": rows}


def intake(panel, link):
    rows = [
        {
            "name": WEEKDAYS[row["weekday"] - 1],
            "cells": [
                {**cell, "url": link("open", weekday=row["weekday"], hour=cell["hour"])}
                for cell in row["cells"]
            ],
        }
        for row in panel["rows"]
    ]
    hours = [(f"{hour:02d}", hour % EVERY == 0) for hour in range(24)]
    return {**panel, "rows": rows, "hours": hours, "url": link("open")}


def funnel(panel, link):
    most = max((row["entered"] for row in panel["rows"]), default=0)
    rows = [
        {
            **row,
            "percent": 100 * row["entered"] // most if most else 0,
            "url": link(f"enter.{row['stage']}"),
            "cells": [
                {"count": row["left"][way], "url": link(f"stage.{row['stage']}", left_for=way)}
                for way in WAYS
            ],
        }
        for row in panel["rows"]
    ]
    return {**panel, "rows": rows, "ways": [WAY_NAMES[way] for way in WAYS]}


def people(panel, link):
    rows = []
    for row in panel["rows"]:
        who = {"person": row["person"].username}
        rows.append(
            {
                **row,
                "tone": tone(row["share"]),
                "first_url": link("response.first", **who),
                "next_url": link("response.next", **who),
                "met_url": link("sla", met="yes", **who),
                "missed_url": link("sla", met="no", **who),
            }
        )
    return {**panel, "rows": rows}


DRAWN = {"sla": sla, "times": times, "intake": intake, "funnel": funnel, "people": people}
