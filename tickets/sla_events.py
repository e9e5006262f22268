"""What clocks tell of, and the sentence each event is told by."""

from functools import cache

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
