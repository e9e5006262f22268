"""How what happened is told to a person: the sentence, what stands in it and who did it, in the reader's language.

Apps above fill the registries at start-up, beside the kinds of events that they declare.
"""

from django.utils.translation import override

from aftersales.events import log
from aftersales.events.actors import CUSTOMER, STAFF, SYSTEM
from aftersales.languages import side_of

LANGUAGES = {"en": "en", "zh": "zh-hans"}
OTHER = {"en": "zh", "zh": "en"}
AUTOMATA = {}  # the name of an actor that is nobody -> {"en", "zh"}
SAYINGS = {}  # a key of an event's data -> how its code is said in the active language
PEOPLE = []  # one function: ids of people -> {id: {"name_en", "name_zh"}}


def automaton(name, *, en, zh):
    """Declare how an automatic actor is called by people."""
    AUTOMATA[name] = {"en": en, "zh": zh}


def said(key):
    """Register how a code under this key of events' data is said."""

    def register(say):
        SAYINGS[key] = say
        return say

    return register


def names_people(find):
    """Register what people are called: an event keeps a name as it was read by whoever did it."""
    PEOPLE[:] = [find]
    return find


# -- what is kept -----------------------------------------------------------------------------


def in_both(key, text):
    """{key_en, key_zh} of a translatable text: what is kept is read in either language, years later."""
    kept = {}
    for one, language in LANGUAGES.items():
        with override(language):
            kept[f"{key}_{one}"] = str(text)
    return kept


def names_of(thing, key="name"):
    """{key_en, key_zh} of a person, a team or whatever else has a name in two languages."""
    return {
        f"{key}_en": thing.name_en or thing.name_zh,
        f"{key}_zh": thing.name_zh or thing.name_en,
    }


def doer(by, key="name"):
    """{key_en, key_zh} of whoever acts."""
    if by.user is not None:
        return names_of(by.user, key)
    return {f"{key}_{one}": name_of(by.kind, by.name, one) for one in LANGUAGES}


# -- what is told -----------------------------------------------------------------------------


def sentence(event, language=None):
    """The event told to a person, in zh or en; a key that the data lacks is left out, never an error."""
    kind = log.KINDS.get(event.kind)
    if kind is None:
        return event.kind
    one = side_of(language)
    if language is None:
        return getattr(kind, one).format_map(Words(event.data, one))
    with override(LANGUAGES[one]):
        return getattr(kind, one).format_map(Words(event.data, one))


class Words(dict):
    """The values of an event as they stand in its sentence: of {x_en, x_zh} the reader's, of a code its words."""

    def __init__(self, data, one):
        super().__init__()
        self.data, self.one = data, one

    def __missing__(self, key):
        value = self.data.get(f"{key}_{self.one}") or self.data.get(f"{key}_{OTHER[self.one]}")
        if value is None and (value := self.data.get(key)) is not None and key in SAYINGS:
            value = SAYINGS[key](value)
        return "" if value is None or isinstance(value, dict) else value


def name_of(kind, name, one=None):
    """What an actor that is not of the staff is called; so are the customer's who gave no name."""
    one = one or side_of()
    if kind == SYSTEM:
        return AUTOMATA.get(name, {}).get(one, name)
    return name or ({"en": "The customer", "zh": "客户"}[one] if kind == CUSTOMER else name)


def doers(events):
    """{event id: who did it}: people by the name they have now, in one query for all."""
    events, one = list(events), side_of()
    people = {event.actor_id for event in events if event.actor_kind == STAFF and event.actor_id}
    known = PEOPLE[0](people) if people and PEOPLE else {}
    return {
        event.pk: known[event.actor_id][f"name_{one}"]
        if event.actor_kind == STAFF and event.actor_id in known
        else name_of(event.actor_kind, event.actor_name, one)
        for event in events
    }


def tell(events):
    """[{event, sentence, who}] for a page."""
    events = list(events)
    who = doers(events)
    return [{"event": event, "sentence": sentence(event), "who": who[event.pk]} for event in events]
