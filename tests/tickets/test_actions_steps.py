"""Following a procedure: one next step, in order, by the right role, in every path."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.versions.registry import compiled
from tests.factories import ticket_body
from tickets.actions.attachments import attach_file
from tickets.actions.intake import open_ticket
from tickets.actions.moves import resolve_ticket
from tickets.actions.procedure import complete_step, recategorise_ticket, skip_step
from tickets.models import Category, Message, Run, StepRecord, Ticket
from tickets.serializers import read_ticket
from tickets.verbs import perform

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def open_in(shop, category, **changes):
    return open_ticket(shop, read_ticket(ticket_body(category=category, **changes)), by=SYSTEM)[0]


@pytest.fixture
def question(shop, order):
    """A question about use: hello, model, guide, result, ... with nothing to send back."""
    return open_in(shop, "usage_help", lines=[], requested_resolution="answer")


def test_a_new_ticket_shows_the_first_step(ticket):
    assert (ticket.step_code, ticket.step_kind, ticket.step_role) == ("hello", "message", "agent")


def test_a_message_step_sends_its_text_in_the_customers_language(ticket, amy):
    after = complete_step(ticket, by=Actor.staff(amy))

    message = Message.objects.get(ticket=ticket, author_kind="staff")
    assert after.step_code == "evid"
    assert "王小明" in message.body
    assert "{" not in message.body
    assert after.first_responded_at is not None


def test_the_agent_may_send_other_words(ticket, amy):
    complete_step(ticket, by=Actor.staff(amy), body="您好，我来处理。")

    assert Message.objects.get(ticket=ticket, author_kind="staff").body == "您好，我来处理。"


def test_a_step_out_of_turn_is_refused_naming_the_one_before(ticket, amy):
    with pytest.raises(NotPossible, match=r"First reply"):
        complete_step(ticket, by=Actor.staff(amy), step="diagnose", answer="solved")


def test_a_step_is_for_its_role_and_a_supervisor_may_stand_in(ticket, wen, leo):
    with pytest.raises(NotAllowed, match="Agent"):
        complete_step(ticket, by=Actor.staff(wen))
    assert complete_step(ticket, by=Actor.staff(leo)).step_code == "evid"


def test_photos_are_counted(ticket, amy):
    complete_step(ticket, by=Actor.staff(amy))

    with pytest.raises(NotPossible, match="3 photos; 0 are here"):
        complete_step(ticket, by=Actor.staff(amy))


def test_an_answer_must_be_one_of_the_steps_own(question, amy):
    agent = Actor.staff(amy)
    complete_step(question, by=agent)
    with pytest.raises(Invalid, match="needs an answer"):
        complete_step(question, by=agent)
    complete_step(question, by=agent, answer="Model A1")
    complete_step(question, by=agent, body="Turn it on first.")
    with pytest.raises(Invalid, match="one of"):
        complete_step(question, by=agent, answer="maybe")


def test_a_mandatory_step_is_left_out_by_a_supervisor_only_and_with_a_reason(ticket, amy, leo):
    with pytest.raises(NotAllowed, match="supervisor"):
        skip_step(ticket, by=Actor.staff(amy), reason="no time")
    with pytest.raises(Invalid):
        skip_step(ticket, by=Actor.staff(leo), reason=" ")
    after = skip_step(ticket, by=Actor.staff(leo), reason="customer called")

    assert after.step_code == "evid"
    assert StepRecord.objects.get(step_code="hello").skipped_because == "customer called"
    assert Event.objects.filter(stream=ticket.stream, kind="ticket.skip_step").count() == 1


def test_resolving_is_refused_while_a_mandatory_step_is_left(ticket, amy):
    with pytest.raises(NotPossible, match="First comes the step"):
        resolve_ticket(ticket, by=Actor.staff(amy))


def test_facts_answer_the_desks_own_checks_at_once(shop, order):
    ticket = open_in(
        shop, "no_reason_return", lines=[{"order_line": "1", "quantity": 1, "reason": "c_no_reason"}]
    )

    records = dict(StepRecord.objects.filter(run__ticket=ticket).values_list("step_code", "answer"))
    assert records["window"] == "pass"
    assert ticket.step_code in ("excluded", "label")


def test_changing_the_category_starts_its_procedure_anew(ticket, amy):
    category = Category.objects.get(code="usage_help")

    after = recategorise_ticket(ticket, by=Actor.staff(amy), category=category)

    assert list(Run.objects.filter(ticket=ticket).order_by("id").values_list("state", flat=True)) == [
        "abandoned",
        "running",
    ]
    assert after.category == category
    kept = Ticket.objects.get(pk=ticket.pk)
    assert compiled(kept.procedure_version_id).content.step(kept.step_code)


def test_a_question_is_carried_to_its_end(question, amy):
    agent = Actor.staff(amy)
    ticket = question

    while ticket.step_code != "close":
        step = compiled(ticket.procedure_version_id).content.step(ticket.step_code)
        typed = "A1" if step.kind == "ask" else ""
        answer = "solved" if "solved" in (step.answers or ()) else (step.answers or [typed])[0]
        data = {"step": step.code, "answer": answer} | ({"body": "So."} if step.code == "guide" else {})
        ticket = perform(ticket, "complete_step", data, by=agent)
    done = resolve_ticket(ticket, by=agent)

    assert (done.state, done.outcome, done.step_code) == ("resolved", "answer", "")
    assert StepRecord.objects.get(step_code="close").answer == "done"
    assert Message.objects.filter(ticket=done).latest("id").body.startswith("王小明，您的问题已处理完成。")


def test_words_that_only_a_person_knows_are_asked_for(question, amy):
    agent = Actor.staff(amy)
    ticket = complete_step(complete_step(question, by=agent), by=agent, answer="A1")
    assert ticket.step_code == "guide"

    with pytest.raises(Invalid, match="Still to be filled in: The answer itself") as refused:
        complete_step(ticket, by=agent)
    assert (refused.value.code, refused.value.field) == ("placeholder_left", "body")
    assert complete_step(ticket, by=agent, body="Turn it on first.").step_code == "result"


def test_a_check_needs_the_photos_that_are_of_it(ticket, wen, leo):
    lead = Actor.staff(leo)
    for _step in range(2):
        ticket = skip_step(ticket, by=lead, reason="Known")
    ticket = complete_step(ticket, by=lead, answer="not_solved")
    for _step in range(2):
        ticket = skip_step(ticket, by=lead, reason="Known")
    assert ticket.step_code == "recv"
    attach_file(ticket, picture(), by=SYSTEM, step="evid")
    for _again in range(2):  # the same picture twice is one
        attach_file(ticket, picture(), by=Actor.staff(wen), step="recv")

    with pytest.raises(NotPossible, match="needs 2 photos; 1 are here") as refused:
        complete_step(ticket, by=Actor.staff(wen), answer="fail")
    assert refused.value.code == "photos_missing"

    attach_file(ticket, picture("blue"), by=Actor.staff(wen), step="recv")
    assert complete_step(ticket, by=Actor.staff(wen), answer="fail").step_code == "insp"


def picture(colour="red"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(content, "PNG")
    return SimpleUploadedFile("box.png", content.getvalue(), "image/png")


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path):
    files = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": files}
