"""Whether a request holds what was looked for, in text this actor may read, and the place to show."""

from dataclasses import dataclass

from staff import masking
from tickets.queries.search_tokens import SHORTEST_PHONE, SHOWN_DIGITS, national
from tickets.words import digits_of, fold, place_of, squeeze

AROUND = 60  # characters shown on each side
MOST_SHOWN = 2  # places of one request


@dataclass(frozen=True)
class Place:
    """Where a term was found, and the text around it in parts: (text, is it what was looked for)."""

    where: str
    parts: tuple


@dataclass(frozen=True)
class Hit:
    ticket_id: int
    places: tuple


def hit_in(ticket_id, request, terms, actor):
    """The request as found, or None when one of the terms is not there for these eyes."""
    texts = readable(request, actor)
    places = {}
    for term in terms:
        found = in_texts(term, texts) or in_codes(term, request.codes) or in_contacts(term, request, actor)
        if found is None:
            return None
        places.setdefault(found, []).append(term)
    shown = [Place(where, parts_of(text, found)) for (where, text), found in places.items()]
    return Hit(ticket_id, tuple(shown[:MOST_SHOWN]))


def readable(request, actor):
    """(where, text, folded) of what this actor reads: what was said is shown before what merely is."""
    texts = list(request.facts)
    if masking.sees_conversation(actor):
        texts = request.said + (request.notes if actor.kind == "staff" else []) + texts
    return [(where, text, fold(text)) for where, text in texts]


def in_texts(term, texts):
    return next(((where, text) for where, text, folded in texts if term.text in folded), None)


def in_codes(term, codes):
    plain = squeeze(term.text)
    for where, code in codes:
        if term.text in fold(code) or (plain and plain in squeeze(code)):
            return where, code
    return None


def in_contacts(term, request, actor):
    """A telephone number or address, shown as far as this role may read it."""
    if masking.sees_no_contacts(actor):
        return None
    for phone in request.phones:
        if term.digits and rings(national(term.digits), national(digits_of(phone)), actor):
            return "phone", masking.phone_for(actor, phone)
    for email in request.emails:
        if term.text == fold(email):
            return "email", masking.email_for(actor, email)
    return None


def rings(digits, phone, actor):
    """Whether this is the number, or as much of its end as this role sees."""
    if digits == phone:
        return True
    if len(phone) < SHORTEST_PHONE or not phone.endswith(digits):
        return False
    return masking.sees_contacts(actor) or len(digits) == SHOWN_DIGITS


def parts_of(text, terms):
    """The text around the first of the terms, with each of them apart."""
    places = sorted(filter(None, (place_of(term.text, text) for term in terms)))
    if not places:
        return ((text[: AROUND * 2], False),)
    first = max(0, places[0][0] - AROUND)
    parts, at = [("…" if first else "", False)], first
    last = min(len(text), places[0][1] + AROUND)
    for start, end in places:
        if at <= start and end <= last:
            parts += [(text[at:start], False), (text[start:end], True)]
            at = end
    parts += [(text[at:last], False), ("…" if last < len(text) else "", False)]
    return tuple((" ".join(part.split("\n")), marked) for part, marked in parts if part)
