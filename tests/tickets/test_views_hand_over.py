"""The note for the next person: on top of the request until they have read it."""

import pytest

from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tickets.actions.assignment import assign_ticket, read_hand_over
from tickets.models import HandOver, Ticket

pytestmark = pytest.mark.django_db
NOTE = "The customer wants to be called after six. <b>Important</b>"


@pytest.fixture
def handed(ticket, amy, leo):
    return assign_ticket(ticket, by=Actor.staff(amy), to=leo, note=NOTE)


def page(client, ticket):
    return client.get(f"/tickets/{ticket.number}").text


def test_handing_over_from_the_page_leaves_the_note(ticket, page_as, amy, leo):
    page_as(amy).post(f"/tickets/{ticket.number}/assign", {"to": "leo", "note": NOTE})

    note = HandOver.objects.get()
    assert (Ticket.objects.get(pk=ticket.pk).assignee, note.author, note.note) == (leo, amy, NOTE)


def test_the_assignee_reads_it_and_it_is_gone(handed, page_as, leo):
    client = page_as(leo)
    before = page(client, handed)
    assert "Amy hands this over:" in before
    assert "&lt;b&gt;Important&lt;/b&gt;" in before
    assert "I have read it" in before

    answer = client.post(f"/tickets/{handed.number}/read_hand_over")

    assert answer.status_code == 302
    assert "hands this over" not in page(client, handed)
    assert Event.objects.filter(stream=handed.stream, kind="ticket.read_hand_over").count() == 1


def test_the_reason_of_a_hand_over_to_a_team_waits_for_whoever_takes_it(ticket, page_as, stage, amy, leo):
    typed = {"team": stage.team.code, "to": "", "reason": NOTE}
    page_as(amy).post(f"/tickets/{ticket.number}/reassign", typed)
    assert HandOver.objects.get().note == NOTE

    client = page_as(leo)
    client.post(f"/tickets/{ticket.number}/take")
    assert "I have read it" in page(client, ticket)


def test_htmx_gets_the_part(handed, page_as, leo):
    headers = {"hx-request": "true", "hx-target": "hand-over"}
    answer = page_as(leo).post(f"/tickets/{handed.number}/read_hand_over", headers=headers)

    assert answer.text.lstrip().startswith('<section id="hand-over" hx-get')


def test_others_see_that_it_waits_and_cannot_take_it_away(handed, page_as, amy, stage):
    text = page(page_as(amy), handed)
    assert ("hands this over" in text, "I have read it" in text) == (True, False)
    for name in ("amy", "mona", "audrey"):
        with pytest.raises(NotAllowed):
            read_hand_over(handed, by=Actor.staff(getattr(stage, name)))


def test_the_dock_reads_a_note_that_is_for_it_and_no_other(handed, ticket, page_as, amy, wen):
    assert "hands this over" not in page(page_as(wen), handed)

    assign_ticket(ticket, by=Actor.staff(amy), to=wen, note="Look into the box")

    assert "Look into the box" in page(page_as(wen), handed)


def test_a_newer_note_takes_the_place_of_an_unread_one(handed, amy, wen):
    assign_ticket(handed, by=Actor.staff(amy), to=wen, note="Second")

    assert [note.note for note in HandOver.objects.filter(read_at=None)] == ["Second"]


def test_without_a_note_nothing_is_left_and_nothing_can_be_read(ticket, amy, leo):
    after = assign_ticket(ticket, by=Actor.staff(amy), to=leo, note="  ")

    assert not HandOver.objects.exists()
    with pytest.raises(NotPossible, match="No note of a hand-over"):
        read_hand_over(after, by=Actor.staff(leo))


def test_the_note_stays_in_the_history(handed, page_as, leo):
    read_hand_over(handed, by=Actor.staff(leo))

    assert "called after six" in page(page_as(leo), handed)


def test_a_persons_key_does_the_same(ticket, api_as, amy, leo):
    api_as(amy).post(f"/tickets/{ticket.number}/actions/assign", {"to": "leo", "note": "x"})

    answer = api_as(leo).post(f"/tickets/{ticket.number}/actions/read_hand_over")

    assert answer.status_code == 200
    assert not HandOver.objects.filter(read_at=None).exists()
