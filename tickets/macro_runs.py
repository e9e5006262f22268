"""A reply that does several things at once: its words and its verbs, through the same doors, all or nothing."""

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import InvalidFields, Refused
from aftersales.events.log import record_event
from aftersales.languages import side_of
from tickets.actions.followers import tell_followers
from tickets.models import Ticket
from tickets.registry import verb_named
from tickets.verbs import perform


@transaction.atomic
def run_macro(ticket, macro, *, by, say=None):
    """Say `say` (verb, data), then run the macro's verbs in their order; one refusal and nothing is done.

    Every event has the macro's as its cause, so that history and those who follow are told of one deed.
    """
    fresh = Ticket.objects.lock(ticket.pk)
    told_as = {f"title_{side}": words for side, words in macro.title.items()}
    event = record_event(fresh, "ticket.run_macro", by=by, data={"macro": macro.code, **told_as})
    for position, (name, data) in enumerate([*([say] if say else []), *steps_of(macro)]):
        ticket.cause = event
        try:
            seen = getattr(ticket, "seen_seq", None)
            ticket.seen_seq = seen if position == 0 else None
            ticket = perform(ticket, name, data, by=by)
        except InvalidFields as refused:
            if say and position == 0:
                raise
            raise refused_at(name, refused, str(refused.errors[0]["detail"])) from refused
        except Refused as refused:
            if say and position == 0:
                raise
            raise refused_at(name, refused, str(refused)) from refused
    ticket.cause = None
    tell_followers(ticket, event, by=by)
    return ticket


def refused_at(name, refused, why):
    """The refusal of one verb, told as the macro's; it keeps its kind, so that it is answered alike."""
    label = verb_named(name).label if verb_named(name) else name
    sentence = _("“%(verb)s”: %(why)s Nothing of this was done.") % {"verb": label, "why": why}
    if isinstance(refused, InvalidFields):
        return InvalidFields([{"pointer": "/then", "detail": sentence, "code": refused.code}])
    return type(refused)(sentence, code=refused.code)


def steps_of(macro):
    return [(step["verb"], dict(step["with"])) for step in macro.does]


def told(macro):
    """What it does besides its words, each as a person reads it."""
    return [sentence_of(step) for step in macro.does] if macro else []


def sentence_of(step):
    verb = verb_named(step["verb"])
    label = str(verb.label) if verb else step["verb"]
    values = ", ".join(str(value) for value in step["with"].values() if value not in ("", None))
    colon = "：" if side_of() == "zh" else ": "
    return f"{label}{colon}{values}" if values else label
