"""Which verbs may be done to many requests at once, and for each what takes it back: a closed list."""

from django.utils.translation import gettext as _

from tickets import end_forms, forms, relation_forms
from tickets.actions import assignment, marking
from tickets.queries.macros import macro_of, prepared
from tickets.registry import InBulk


def whose(ticket):
    return ticket.assignee.username if ticket.assignee_id else ""


def team_of(ticket):
    return ticket.team.code if ticket.team_id else ""


def held_by_people(ticket):
    return [hold for hold in ticket.holds.all() if hold.released_at is None and hold.is_manual]


# -- assign and hand over ----------------------------------------------------------------


def assigned_before(ticket, data):
    return {"to": whose(ticket)}


def still_assigned(ticket, data):
    return whose(ticket) == data.get("to", "")


def handed_over_before(ticket, data):
    """Back to whom it came from; from nobody and no team there is no way back."""
    back = {"team": team_of(ticket), "to": whose(ticket), "reason": _("Taken back")}
    return back if back["team"] or back["to"] else None


def still_handed_over(ticket, data):
    return still_assigned(ticket, data) and data.get("team") in (None, "", team_of(ticket))


# -- holds ---------------------------------------------------------------------------------


def held_by_this_alone(ticket, data):
    """Taking off a hold ends all that people placed: others' are not ours to end."""
    return [hold.reason for hold in held_by_people(ticket)] == [data["reason"].strip()]


def hold_before(ticket, data):
    """One hold is put back as it was; of several, which were placed apart, none is."""
    held = held_by_people(ticket)
    return {"reason": held[0].reason, "waiting_on": held[0].waiting_on} if len(held) == 1 else None


def on_no_hold(ticket, data):
    return not held_by_people(ticket)


# -- replies -------------------------------------------------------------------------------


def in_its_own_words(ticket, actor, data):
    """The canned reply as this customer reads it."""
    return {"body": prepared(macro_of(data["macro"], ticket), ticket, actor).text}


# -- the list ------------------------------------------------------------------------------

IN_BULK = {
    "assign": InBulk("assign", kept=assigned_before, stands=still_assigned),
    "reassign": InBulk(
        "reassign", kept=handed_over_before, stands=still_handed_over, refused=assignment.nobody_named
    ),
    "tag": InBulk("untag", kept=lambda ticket, data: data, refused=marking.no_tag_fits),
    "untag": InBulk(
        "tag",
        kept=lambda ticket, data: data,
        refused=marking.no_tag_there,
        form=relation_forms.TagForm,
    ),
    "hold": InBulk("release", stands=held_by_this_alone),
    "release": InBulk("hold", kept=hold_before, stands=on_no_hold),
    "follow": InBulk("unfollow"),
    "unfollow": InBulk("follow"),
    "reply": InBulk(form=forms.MacroForm, fill=in_its_own_words),
    "escalate": InBulk(),
    "note": InBulk(),
    "resolve": InBulk(form=end_forms.SummaryForm),
    "close": InBulk(),
    "reject": InBulk(),
    "cancel": InBulk(),
}
