"""How measures, ways and numbers of history are called by people."""

from django.utils.translation import gettext as _

from aftersales.history.queries.panels import WAY_NAMES
from aftersales.web.drawing import stage_name
from aftersales.web.times import WEEKDAYS
from tickets import sla


def target_name(target):
    return str(sla.TARGETS[target])


def measure_name(measure):
    """`Left Inspect`, `Clock: First reply`."""
    kind, _dot, name = measure.partition(".")
    if measure == "open":
        return _("Requests that came in")
    if measure == "sla":
        return _("All clocks")
    if kind == "response":
        return target_name(f"{name}_response")
    if kind == "sla":
        return _("Clock: %(name)s") % {"name": target_name(name)}
    if kind == "enter":
        return _("Entered %(stage)s") % {"stage": stage_name(name)}
    return _("Left %(stage)s") % {"stage": stage_name(name)}


def number_words(number):
    """What a number counts, part by part."""
    words = [measure_name(number.measure)]
    if number.met is not None and number.is_of_clocks:
        words.append(_("met") if number.met else _("missed"))
    if number.left_for:
        words.append(str(WAY_NAMES[number.left_for]))
    if number.weekday is not None:
        words.append(str(WEEKDAYS[number.weekday - 1]))
    if number.hour is not None:
        words.append(f"{number.hour:02d}:00–{number.hour + 1:02d}:00")
    if number.person:
        words.append(number.person.display_name)
    return words
