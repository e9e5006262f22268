"""What can be done to a ticket: for each verb, the form it asks for and the action it runs.

Pages and the API both come through `perform`, so neither can know a rule the other does not.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.errors import BadRequest, InvalidFields, NotPossible
from tickets import end_forms, forms, relation_forms
from tickets.actions import (
    assignment,
    conversation,
    deadlines,
    holds,
    linking,
    marking,
    merging,
    moves,
    procedure,
    splitting,
)
from tickets.deadline_form import DeadlineForm
from tickets.in_bulk import IN_BULK
from tickets.registry import VERBS, Verb, register_verb, verb_named
from tickets.workflow import TICKET_WORKFLOW


def from_table(name):
    """The refusal of the ticket's own table."""
    transition = TICKET_WORKFLOW.transitions[name]
    return lambda ticket, actor: TICKET_WORKFLOW.refusal(transition, ticket, actor)


def and_then(name, ask):
    """The table's refusal, then one that depends on who asks."""
    table = from_table(name)
    return lambda ticket, actor: table(ticket, actor) or ask(ticket, actor)


def verb(name, action, form, label, **options):
    check = options.pop("check", None) or from_table(name)
    register_verb(Verb(name, action, form, label, check, bulk=IN_BULK.get(name), **options))


# fmt: off - one line, one verb
verb("take", assignment.take_ticket, forms.EmptyForm, gettext_lazy("Take"), icon="user")
verb("assign", assignment.assign_ticket, forms.AssignForm, gettext_lazy("Assign"), icon="users")
verb(
    "read_hand_over",
    assignment.read_hand_over,
    forms.EmptyForm,
    gettext_lazy("I have read it"),
    is_offered=False,
)
verb("reply", conversation.reply_to_customer, forms.SayForm, gettext_lazy("Reply"), is_offered=False)
verb("note", conversation.add_note, forms.SayForm, gettext_lazy("Internal note"), is_offered=False)
verb("ask", conversation.ask_customer, forms.SayForm, gettext_lazy("Ask the customer"), is_offered=False)
verb(
    "answer",
    conversation.hear_customer,
    forms.BodyForm,
    gettext_lazy("Take down what the customer said"),
    icon="message",
)
verb(
    "hold",
    holds.hold_ticket,
    forms.HoldForm,
    gettext_lazy("Put on hold"),
    icon="clock",
    aliases=("hold.place",),
)
verb("release", holds.release_ticket, forms.EmptyForm, gettext_lazy("Take off hold"), icon="clock")
verb(
    "escalate",
    assignment.escalate_ticket,
    forms.ReasonForm,
    gettext_lazy("Escalate"),
    icon="alert-triangle",
    aliases=("ticket.escalate",),
)
verb(
    "reassign",
    assignment.reassign_ticket,
    relation_forms.ReassignForm,
    gettext_lazy("Hand over to a team or person"),
    icon="users-group",
)
verb(
    "set_deadline",
    deadlines.set_deadline,
    DeadlineForm,
    gettext_lazy("Set the platform's deadline"),
    is_offered=False,
)
verb(
    "recategorise",
    procedure.recategorise_ticket,
    forms.RecategoriseForm,
    gettext_lazy("Change category"),
    icon="route",
    aliases=("ticket.recategorise",),
)
verb(
    "complete_step",
    procedure.complete_step,
    forms.CompleteStepForm,
    gettext_lazy("Do the next step"),
    is_offered=False,
)
verb("skip_step", procedure.skip_step, forms.SkipStepForm, gettext_lazy("Leave a step out"), is_offered=False)
verb(
    "reject",
    moves.reject_ticket,
    forms.ReasonForm,
    gettext_lazy("Turn down"),
    icon="x",
    aliases=("ticket.reject", "return.decline"),
)
verb("cancel", moves.cancel_ticket, forms.OptionalReasonForm, gettext_lazy("Cancel"), icon="x")
verb("expire", moves.expire_ticket, forms.EmptyForm, gettext_lazy("Let it expire"), is_offered=False)
verb(
    "resolve",
    moves.resolve_ticket,
    end_forms.ResolveForm,
    gettext_lazy("Mark resolved"),
    icon="check",
    aliases=("ticket.resolve",),
)
verb("reopen", moves.reopen_ticket, forms.ReasonForm, gettext_lazy("Open again"), icon="history")
verb("close", moves.close_ticket, forms.EmptyForm, gettext_lazy("Close"), icon="check")
verb(
    "merge",
    merging.merge_ticket,
    relation_forms.MergeForm,
    gettext_lazy("Merge into another request"),
    icon="git-merge",
    aliases=("ticket.merge",),
)
verb(
    "unmerge",
    merging.unmerge_ticket,
    forms.EmptyForm,
    gettext_lazy("Take the merge apart"),
    icon="git-branch",
)
verb(
    "split",
    splitting.split_ticket,
    relation_forms.SplitForm,
    gettext_lazy("Split off a part"),
    icon="scissors",
)
verb(
    "link", linking.link_ticket, relation_forms.LinkForm, gettext_lazy("Link to another request"), icon="link"
)
verb("unlink", linking.unlink_ticket, relation_forms.UnlinkForm, gettext_lazy("Unlink"), is_offered=False)
verb("tag", marking.tag_ticket, relation_forms.TagForm, gettext_lazy("Tag"), icon="tag")
verb(
    "untag", marking.untag_ticket, relation_forms.UntagForm, gettext_lazy("Take a tag off"), is_offered=False
)
verb(
    "follow",
    marking.follow_ticket,
    forms.EmptyForm,
    gettext_lazy("Follow"),
    check=and_then("follow", marking.follows_already),
    icon="eye",
)
verb(
    "unfollow",
    marking.unfollow_ticket,
    forms.EmptyForm,
    gettext_lazy("Follow no more"),
    check=and_then("unfollow", marking.follows_not),
    icon="eye-off",
)
# fmt: on


def available_verbs(ticket, actor):
    """The verbs this actor could use now, in the order they were registered."""
    return [verb for verb in VERBS.values() if verb.check(ticket, actor) is None]


def perform(ticket, name, data, *, by, files=None):
    """Check the form and run the action; returns the fresh ticket, or raises the refusal.

    A refusal of the workflow comes before the form's: who may not do a thing is not asked for its fields.
    """
    verb = verb_named(name)
    if verb is None:
        raise NotPossible(_("There is no action “%(name)s”.") % {"name": name}, code="unknown_verb")
    refusal = verb.check(ticket, by)
    if refusal is not None:
        raise refusal
    return verb.action(ticket, by=by, **cleaned(verb.form, ticket, data, by=by, files=files))


def cleaned(kind, ticket, data, *, by, files=None):
    """What a form makes of the data; raises the refusal of a field that is wrong or not known."""
    form = kind(data, files, ticket=ticket, actor=by)
    try:
        forms.refuse_unknown(form, data)
    except forms.Invalid as error:
        row = {"pointer": f"/{error.field}", "detail": str(error), "code": error.code}
        raise BadRequest(str(error), code="unknown_field", errors=[row]) from error
    if not form.is_valid():
        raise InvalidFields(forms.invalid_fields(form))
    return form.cleaned_data


def schema_of(verb, ticket, actor):
    """The verb's fields as JSON Schema, from the same form that checks them."""
    form = verb.form(ticket=ticket, actor=actor)
    properties = {name: field_schema(field) for name, field in form.fields.items()}
    required = [name for name, field in form.fields.items() if has_to_come(field)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def has_to_come(field):
    """Of a time it is the key that has to: null says that there is none."""
    return field.required or getattr(field, "is_key_required", False)


def field_schema(field):
    """One form field as JSON Schema."""
    kinds = {
        "IntegerField": {"type": "integer"},
        "BooleanField": {"type": "boolean"},
        "DateField": {"type": "string", "format": "date"},
        "Instant": {"type": ["string", "null"], "format": "date-time"},
        "JSONField": {"type": "object"},
        "UUIDField": {"type": "string", "format": "uuid"},
        "FilesField": {"type": "array", "items": {"type": "string", "format": "uuid"}},
    }
    if isinstance(field, forms.LinesField):
        extra = {name: {"type": "string"} for name in field.extra}
        item = {"line": {"type": "string"}, "quantity": {"type": "integer", "minimum": 0}, **extra}
        return {
            "type": "array",
            "items": {"type": "object", "properties": item, "required": ["line", "quantity"]},
        }
    schema = dict(kinds.get(type(field).__name__, {"type": "string"}))
    if getattr(field, "choices", None):
        schema["enum"] = [str(value) for value, _label in field.choices]
    if getattr(field, "max_length", None):
        schema["maxLength"] = field.max_length
    if field.label:
        schema["title"] = str(field.label)
    return schema
