"""Notices of levels: to people's inboxes and to addresses, now or when they work again."""

from datetime import timedelta

from aftersales.clock import now
from aftersales.mail.actions import queue_mails
from aftersales.sets import insert_many
from aftersales.versions.registry import compiled
from aftersales.worktime import BeyondHorizon
from staff.actions.mails import digest, notice_mail
from staff.actions.notices import Notice, notify_many
from staff.models import Shop, User
from staff.rosters import people
from staff.shifts import Shifts
from tickets.models import ClockState, HeldNotice, Priority, SlaClock, Ticket
from tickets.sla import BREACH_PERCENT, is_open
from tickets.sla_events import event_kind

# What nobody has read yet of a request's clocks is stale once worse is told; a warning hides no breach.
REPLACES = {"sla.warn": ("sla.warn",), "sla.breach": ("sla.warn", "sla.breach")}
LOOK_AGAIN = timedelta(hours=1)  # at what is held and paused when its reader works


def tell_or_hold(passed, moment):
    """Each hears once of a request: the worst of what its clocks passed together, and of that the last.

    A clock that passed several levels at once is told of by the highest that is told of at all, also to whom only a
    lower one names: that three quarters are used is no news of what is overdue. Where the highest level that names
    them says so, who does not work now is told when they work again, if it is still so then: of each clock by
    itself, for nobody knows yet which of them will be settled.
    """
    shifts = _shifts([one for one in passed if _may_wait(one)])
    last = {one.clock.pk: one for one in passed}
    named = {(who, one.clock.pk): (whom, one) for one in passed for who, whom in one.told.items()}
    at_once, later = {}, []
    for (who, pk), (whom, one) in sorted(named.items(), key=lambda row: last[row[0][1]].kind == "sla.breach"):
        so = last[pk]
        if isinstance(whom, User) and so.kind in whom.muted_kinds:
            continue
        at = _back_at(shifts, whom, so.clock, moment) if _may_wait(one) else moment
        if at > moment:
            later.append((whom, so, at))
        else:
            at_once[who, so.ticket.pk] = (whom, notice_of(so.clock, so.level.percent, so))
    _tell(at_once.values(), moment)
    _hold(later)


def _may_wait(one):
    level = one.level
    return level.in_working_time and not (level.urgent_at_once and one.ticket.priority == Priority.URGENT)


def _shifts(passed):
    users = {who for one in passed for who, whom in one.told.items() if isinstance(whom, User)}
    return Shifts({one.ticket.shop_id for one in passed}, users) if users else None


def _back_at(shifts, whom, clock, moment):
    """By the person's own hours; an address, and who has not said when they work, by those of the clock."""
    if isinstance(whom, User):
        if shifts.calendar(whom.pk):
            return shifts.back_at(whom.pk, moment)
        moment = shifts.away_until(whom.pk, moment) or moment
    try:
        return compiled(clock.calendar_id).content.next_opening(moment)
    except BeyondHorizon:
        return moment


def notice_of(clock, level, about, due_version=None):
    """Of one level of one clock, for nobody yet; `about` has the ticket and the data."""
    kind = event_kind(level)
    return Notice(
        (),
        kind,
        f"sla-{clock.pk}-{level}-{due_version or clock.due_version}",
        about.ticket.shop_id,
        about.ticket.number,
        {**about.data, "subject": about.ticket.subject},
        REPLACES[kind],
    )


def _tell(rows, moment):
    """(user or address, notice): to inboxes, and by mail to addresses."""
    notify_many([notice._replace(users=[whom]) for whom, notice in rows if isinstance(whom, User)])
    mailed = [(whom, notice) for whom, notice in rows if not isinstance(whom, User)]
    if mailed:
        shops = Shop.objects.in_bulk({notice.shop_id for _to, notice in mailed})
        queue_mails([_mail(to, notice, shops[notice.shop_id], moment) for to, notice in mailed])


def _mail(to, notice, shop, moment):
    mail = notice_mail(notice, shop, shop.language, moment)
    return {**mail, "to": to, "key": f"notice-{digest(to)}-{digest(notice.key)}"}


# -- held until somebody works again ------------------------------------------------


HELD = (
    *("ticket", "shop_id", "clock", "user", "address", "level", "due_version", "data"),
    *("next_try_at", "attempts", "last_error"),
)


def _hold(rows):
    insert_many(
        HeldNotice,
        HELD,
        [
            (
                one.ticket.pk,
                one.ticket.shop_id,
                one.clock.pk,
                whom.pk if isinstance(whom, User) else None,
                "" if isinstance(whom, User) else whom,
                one.level.percent,
                one.clock.due_version,
                one.data,
                at,
                0,
                "",
            )
            for whom, one, at in rows
        ],
        ignore_conflicts=True,
    )


def fire_held(rows):
    """Tell each reader the worst that is still so of a request; what is not makes no notice any more.

    A level is still so while its clock has it behind, wherever the due time went meanwhile. Of a clock that is
    paused nobody can say: it is held on.
    """
    clocks = SlaClock.objects.in_bulk({row.clock_id for row in rows})
    tickets = Ticket.objects.only("number", "subject", "shop_id").in_bulk({row.ticket_id for row in rows})
    users = people({row.user_id for row in rows if row.user_id})
    shifts, moment = Shifts({row.shop_id for row in rows}, users), now()
    told, again = {}, []
    for row in sorted(rows, key=lambda row: (row.level >= BREACH_PERCENT, row.pk)):
        clock, row.ticket = clocks[row.clock_id], tickets[row.ticket_id]
        whom = row.address or users.get(row.user_id)
        if not whom or not is_open(clock) or clock.fired < row.level:
            continue
        row.next_try_at = _told_at(shifts, whom, clock, moment)
        if row.next_try_at > moment:
            again.append(row)
        else:
            told[whom, row.ticket_id] = (whom, notice_of(clock, row.level, row, row.due_version))
    _tell(told.values(), moment)
    HeldNotice.objects.bulk_update(again, ["next_try_at"])
    HeldNotice.objects.filter(pk__in={row.pk for row in rows} - {row.pk for row in again}).delete()


def _told_at(shifts, whom, clock, moment):
    """Who is away meanwhile is waited for, and so is a clock that is paused."""
    at = moment + LOOK_AGAIN if clock.state == ClockState.PAUSED else moment
    return _back_at(shifts, whom, clock, at)
