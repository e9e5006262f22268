"""What lies in an inbox: the kinds of notices, how each is said, and whose they are."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext

from aftersales.languages import side_of
from staff.models import Notification


@dataclass(frozen=True)
class NoticeKind:
    """`mutes` is what a person ticks not to hear of it; `says` is filled from the notice's data, `many` where it
    counts several requests; `asks` is what to do now, and `view` where those several are found."""

    icon: str
    mutes: str
    says: str
    asks: str = ""
    tone: str = ""
    many: str = ""
    view: str = "all"


# Put there by requests, their clocks, returns and surveys; named here, where people read and mute them.
KINDS = {
    "assigned": NoticeKind(
        "user-check",
        _("A request was given to me"),
        _("%(by)s gave you this request"),
        _("Do its next step, or give it on."),
        many=ngettext_lazy(
            "%(by)s gave you %(count)s request", "%(by)s gave you %(count)s requests", "count"
        ),
        view="mine",
    ),
    "team_assigned": NoticeKind(
        "users-group",
        _("A request was given to a team I lead"),
        _("%(by)s gave this request to your team"),
        _("Give it to somebody of the team."),
        many=ngettext_lazy(
            "%(by)s gave %(count)s request to your team",
            "%(by)s gave %(count)s requests to your team",
            "count",
        ),
        view="unassigned",
    ),
    "followed": NoticeKind(
        "eye",
        _("Something happened to a request I follow"),
        _("%(by)s: %(what)s"),
        _("You follow it: nothing to do."),
        many=ngettext_lazy(
            "%(by)s, on %(count)s request that you follow: %(what)s",
            "%(by)s, on %(count)s requests that you follow: %(what)s",
            "count",
        ),
    ),
    "mention": NoticeKind(
        "at",
        _("Somebody mentions me"),
        _("%(by)s mentions you in a note"),
        _("Read the note and answer there."),
        many=ngettext_lazy(
            "%(by)s mentions you in a note on %(count)s request",
            "%(by)s mentions you in a note on %(count)s requests",
            "count",
        ),
    ),
    "escalated": NoticeKind(
        "alert-triangle",
        _("A request was escalated"),
        _("%(by)s escalated this request"),
        _("Say how it goes on, or take it."),
        "warn",
        many=ngettext_lazy(
            "%(by)s escalated %(count)s request", "%(by)s escalated %(count)s requests", "count"
        ),
    ),
    "approval": NoticeKind(
        "signature",
        _("An approval waits for me"),
        _("%(by)s asks for your approval: %(what)s"),
        _("Approve or decline the proposal."),
    ),
    "limit_passed": NoticeKind(
        "hourglass",
        _("A time limit of a procedure passed"),
        _("The time for “%(name)s” has passed"),
        _("Say how it goes on: answer the step."),
        "warn",
    ),
    "sla.warn": NoticeKind(
        "clock",
        _("A deadline comes near"),
        _("%(target)s: %(level)s %% of the time is used"),
        _("Do the next step in time."),
        "warn",
    ),
    "sla.breach": NoticeKind(
        "alert-circle",
        _("A deadline was missed"),
        _("%(target)s is overdue: %(level)s %% of the time is used"),
        _("Do the next step now."),
        "risk",
    ),
    "survey.low_score": NoticeKind(
        "mood-sad",
        _("A customer gave a low score"),
        _("A customer gave the score %(score)s"),
        _("Read why, and call or write to the customer."),
        "warn",
    ),
}
OF_CLOCKS = ("sla.warn", "sla.breach")


def mute_choices():
    return [(code, kind.mutes) for code, kind in KINDS.items()]


def notices_of(user):
    """Newest first, of the shops this person still serves."""
    return Notification.objects.filter(user=user).filter(Q(shop_id__in=user.shop_ids()) | Q(shop_id=None))


def in_view(notices, view):
    """A part of the inbox: unread, mentions or clocks; all of it else."""
    wanted = {
        "unread": Q(read_at=None),
        "mentions": Q(kind="mention"),
        "clocks": Q(kind__in=OF_CLOCKS),
    }
    return notices.filter(wanted[view]) if view in wanted else notices


def told(notice):
    """The notice as the page shows it; what its data lacks is left out, never an error."""
    kind = KINDS.get(notice.kind) or NoticeKind("bell", notice.kind, notice.kind.replace("%", "%%"))
    words = defaultdict(lambda: pgettext("notice", "somebody"), words_of(notice))
    counts = kind.many and notice.data.get("count", 1) > 1
    return {
        "notice": notice,
        "icon": kind.icon,
        "tone": kind.tone,
        "sentence": str((kind.many if counts else kind.says) % words),
        "subject": notice.data.get("subject", ""),
        "asks": kind.asks,
        "view": kind.view if counts else "",
    }


def words_of(notice):
    """The data, with what it names in two languages (`target_zh`, `target_en`) in the reader's (`target`)."""
    side = f"_{side_of()}"
    read = {name.removesuffix(side): value for name, value in notice.data.items() if name.endswith(side)}
    return {**notice.data, **read}
