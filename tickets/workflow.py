"""The life of a ticket, whole, on one screen."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from aftersales.workflow import Transition, Workflow
from tickets.models import MERGED, Stage, Status
from tickets.policies import any_of, is_assignee, is_customer, is_desk, is_lead, is_shop, is_staff, is_system
from tickets.queries.hand_over import open_hand_over
from tickets.queries.runs import steps_left_in
from tickets.queries.units_told import here_already, not_inspected, still_to_arrive, without_outcome
from tickets.registry import verb_named

COMMUNICATE, RECEIVE, INSPECT, RESOLVE = Stage.COMMUNICATE, Stage.RECEIVE, Stage.INSPECT, Stage.RESOLVE
RESOLVED, CLOSED, REJECTED = Status.RESOLVED, Status.CLOSED, Status.REJECTED
CANCELLED, EXPIRED = Status.CANCELLED, Status.EXPIRED
OPEN = (COMMUNICATE, RECEIVE, INSPECT, RESOLVE)
ENDED = (RESOLVED, CLOSED, REJECTED, EXPIRED)
ANY = (*OPEN, *ENDED, CANCELLED)


def steps_left(ticket):
    """The stage's mandatory steps come before any verb leaves it, on the page, in the API and in bulk."""
    step = steps_left_in(ticket, ticket.stage)
    return _("First comes the step “%(step)s”.") % {"step": step.name} if step else ""


def any_step_left(ticket):
    step = steps_left_in(ticket, None, but="resolve")
    return _("First comes the step “%(step)s”.") % {"step": step.name} if step else ""


def open_hold(ticket):
    hold = min((h for h in ticket.holds.all() if h.released_at is None), key=lambda h: h.pk, default=None)
    return _("On hold: %(reason)s") % {"reason": _(hold.reason)} if hold else ""


def desk_holds(ticket):
    """Something is under way that the desk itself waits for: a parcel, a proposal, a refund."""
    held = [hold for hold in ticket.holds.all() if hold.released_at is None and not hold.is_manual]
    return _("On hold: %(reason)s") % {"reason": _(held[0].reason)} if held else ""


def goods_agreed(ticket):
    """Once goods are to come back, labels and parcels name this request."""
    if not ticket.goods_expected and not any(line.authorised for line in ticket.lines.all()):
        return ""
    return _("Goods are to come back for this request: it stays on its own. Link the two instead.")


def something_done(ticket):
    """What was paid, settled or ended once is told of this request alone."""
    done = ticket.outcome or ticket.reopen_count or any(line.resolved for line in ticket.lines.all())
    return _("Something was done in this request already: link the two instead.") if done else ""


def nothing_held(ticket):
    held = any(hold.released_at is None and hold.is_manual for hold in ticket.holds.all())
    return "" if held else _("This request is not on hold.")


def nothing_to_read(ticket):
    return "" if open_hand_over(ticket) else _("No note of a hand-over waits here.")


def no_goods_expected(ticket):
    return "" if ticket.goods_expected else _("No goods are to come back for this request.")


def goods_on_their_way(ticket):
    missing = (
        sum(line.authorised - line.received for line in ticket.lines.all()) if ticket.goods_expected else 0
    )
    return still_to_arrive(missing)


def goods_uninspected(ticket):
    left = sum(line.received - line.inspected for line in ticket.lines.all())
    return not_inspected(left)


def goods_undecided(ticket):
    left = sum(max(0, line.inspected - line.resolved) for line in ticket.lines.all())
    return without_outcome(left)


def goods_here(ticket):
    return here_already(sum(line.received for line in ticket.lines.all()))


def merged_words(ticket):
    """The state of a merged request, with where to go on."""
    return _("merged into %(number)s") % {"number": ticket.merged_into.number}


# Moves that are no verb of anybody's: they follow from others.
FOLLOWING = {
    "expect_goods": gettext_lazy("Wait for the goods"),
    "start_inspection": gettext_lazy("Begin the inspection"),
    "start_resolution": gettext_lazy("Go on to the resolution"),
    "absorb": gettext_lazy("Merge another request into this one"),
    "give_back": gettext_lazy("Take a merge apart"),
}


def verb_name(code):
    """What people call a move; verbs are registered after the table that rules them."""
    verb = verb_named(code)
    return verb.label if verb else FOLLOWING.get(code, code)


anybody = any_of(is_desk, is_shop, is_customer, is_system)
desk_or_shop = any_of(is_desk, is_shop, is_system)
desk_or_system = any_of(is_desk, is_system)
working = any_of(is_staff, is_system)

# fmt: off
TICKET_WORKFLOW = Workflow(
    "ticket",
    #          verb                from                                   to           who              blocked by
    Transition("take",             OPEN,                                  None,        is_staff),
    Transition("assign",           OPEN,                                  None,        desk_or_system),
    Transition("read_hand_over",   ANY,                                   None,        is_assignee,     (nothing_to_read,)),
    Transition("reply",            (*OPEN, RESOLVED),                     None,        desk_or_shop),
    Transition("note",             ANY,                                   None,        any_of(working, is_shop)),
    Transition("ask",              OPEN,                                  None,        is_desk),
    Transition("answer",           (*OPEN, RESOLVED),                     None,        anybody),
    Transition("hold",             OPEN,                                  None,        working),
    Transition("release",          OPEN,                                  None,        working,         (nothing_held,)),
    Transition("reassign",         OPEN,                                  None,        is_desk),
    Transition("escalate",         OPEN,                                  None,        desk_or_system),
    Transition("tag",              ANY,                                   None,        any_of(working, is_shop)),
    Transition("untag",            ANY,                                   None,        any_of(working, is_shop)),
    Transition("follow",           ANY,                                   None,        is_staff),
    Transition("unfollow",         (*ANY, MERGED),                        None,        is_staff),
    Transition("link",             ANY,                                   None,        desk_or_shop),
    Transition("unlink",           ANY,                                   None,        desk_or_shop),
    Transition("set_deadline",     OPEN,                                  None,        desk_or_shop),
    Transition("recategorise",     (COMMUNICATE,),                        None,        is_desk),
    Transition("complete_step",    OPEN,                                  None,        working),
    Transition("skip_step",        OPEN,                                  None,        is_staff),
    Transition("approve",          (COMMUNICATE,),                        None,        is_desk),
    Transition("expect_goods",     (COMMUNICATE,),                        RECEIVE,     desk_or_system,  (no_goods_expected, steps_left)),
    Transition("start_inspection", (COMMUNICATE, RECEIVE),                INSPECT,     working,         (goods_on_their_way, steps_left)),
    Transition("start_resolution", (COMMUNICATE, RECEIVE, INSPECT),       RESOLVE,     working,         (goods_on_their_way, goods_uninspected, steps_left)),
    Transition("resolve",          (COMMUNICATE, RESOLVE),                RESOLVED,    desk_or_system,  (any_step_left, goods_on_their_way, goods_uninspected, goods_undecided, open_hold)),
    Transition("reject",           (COMMUNICATE, RESOLVE),                REJECTED,    is_desk,         (goods_undecided, open_hold)),
    Transition("cancel",           (COMMUNICATE, RECEIVE),                CANCELLED,   anybody,         (goods_here, open_hold)),
    Transition("expire",           (COMMUNICATE, RECEIVE),                EXPIRED,     any_of(is_lead, is_system), (goods_here, open_hold)),
    Transition("reopen",           (RESOLVED, CLOSED, REJECTED, EXPIRED), COMMUNICATE, any_of(is_desk, is_shop, is_customer)),
    Transition("close",            (RESOLVED,),                           CLOSED,      any_of(is_lead, is_system)),
    Transition("split",            OPEN,                                  None,        desk_or_shop,    (goods_agreed, desk_holds)),
    Transition("merge",            (COMMUNICATE, RESOLVE),                MERGED,      desk_or_shop,    (goods_agreed, something_done, open_hold)),
    Transition("unmerge",          (MERGED,),                             COMMUNICATE, desk_or_shop),
    # What merging and its undoing do to the other request.
    Transition("absorb",           OPEN,                                  None,        desk_or_shop),
    Transition("give_back",        ANY,                                   None,        desk_or_shop),
    thing=gettext_noop("request"),
    verb_name=verb_name,
    field="state",
    columns=("stage", "status"),
    names={
        **{stage.value: stage.label for stage in Stage},
        **{status.value: status.label for status in Status},
        "communicate": gettext_lazy("in communication"),
        "receive": gettext_lazy("waiting for goods"),
        "inspect": gettext_lazy("in inspection"),
        "resolve": gettext_lazy("being resolved"),
        MERGED: merged_words,
    },
)
# fmt: on
