"""Two requests become one, and two again: the source is closed and points to where it went, and is kept whole."""

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotPossible
from tickets.actions.acting import lock_in_order, stale, ticket_action
from tickets.actions.claims import hand_over_claims, reclaim_lines, release_ticket_claims, take_claims_back
from tickets.actions.clock_keeping import keep_clocks, let_go_on
from tickets.actions.followers import tell_followers
from tickets.actions.messages import public_words, recall_replies
from tickets.actions.progress import progress
from tickets.actions.steps import REMINDER, end_run
from tickets.models import (
    MergedUnits,
    Relation,
    RelationKind,
    Run,
    RunState,
    Stage,
    Status,
    StepTimer,
    Ticket,
)
from tickets.queries.relations import said_before, value_of
from tickets.queries.runs import running_run
from tickets.workflow import TICKET_WORKFLOW, desk_holds, goods_agreed

# -- merge ----------------------------------------------------------------------------


def merge_ticket(ticket, *, by, into, units=MergedUnits.ADD):
    """Close this request and go on in another one of the same order or customer; nothing of it is lost.

    Its units are claimed by the other from now on; where both mean the same ones, only those that it has more of
    than the other, and the rest is given back to the order.
    """
    with transaction.atomic():
        lock_in_order(ticket.pk, into.pk)
        return merge_locked(ticket, by=by, into=into, units=units)


@ticket_action("merge")
def merge_locked(ticket, *, by, into, units):
    into = Ticket.objects.select_related("category").get(pk=into.pk)  # locked with the source
    TICKET_WORKFLOW.check("merge", ticket, by=by)
    refuse_strangers(ticket, into)
    refuse_chains(ticket, into)
    TICKET_WORKFLOW.check("absorb", into, by=by)
    run = running_run(ticket)
    kept = {"status": str(ticket.status), "run": run and run.pk, "units": str(units), **keep_clocks(ticket)}
    kept["into_status"] = str(into.status)
    kept["followers"] = [pk for pk in ticket.followers if pk not in into.followers]
    kept["moved"], kept["serials"] = move_units(ticket, into, units)
    moved = sum(kept["moved"].values())
    kept |= take_deadline(ticket, into)
    event = TICKET_WORKFLOW.take(
        "merge", ticket, by=by, data={"into": into.number, "units": moved},
        merged_into=into, resolved_at=now(), closed_at=now(),
    )  # fmt: skip  # one line less
    Relation.objects.create(
        ticket=ticket, other=into, kind=RelationKind.MERGED, kept=kept, made_by=by.name, made_at=now()
    )
    end_run(ticket, RunState.ABANDONED)
    into.followers = [*into.followers, *kept["followers"]]
    change_other("absorb", into, ticket, by=by, units=moved)
    return event


def refuse_strangers(ticket, into):
    """Only what is about the same order, or comes from the same customer, can be one request."""
    same_order = ticket.order_id is not None and ticket.order_id == into.order_id
    same_customer = ticket.customer_id is not None and ticket.customer_id == into.customer_id
    alike = ticket.shop_id == into.shop_id and ticket.is_test == into.is_test and ticket.pk != into.pk
    if not alike or not (same_order or same_customer):
        raise NotPossible(
            _("%(number)s is not about the same order and not from the same customer: link the two instead.")
            % {"number": into.number}
        )


def refuse_chains(ticket, into):
    """A request that others went into stays; where one went already is found by one look."""
    if Ticket.objects.filter(merged_into=ticket).exists():
        raise NotPossible(
            _("Others were merged into %(number)s: merge %(other)s into it instead.")
            % {"number": ticket.number, "other": into.number}
        )


def move_units(ticket, into, units):
    """Say who claims the source's units from now on; returns, by line, how many went over, and which serials."""
    going = units_to_move(ticket, into, units)
    if going:
        refuse_to_move(ticket, into)
    serials = hand_over_claims(ticket, into, going)
    if units == MergedUnits.RELEASE:
        release_ticket_claims(ticket)
    return going, serials


def units_to_move(ticket, into, units):
    """{line's id: units}: all that is claimed, or, of the same units, what the other claims too few of.

    Those of another order can only be given back.
    """
    claimed = {line.order_line_id: line.claimed for line in into.lines.all()}
    if units != MergedUnits.RELEASE:
        claimed = {}
    elif ticket.order_id != into.order_id:
        return {}
    going = {
        str(line.pk): line.claimed - claimed.get(line.order_line_id, 0)
        for line in ticket.lines.order_by("id")
    }
    return {pk: quantity for pk, quantity in going.items() if quantity > 0}


def refuse_to_move(ticket, into):
    """Units go within an order, and to where nothing is decided about them."""
    if ticket.order_id != into.order_id:
        raise NotPossible(
            _("The units claimed here are not of %(number)s's order: link the two instead.")
            % {"number": into.number}
        )
    if into.stage != Stage.COMMUNICATE or goods_agreed(into):
        raise NotPossible(
            _("It is decided already what becomes of the units of %(number)s: link the two instead.")
            % {"number": into.number}
        )


# -- and back ---------------------------------------------------------------------------


def unmerge_ticket(ticket, *, by):
    """Take a merge apart: the request stands as it stood, with its units, its run and its clocks.

    What was said since stays where it was said.
    """
    with transaction.atomic():
        into_id = Ticket.objects.values_list("merged_into", flat=True).get(pk=ticket.pk)
        lock_in_order(ticket.pk, into_id)
        return unmerge_locked(ticket, by=by, into_id=into_id)


@ticket_action("unmerge")
def unmerge_locked(ticket, *, by, into_id):
    TICKET_WORKFLOW.check("unmerge", ticket, by=by)
    if ticket.merged_into_id != into_id:  # taken apart and merged elsewhere a moment ago
        raise stale()
    into = Ticket.objects.select_related("category").get(pk=into_id)
    merge = Relation.objects.get(ticket=ticket, kind=RelationKind.MERGED)
    returned = return_units(ticket, into, merge.kept)
    event = TICKET_WORKFLOW.take(
        "unmerge", ticket, by=by, data={"number": into.number, "units": returned},
        merged_into=None, resolved_at=None, closed_at=None,
    )  # fmt: skip  # one line less
    merge.delete()
    ticket.status = merge.kept["status"]
    let_go_on(ticket, merge.kept)
    resume_run(ticket, merge.kept["run"])
    into.followers = [pk for pk in into.followers if pk not in merge.kept["followers"]]
    if into.is_open and merge.kept["into_status"] == Status.NEW and into.assignee_id is None:
        into.status = Status.NEW  # it was answered only by what was said here
    give_deadline_back(into, merge.kept)
    change_other("give_back", into, ticket, by=by, units=returned)
    return event


def return_units(ticket, into, kept):
    """The units come back from where the merge put them; refused when they are spoken for there."""
    moved = units_moved(ticket, kept)
    if moved:
        if sentence := goods_agreed(into) or desk_holds(into):
            raise NotPossible(f"{into.number}: {sentence}")
        take_claims_back(ticket, into, moved, kept.get("serials", {}))
    if kept["units"] == MergedUnits.RELEASE:
        reclaim_lines(ticket)
    return sum(moved.values())


def units_moved(ticket, kept):
    """{line's id: units}; a merge that did not keep it yet moved all or nothing."""
    if "moved" in kept:
        return kept["moved"]
    if kept["units"] == MergedUnits.RELEASE:
        return {}
    return {str(line.pk): line.quantity for line in ticket.lines.all()}


def take_deadline(ticket, into):
    """The other owes the platform the earlier of the two; returns what un-merging has to know, if it changed.

    One that has passed was missed here, and told: it is nobody's any more.
    """
    came, stood = ticket.deadline_at, into.deadline_at
    if came is None or came <= now() or (stood and stood <= came):
        return {}
    into.deadline_at = came
    return {"deadline": came.isoformat(), "into_deadline": stood and stood.isoformat()}


def give_deadline_back(into, kept):
    """As it was before the merge, unless somebody said another since."""
    if "deadline" in kept and into.is_open and into.deadline_at == parse_datetime(kept["deadline"]):
        into.deadline_at = kept["into_deadline"] and parse_datetime(kept["into_deadline"])


def resume_run(ticket, run_id):
    """The run goes on where it was left; a wait that would have been looked at meanwhile is looked at again."""
    ticket.__dict__.pop("_run", None)
    Run.objects.filter(pk=run_id).update(state=RunState.RUNNING, ended_at=None)
    waits = StepTimer.objects.filter(run=run_id, passed_at=None, next_try_at=None)
    waits.filter(reminded_at=None).update(next_try_at=Greatest(F("limit_at") - REMINDER, now()))
    waits.exclude(reminded_at=None).update(next_try_at=F("limit_at"))


# -- the other of the two -----------------------------------------------------------------


def change_other(verb, into, source, *, by, units):
    """What is said and claimed there is another; then all that follows from it.

    Those who follow both are told by the source's own event.
    """
    data = {"number": source.number, "units": units}
    event = TICKET_WORKFLOW.take(
        verb, into, by=by, data=data, value_minor=value_of(into), deadline_at=into.deadline_at
    )
    hear_again(into)
    into.save(update_fields=HEARD)
    progress(into, verb=verb, by=by, cause=event)
    tell_followers(into, event, by=by, told=source.followers)


HEARD = ["first_responded_at", "last_reply_at", "last_customer_message_at", "asked_at", "followers"]


def hear_again(ticket):
    """Who said what last, of all that is told here: words that nobody answered are owed an answer."""
    theirs = public_words(ticket).filter(author_kind="customer").aggregate(last=Max("created_at"))["last"]
    before = said_before(ticket)["last_customer_message_at"]
    ticket.last_customer_message_at = max(filter(None, [theirs, *before]), default=None)
    recall_replies(ticket)
