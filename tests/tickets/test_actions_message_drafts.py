"""Drafts: kept while one types, refused when older, gone when sent, back when undone."""

import uuid

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.tickets.uploads import paper
from tickets.actions.attachments import attach_file
from tickets.actions.conversation import add_note, ask_customer, reply_to_customer, withdraw_message
from tickets.actions.message_drafts import discard_draft, drop_file, save_draft, turn_draft
from tickets.models import Attachment, Draft, Message, Ticket

pytestmark = pytest.mark.django_db
SHEET = uuid.uuid4()


@pytest.fixture
def me(amy):
    return Actor.staff(amy)


@pytest.fixture
def save(ticket, me):
    """`save("words", version=1)`: amy's reply."""

    def save(body, *, kind="reply", by=me, composing=SHEET, **more):
        return save_draft(ticket, by=by, kind=kind, body=body, composing=composing, **more)

    return save


def bodies(ticket):
    return list(Draft.objects.filter(ticket=ticket).order_by("id").values_list("kind", "body"))


# -- saving --------------------------------------------------------------------------------


def test_each_save_is_a_version_and_no_event(ticket, save):
    events = Event.objects.count()

    first = save("您好")
    second = save("您好，", version=first.version)

    assert (first.version, second.version) == (1, 2)
    assert bodies(ticket) == [("reply", "您好，")]
    assert Event.objects.count() == events


def test_one_to_the_customer_and_one_to_colleagues(ticket, save):
    save("to you")
    save("among us", kind="note", composing=uuid.uuid4())

    assert bodies(ticket) == [("reply", "to you"), ("note", "among us")]


def test_two_people_do_not_share_a_draft(ticket, save, leo):
    save("amy's")
    save("leo's", by=Actor.staff(leo), composing=uuid.uuid4())

    assert bodies(ticket) == [("reply", "amy's"), ("reply", "leo's")]


def test_an_older_window_is_refused_and_may_insist(ticket, save):
    save("first")
    stands = save("second", version=1)

    with pytest.raises(Stale, match="Another window of yours") as refused:
        save("from the older window", version=1)

    assert refused.value.extra["draft"] == stands
    assert bodies(ticket) == [("reply", "second")]
    assert save("from the older window", version=1, over=stands.version).version == 3


def test_the_same_words_again_are_no_conflict(save):
    save("same")

    assert save("same", version=0).version == 1


def test_an_emptied_box_keeps_nothing(ticket, save):
    save("words")

    assert save(" ", version=1) is None
    assert bodies(ticket) == []
    assert save("") is None


def test_words_too_many_to_send_are_kept_and_too_many_to_keep_are_refused(save):
    assert save("x" * 20_001).body == "x" * 20_001
    with pytest.raises(Invalid, match="100000 characters"):
        save("x" * 100_001, version=1)


@pytest.mark.parametrize(
    ("name", "kind", "may"),
    [("wen", "note", True), ("wen", "reply", False), ("audrey", "note", False), ("quinn", "reply", False)],
)
def test_who_may_say_it_may_draft_it(stage, save, name, kind, may):
    actor = Actor.staff(getattr(stage, name))
    if may:
        assert save("x", kind=kind, by=actor)
    else:
        with pytest.raises(NotAllowed):
            save("x", kind=kind, by=actor)


def test_turning_takes_the_words_along_unless_others_wait_there(ticket, me, save):
    save("for the other side")
    turn_draft(ticket, by=me, kind="reply", to="note")
    assert bodies(ticket) == [("note", "for the other side")]

    save("a reply", composing=uuid.uuid4())
    turn_draft(ticket, by=me, kind="reply", to="note")
    assert bodies(ticket) == [("note", "for the other side"), ("reply", "a reply")]


# -- sending and undoing ------------------------------------------------------------------------


def test_what_is_sent_is_no_draft_any_more(ticket, me, save):
    save("Hello")

    reply_to_customer(ticket, by=me, body="Hello!", composing=SHEET)

    assert bodies(ticket) == []
    assert save("Hello", version=1) is None  # a save that was on its way
    assert bodies(ticket) == []


def test_a_draft_of_another_sheet_stays_when_one_sends(ticket, me, save):
    save("something else")

    reply_to_customer(ticket, by=me, body="Hello!", composing=uuid.uuid4())

    assert bodies(ticket) == [("reply", "something else")]


def test_a_refused_message_leaves_the_draft(ticket, me, save):
    save("x" * 20_001)

    with pytest.raises(Invalid, match="this one has 20001"):
        reply_to_customer(ticket, by=me, body="x" * 20_001, composing=SHEET)

    assert len(bodies(ticket)) == 1


def test_the_same_sent_twice_is_said_once(ticket, me):
    reply_to_customer(ticket, by=me, body="Hello", composing=SHEET)

    with pytest.raises(NotPossible) as twice:
        reply_to_customer(ticket, by=me, body="Hello ", composing=SHEET)
    with pytest.raises(NotPossible) as other:
        reply_to_customer(ticket, by=me, body="Other", composing=SHEET)

    assert (twice.value.code, other.value.code) == ("said_already", "sheet_used")
    assert Message.objects.filter(author_kind="staff").count() == 1


def test_anothers_sheet_with_the_same_words_is_not_said_already(ticket, me, leo):
    reply_to_customer(ticket, by=me, body="Hello", composing=SHEET)

    with pytest.raises(NotPossible) as refused:
        reply_to_customer(ticket, by=Actor.staff(leo), body="Hello", composing=SHEET)

    assert refused.value.code == "sheet_used"


def test_an_undone_message_is_a_draft_with_its_files(ticket, me, save):
    draft = save("With a paper")
    attach_file(ticket, paper(), by=me, draft=draft)
    reply_to_customer(ticket, by=me, body="With a paper", composing=SHEET)
    message = Message.objects.get(composing=SHEET)
    assert [file.message for file in Attachment.objects.all()] == [message]

    withdraw_message(message, by=me)

    back = Draft.objects.get()
    assert (back.kind, back.body, back.attachments.count()) == ("reply", "With a paper", 1)
    assert not Attachment.objects.kept().exists()


def test_words_typed_since_stand_below_those_taken_back(ticket, me, save):
    reply_to_customer(ticket, by=me, body="Taken back", composing=SHEET)
    save("Typed since", composing=uuid.uuid4())

    withdraw_message(Message.objects.get(composing=SHEET), by=me)

    assert bodies(ticket) == [("reply", "Taken back\n\nTyped since")]


def test_an_undone_question_is_waited_for_no_more(ticket, me):
    asked = ask_customer(ticket, by=me, body="Which?")
    assert asked.waiting_on == "customer"

    withdraw_message(Message.objects.get(body="Which?"), by=me)

    after = Ticket.objects.get(pk=ticket.pk)
    assert (after.waiting_on, after.asked_at) == ("us", None)
    assert bodies(ticket) == [("ask", "Which?")]


def test_an_undone_note_takes_its_notices_back(ticket, me, leo):
    add_note(ticket, by=me, body="@leo look")
    withdraw_message(Message.objects.get(body="@leo look"), by=me)

    assert not leo.notifications.exists()
    assert bodies(ticket) == [("note", "@leo look")]


# -- files of a draft ------------------------------------------------------------------------------


def test_files_of_a_draft_are_nobody_elses_and_told_of_when_sent(ticket, me, save):
    attach_file(ticket, paper(), by=me, draft=save("x"))
    assert not ticket.attachments.kept().exists()
    assert not Event.objects.filter(stream=ticket.stream, kind="ticket.attach").exists()

    reply_to_customer(ticket, by=me, body="x", composing=SHEET)

    told = Event.objects.get(stream=ticket.stream, kind="ticket.attach")
    assert Event.objects.get(pk=told.cause_id).kind == "ticket.reply"
    assert ticket.attachments.kept().public().count() == 1


def test_a_thrown_away_draft_takes_its_files_along(
    ticket, me, save, files_here, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        attach_file(ticket, paper(), by=me, draft=save("x"))
    assert len(files_here()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        discard_draft(ticket, by=me, kind="reply")

    assert (Draft.objects.count(), Attachment.objects.count(), files_here()) == (0, 0, [])


def test_one_file_is_taken_out(ticket, me, save, files_here, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        kept, other = (attach_file(ticket, paper(), by=me, draft=save("x")) for _n in range(2))
        drop_file(ticket, by=me, uid=other.uid)

    assert [file.uid for file in Attachment.objects.all()] == [kept.uid]
    assert files_here() == [kept.path]


def test_a_draft_goes_with_its_last_file_only_when_it_has_no_words(ticket, me, save, files_here):
    file = attach_file(ticket, paper(), by=me, draft=save("x"))
    empty = Draft.objects.get()
    empty.body = " "
    empty.save()

    drop_file(ticket, by=me, uid=file.uid)
    assert not Draft.objects.exists()

    file = attach_file(ticket, paper(), by=me, draft=save("words", composing=uuid.uuid4()))
    drop_file(ticket, by=me, uid=file.uid)
    assert bodies(ticket) == [("reply", "words")]
