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
    "sla.recount",
    en="{target} was counted anew: version {number} of “{rule}” is in force",
    zh="{target}已重新计时：“{rule}”第 {number} 版已生效",
    is_public=False,
)
declare(
    "recount.start",
    en="Running clocks are counted anew by version {number} of “{rule}”",
    zh="开始按“{rule}”第 {number} 版重算运行中的时限",
    is_public=False,
)
declare(
    "recount.pause",
    en="Counting anew by version {number} of “{rule}” was paused",
    zh="暂停按“{rule}”第 {number} 版重算",
    is_public=False,
)
declare(
    "recount.resume",
    en="Counting anew by version {number} of “{rule}” goes on",
    zh="继续按“{rule}”第 {number} 版重算",
    is_public=False,
)
declare(
    "recount.cancel",
    en="Counting anew by version {number} of “{rule}” was stopped",
    zh="停止按“{rule}”第 {number} 版重算",
    is_public=False,
)
declare(
    "recount.finish",
    en="{moved} clocks are due at another time by version {number} of “{rule}”",
    zh="按“{rule}”第 {number} 版，{moved} 个时限的到期时间已变",
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


def rule_data(version):
    """Which version of which rule, called as people do."""
    names = {f"rule_{one}": version.body["name"].get(one) or version.code for one in ("zh", "en")}
    return {"rule": version.code, "number": version.number, **names}


def recount_data(move, rule):
    """What the history of a ticket says of a clock that another version of a rule moved."""
    target = move.clock.target
    return {"target": target, "before": move.before.isoformat(), "due_at": move.after.isoformat()} | names_of(
        target
    ) | rule  # fmt: skip
