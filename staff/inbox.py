"""What lies in an inbox: the kinds of notices, how each is said, and whose they are."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from staff.models import Notification


@dataclass(frozen=True)
class NoticeKind:
    """`mutes` is what a person ticks not to hear of it; `says` is filled from the notice's data."""

    icon: str
    mutes: str
    says: str
    tone: str = ""


# Put there by requests, their clocks, returns and surveys; named here, where people read and mute them.
KINDS = {
    "assigned": NoticeKind("user-check", _("A request was given to me"), _("%(by)s gave you this request")),
    "team_assigned": NoticeKind(
        "users-group", _("A request was given to a team I lead"), _("%(by)s gave this request to your team")
    ),
    "followed": NoticeKind("eye", _("Something happened to a request I follow"), _("%(by)s: %(what)s")),
    "mention": NoticeKind("at", _("Somebody mentions me"), _("%(by)s mentions you in a note")),
    "escalated": NoticeKind(
        "alert-triangle", _("A request was escalated"), _("%(by)s escalated this request"), "warn"
    ),
    "approval": NoticeKind("signature", _("An approval waits for me"), _("%(by)s asks for your approval")),
    "limit_passed": NoticeKind(
        "hourglass", _("A time limit of a procedure passed"), _("The time for “%(name)s” has passed"), "warn"
    ),
    "sla.warn": NoticeKind(
        "clock", _("A deadline comes near"), _("%(target)s: %(level)s %% of the time is used"), "warn"
    ),
    "sla.breach": NoticeKind(
        "alert-circle",
        _("A deadline was missed"),
        _("%(target)s is overdue: %(level)s %% of the time is used"),
        "risk",
    ),
    "survey.low_score": NoticeKind(
        "mood-sad", _("A customer gave a low score"), _("A customer gave the score %(score)s"), "warn"
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
    return {
        "notice": notice,
        "icon": kind.icon,
        "tone": kind.tone,
        "sentence": str(kind.says) % defaultdict(lambda: pgettext("notice", "somebody"), words_of(notice)),
    }


def words_of(notice):
    """The data, with what it names in two languages (`target_zh`, `target_en`) in the reader's (`target`)."""
    side = "_zh" if (get_language() or "").startswith("zh") else "_en"
    read = {name.removesuffix(side): value for name, value in notice.data.items() if name.endswith(side)}
    return {**notice.data, **read}
