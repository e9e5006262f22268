"""Trying a procedure on what is recorded: asked, skipped, answered by the desk; nothing is written."""

import pytest

from tests.tickets.test_content import procedure, step
from tickets import registry, tryout
from tickets.actions.procedure import complete_step
from tickets.content.procedures import parse_procedure
from tickets.models import StepRecord
from tickets.procedure_words import outcome_text
from tickets.queries.runs import next_step, running_run

BODY = procedure(
    step("window", "check", role="system"),
    step("choose", "decide", when={"window": "pass"}),
    step("send", "message", when={"choose": "yes"}),
    step("close", "photo", when={"send": "sent"}),
    step("refuse", "message", role="system", when={"window": "fail"}),
    step("in", "wait", stage="receive"),
    step("second", "approve", stage="resolve"),
)


def outcomes(recorded, **facts):
    def ask(name):
        return registry.Answer(facts.get(name, registry.UNKNOWN), "because")

    return {row.step.code: row for row in tryout.try_on(parse_procedure(BODY), recorded, ask)}


def told(rows):
    return {code: row.outcome for code, row in rows.items()}


def test_the_desk_answers_what_a_fact_knows_and_the_rest_is_asked():
    rows = outcomes({}, within_7_days="pass", resolutions_approved="pass")

    assert told(rows) == {
        "window": "desk",
        "choose": "asked",
        "send": "open",
        "close": "open",
        "refuse": "skipped",
        "in": "asked",
        "second": "desk",
    }
    assert rows["window"].why == "because"


def test_recorded_answers_carry_on_and_rule_out():
    rows = outcomes({"choose": "no", "window": "pass"})

    assert told(rows)["window"] == "recorded"
    assert told(rows)["send"] == told(rows)["close"] == "skipped"
    assert rows["send"].because[1:] == ("yes", "no")
    assert rows["close"].because[2] == ""


def test_an_answer_that_is_no_longer_offered_is_asked_again():
    row = outcomes({"window": "pass", "choose": "perhaps"})["choose"]

    assert (row.outcome, row.gone) == ("asked", "perhaps")


def test_every_outcome_is_a_sentence():
    rows = [
        *outcomes({}, within_7_days="pass").values(),
        *outcomes({"window": "fail", "choose": "x"}).values(),
    ]

    assert all(outcome_text(row) for row in rows)
    assert outcome_text(outcomes({"window": "fail"})["choose"]) == "Left out: “Words” is “no”, not “yes”."


@pytest.mark.django_db
def test_a_request_tried_on_its_own_version_is_as_it_stands(ticket, amy, as_staff):
    run = running_run(ticket)
    first = next_step(run)
    ticket = complete_step(ticket, by=as_staff(amy), step=first.code, answer=(first.answers or ["x"])[0])
    run = running_run(ticket)
    before = StepRecord.objects.count()

    rows = tryout.try_on(run.procedure, tryout.recorded_answers(ticket), tryout.asking_of(ticket))

    by_code = {row.step.code: row for row in rows}
    for code, record in run.answers.items():
        assert (by_code[code].outcome == "skipped") == bool(record.skipped_because)
        assert record.skipped_because or by_code[code].answer == record.answer
    assert StepRecord.objects.count() == before
