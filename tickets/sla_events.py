"""What clocks tell of, and the sentence each event is told by."""

from functools import cache

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from aftersales.events.log import declare
from aftersales.events.telling import automaton, in_both
from tickets import sla

automaton("sla", en="Deadline watch", zh="时限看守")
automaton("sla-heal", en="Deadline watch", zh="时限看守")

declare(
    "sla.warn",
    en="{target}: {level} % of the time is used",
    zh="{target}：时间已用 {level}%",
    is_public=False,
)
declare(
    "sla.breach",
    en="{target} is overdue: {level} % of the time is used",
    zh="{target}已超时：时间已用 {level}%",
    is_public=False,
)
declare(
    "sla.choose_policy",
    en="The clocks run by “{policy}” now, no longer by “{before}”",
    zh="计时现按“{policy}”，不再按“{before}”",
    is_public=False,
)


declare(
    "sla.heal",
    en="The clocks were put right: {what}",
    zh="时限已纠正：{what}",
    is_public=False,
)


def healed_words(started, ended, due_was_wrong):
    """What was put right, in the reader's language."""
    pieces = [_("%(name)s was missing") % {"name": sla.TARGETS[target]} for target in started]
    pieces += [_("%(name)s ran without reason") % {"name": sla.TARGETS[target]} for target in ended]
    return "; ".join([*pieces, _("the nearest due time was another")] if due_was_wrong else pieces)


def healed_data(started, ended, due_was_wrong):
    """What the event says."""
    words = lazy(healed_words, str)(started, ended, due_was_wrong)
    return {"started": started, "ended": ended, **in_both("what", words)}


def event_kind(level):
    return "sla.breach" if level >= sla.BREACH_PERCENT else "sla.warn"


def level_data(clock, level, **effects):
    """What the event of a level says."""
    return {
        "target": clock.target,
        "cycle": clock.cycle,
        "level": level,
        "due_at": clock.due_at.isoformat(),
        **names_of(clock.target),
        **effects,
    }


@cache
def names_of(target):
    """The target's name in both languages."""
    return in_both("target", sla.TARGETS[target])
