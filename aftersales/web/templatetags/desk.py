"""Tags and filters of every page: icons, money, times, the stage track, bars, people.

A builtin of the template engine: templates use these without `{% load %}`. What they mean for a page
writer stands in docs/pages.md.
"""

import json

from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.events.actors import SYSTEM
from aftersales.events.telling import name_of
from aftersales.languages import side_of
from aftersales.money import format_money
from aftersales.web import drawing
from aftersales.web.digits import groups
from aftersales.web.times import dated_text, due_text, exact_text, span_text, when_text, work_text

register = template.Library()

# Colour means time or trouble; every state that is neither stays ink on paper.
TONES = {
    "risk": "late overdue missed breached refused rejected declined failed dead",
    "warn": "soon due_soon warn partial short suspended needs_approval",
    "info": "waiting paused changed new arrived in_transit mentioned",
    "ok": "met done resolved approved paid received delivered settled active published",
}
HERE = flatatt({"aria-current": "page"})
TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}


# -- the page ---------------------------------------------------------------


@register.simple_tag
def html_lang():
    """The page's language as HTML wants it: `zh-Hans` or `en`."""
    return "zh-Hans" if side_of() == "zh" else "en"


@register.simple_tag(takes_context=True)
def theme(context):
    """`dark` or `light` as chosen in this browser or in the account; else the system decides."""
    request, user = context.get("request"), context.get("user")
    chosen = (request and request.COOKIES.get("theme")) or getattr(user, "theme", "")
    return chosen if chosen in ("dark", "light") else ""


@register.simple_tag
def server_now():
    """The server's clock, so that ticking times do not trust the visitor's."""
    return now().isoformat()


@register.simple_tag
def words():
    """The few sentences that scripts need, as JSON for a data attribute."""
    return json.dumps(
        {
            "min": _("%(minutes)d min"),
            "h": _("%(hours)d h"),
            "hmin": _("%(hours)d h %(minutes)02d"),
            "d": _("%(days)d d"),
            "dh": _("%(days)d d %(hours)d h"),
            "late": _("−%(span)s"),
            "s": _("%(n)s s"),
            "changed": _("changed just now"),
            "viewing": _("%(names)s is here too"),
            "fresh": _("%(new)d new, %(changed)d changed since you looked."),
        },
        ensure_ascii=False,
    )


@register.simple_tag(takes_context=True)
def here(context, key, url=""):
    """`aria-current` for the entry whose `key` is the page's `section`, else whose URL begins the path."""
    section, request = context.get("section"), context.get("request")
    on = key == section if section else bool(url and request and request.path.startswith(url))
    return HERE if on else ""


# -- drawings: see aftersales/web/drawing.py -----------------------------------

for draw in (drawing.icon, drawing.bar, drawing.track, drawing.tag, drawing.avatar):
    register.simple_tag(draw)
for says in (drawing.stage_text, drawing.stage_name, drawing.initials):
    register.filter(says)


@register.inclusion_tag("parts/stages.html")
def stages(stage, notes=None, small=False):
    """The track in large, with a short note under each stage: `notes` is {stage: text}."""
    notes = notes or {}
    parts = zip(drawing.STAGES.items(), drawing.stage_marks(stage), strict=True)
    return {
        "small": small,
        "stages": [{"name": name, "mark": mark, "note": notes.get(code, "")} for (code, name), mark in parts],
    }


# -- forms --------------------------------------------------------------------


@register.inclusion_tag("parts/field.html")
def field(bound, look="", label=""):
    """A form field with its label, hint and error; `look` turns choices into cards, chips or seg."""
    widget = bound.field.widget
    if label:
        bound.label = label
    return {"field": bound, "kind": look or _kind(widget), "control": bound.as_widget(attrs=_looks(widget))}


def _kind(widget):
    if widget.is_hidden:
        return "hidden"
    kinds = (
        (forms.CheckboxSelectMultiple, "chips"),
        (forms.RadioSelect, "cards"),
        (forms.CheckboxInput, "check"),
    )
    return next((kind for sort, kind in kinds if isinstance(widget, sort)), "line")


def _looks(widget):
    if isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return {}
    return {"class": f"in {widget.attrs.get('class', '')}".strip()}


# -- states and toasts -------------------------------------------------------


@register.filter
def tone(state):
    """The tone of a state word: `{% tag clock.label clock.state|tone %}`."""
    return TONE_OF.get(str(state), "")


@register.filter
def as_toast(message):
    """A message of django.contrib.messages with what `pages.toast` put beside it."""
    try:
        beside = json.loads(message.extra_tags or "{}")
    except ValueError:  # a plain message of a library, with CSS classes as its tags
        beside = {}
    return {"text": message.message, "undo": beside.get("undo", ""), "seconds": beside.get("seconds", 6)}


# -- money, numbers, words --------------------------------------------------


@register.filter
def money(minor, currency):
    """`{{ line.amount_minor|money:line.currency }}` in the reader's language; nothing stays nothing."""
    return "" if minor is None else format_money(minor, currency, get_language() or "en")


@register.filter
def money_whole(minor, currency):
    """Without decimals, for dashboards."""
    return "" if minor is None else format_money(minor, currency, get_language() or "en", decimals=False)


@register.filter
def group4(number):
    """An order, parcel or phone number in groups of four, parted by paint: copying gives it unparted."""
    parts = groups(str(number or ""))
    if len(parts) < 2:
        return str(number or "")
    inner = format_html_join("", "<span>{}</span>", ((part,) for part in parts))
    return format_html('<span class="g4">{}</span>', inner)


@register.filter
def lang(texts):
    """The reader's side of {"zh": ..., "en": ...}; the other one if that is all there is."""
    if not isinstance(texts, dict):
        return texts or ""
    first, second = ("zh", "en") if side_of() == "zh" else ("en", "zh")
    return texts.get(first) or texts.get(second) or ""


@register.filter
def called(name):
    """An author's name; what no person wrote is called what people call it."""
    return name_of(SYSTEM, name)


# -- times ------------------------------------------------------------------


@register.filter
def due(at, shade=""):
    """A due time that ticks: `{{ ticket.due_at|due }}`, `{{ clock.due_at|due:clock.tone }}`."""
    if at is None:
        return ""
    shade = "risk" if at < now() else shade
    return _time(at, due_text(at), f"t-{shade}" if shade else "", ticks=True)


@register.filter
def when(at):
    """When it happened, short; the exact time with zone on hover."""
    return "" if at is None else _time(at, when_text(at))


@register.filter
def dated(at):
    """When it happened, always with its day; the exact time with zone on hover."""
    return "" if at is None else _time(at, dated_text(at))


@register.filter
def exact(at):
    """The exact time with its zone, as plain text."""
    return "" if at is None else exact_text(at)


@register.filter
def span(length):
    """A length of time, from seconds or a timedelta: `2 h 10`, `3 d 6 h`."""
    if length is None:
        return ""
    return span_text(length.total_seconds() if hasattr(length, "total_seconds") else length)


@register.filter
def work(seconds):
    """A length of working time: `26 h 10`."""
    return "" if seconds is None else work_text(seconds)


def _time(at, text, css="", *, ticks=False):
    css = flatatt({"class": css or None})
    return format_html(
        '<time{} datetime="{}" title="{}"{}>{}</time>',
        *(css, at.isoformat(), exact_text(at), " data-due" if ticks else "", text),
    )
