"""What people type into the search: a result or a sentence, whatever it is."""

import pytest

from aftersales import due
from aftersales.errors import BadRequest, Invalid
from aftersales.events.actors import Actor
from tests.factories import SYSTEM
from tests.shared_data import shared_json
from tickets.actions.conversation import hear_customer
from tickets.models import SearchText, Ticket
from tickets.queries.search import search

pytestmark = pytest.mark.django_db


def found(actor, typed, **options):
    """Numbers of the requests found, newest first."""
    page = search(Ticket.objects.visible_to(actor), actor, typed, **options)
    return [Ticket.objects.get(pk=hit.ticket_id).number for hit in page.hits]


def marked(actor, typed):
    """[(where, what is marked)] of the only request found."""
    [hit] = search(Ticket.objects.visible_to(actor), actor, typed).hits
    return [(place.where, [text for text, is_it in place.parts if is_it]) for place in hit.places]


# -- what people type ---------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "x", "裂", "😀😀", "&&", "()", "'; --"])
def test_too_little_is_a_sentence(db, amy, typed):
    with pytest.raises(Invalid, match="at least two"):
        found(Actor.staff(amy), typed)


def test_too_much_is_a_sentence(db, amy):
    with pytest.raises(Invalid, match="at most 200"):
        found(Actor.staff(amy), "裂" * 10_000)


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, "１２", "1.5"])
def test_a_cursor_of_somebody_else_is_refused(db, amy, cursor):
    with pytest.raises(BadRequest):
        found(Actor.staff(amy), "裂纹", cursor=cursor)


@pytest.mark.parametrize(
    "typed",
    ["ab & cd", "ab | !cd", "ab:*", "'ab'", "ab\\", "a''b cd", "<-> ab", "%ab_", "ab\x00cd", "ab\ud800"],
)
def test_operators_are_only_text(ticket, drain, amy, typed):
    drain()

    assert found(Actor.staff(amy), typed) == []


def test_naughty_strings_find_themselves_or_get_a_sentence(another, amy):
    strings = [text for text in shared_json("nasty/blns/blns.json") if 0 < len(text.strip()) <= 200]
    actor, lost = Actor.staff(amy), []
    for start in range(0, len(strings), 40):
        some = [text.replace("\x00", "") for text in strings[start : start + 40]]
        another("naughty", "\n".join(some))
        for text in some:
            try:
                hits = found(actor, text, limit=1)
            except Invalid:
                continue
            if not hits:
                lost.append(text)

    assert lost == []


def test_a_very_long_conversation_is_indexed_within_bounds(another, amy, ticket):
    for n in range(8):
        text = "".join(chr(0x4E00 + (n * 19_000 + at * 7) % 20_000) for at in range(19_000))
        hear_customer(ticket, by=SYSTEM, body=text)
    due.drain_all()

    assert SearchText.objects.filter(pk=ticket.pk).exists()
    assert found(Actor.staff(amy), text[:6]) == [ticket.number]
