"""The cells of a queue's row, each drawn by its own function.

In Python and not in the template: fifty rows of nine cells through the template engine cost more than all
else on the page together. What many rows share is drawn once.
"""

from functools import lru_cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales.web.drawing import avatar, bar, icon, stage_name, tag, track
from aftersales.web.templatetags.desk import due, group4, lang, money, when
from tickets.models import Priority, WaitingOn
from tickets.queries.columns import further

HOT = (Priority.HIGH, Priority.URGENT)
NOWHERE = "-"  # stands in the address where the number goes


def with_cells(rows, columns, *, is_ticked, shows_money):
    """The rows, each with its `cells` in the order of the table's head; `columns` are the codes shown."""
    before = [*([tick_cell] if is_ticked else []), *([due_cell] if "due" in columns else [])]
    after = [draw for code, draw in STANDARD.items() if code in columns]
    last = [draw for code, draw in LAST.items() if code in columns and (shows_money or code != "amount")]
    after += [further_cells] if further(columns) else []
    before_it, _nowhere, after_it = reverse("ticket", args=[NOWHERE]).rpartition(
        NOWHERE
    )  # once for all of them
    for row in rows:
        parts = [draw(row) for draw in before]
        parts.append(step_cell(row, f"{before_it}{row['ticket'].number}{after_it}"))
        parts += [draw(row) for draw in (*after, *last)]
        row["cells"] = SafeString("\n".join(parts))
    return rows


def tick_cell(row):
    number = row["ticket"].number
    return format_html(
        '<td><input type="checkbox" name="number" value="{}" form="bulk-form" aria-label="{}"></td>',
        number,
        _("Select %(number)s") % {"number": number},
    )


def due_cell(row):
    """Time left, and how much of it is used up: the bar."""
    if row["due_at"]:
        return format_html(
            '<td class="due-cell c-due"><span class="due">{}</span>{}</td>',
            due(row["due_at"], row["tone"]),
            full_bar(round(row["share"]), row["tone"]),
        )
    if row["ticket"].is_open:
        return paused_cell(get_language())
    return format_html(
        '<td class="due-cell c-due"><span class="due muted">{}</span></td>', when(row["ticket"].resolved_at)
    )


@lru_cache(maxsize=512)
def full_bar(share, tone):
    return bar(share, tone)


@lru_cache(maxsize=8)
def paused_cell(language):
    return format_html(
        '<td class="due-cell c-due"><span class="due muted">{}</span>{}</td>', _("paused"), bar(0)
    )


def step_cell(row, address):
    """The next step as the way in; below it which request this is."""
    ticket = row["ticket"]
    return format_html(
        '<td class="c-step"><div class="row gap3"><span class="thumb">{}</span><div class="grow">'
        '<a class="step" href="{}">{}</a><span class="sub" data-changed>{}{} · {}{}{}</span></div></div></td>',
        icon(row["icon"]),
        address,
        row["step"],
        ticket.number,
        hot(ticket.priority, get_language()),
        lang(row["category"]),
        " · " if row["product"] else "",
        row["product"],
    )


@lru_cache(maxsize=16)
def hot(priority, language):
    if priority not in HOT:
        return ""
    return format_html(' · <b class="t-warn">{}</b>', Priority(priority).label)


def customer_cell(row):
    number = group4(row["order_number"])
    return format_html(
        '<td class="c-cust">{}<span class="sub">{}{}{}</span></td>',
        row["customer"],
        number,
        " · " if number else "",
        row["shop"],
    )


def waiting_cell(row):
    ticket = row["ticket"]
    return waiting(ticket.waiting_on, ticket.is_open, get_language())


@lru_cache(maxsize=64)
def waiting(code, is_open, language):
    tone = "" if code == WaitingOn.US else "info"
    said = tag(WaitingOn(code).label, tone) if is_open or not tone else ""
    return format_html('<td class="opt1 c-wait">{}</td>', said)


def stage_cell(row):
    return stage(row["ticket"].stage, row["is_late"], get_language())


@lru_cache(maxsize=64)
def stage(code, is_late, language):
    return format_html(
        '<td class="opt1">{}<span class="sub">{}</span></td>', track(code, is_late), stage_name(code)
    )


def further_cells(row):
    return SafeString("".join(format_html('<td class="opt1 c-more">{}</td>', text) for text in row["more"]))


def amount_cell(row):
    ticket = row["ticket"]
    said = money(ticket.value_minor, ticket.currency) if ticket.value_minor else ""
    return format_html('<td class="num c-amt">{}</td>', said)


def assignee_cell(row):
    return assignee(row["assignee"])


@lru_cache(maxsize=1024)
def assignee(name):
    return format_html('<td class="c-own">{}</td>', avatar(name, "sm") if name else "")


# What comes after the step, then after the further columns.
STANDARD = {"customer": customer_cell, "waiting_on": waiting_cell, "stage": stage_cell}
LAST = {"amount": amount_cell, "assignee": assignee_cell}
