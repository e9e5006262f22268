"""What clocks tell of, and the sentence each event is told by."""

from functools import cache

from django.utils.translation import override

from aftersales.events.log import declare
from tickets import sla

declare(
    "sla.warn",
    en="{target_en}: {level} % of the time is used",
    zh="{target_zh}：时间已用 {level}%",
    is_public=False,
)
declare(
    "sla.breach",
    en="{target_en} is overdue: {level} % of the time is used",
    zh="{target_zh}已超时：时间已用 {level}%",
    is_public=False,
)
declare(
    "sla.choose_policy",
    en="The clocks run by “{policy_en}” now, no longer by “{before_en}”",
    zh="计时现按“{policy_zh}”，不再按“{before_zh}”",
    is_public=False,
)


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
    """The target's name in both languages: an event is read in either, years later."""
    names = {}
    for key, language in (("target_en", "en"), ("target_zh", "zh-hans")):
        with override(language):
            names[key] = str(sla.TARGETS[target])
    return names
