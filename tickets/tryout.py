"""What a procedure would have made of a request that is there: a pure reading, nothing is written.

The answers that people recorded are taken as they stand; what the desk answers by itself is asked of the
facts as the data is today.
"""

from dataclasses import dataclass

from aftersales.versions.registry import compiled
from tickets import registry
from tickets.actions.steps import desk_can_answer, settled_by
from tickets.models import Run, StepRecord

# What becomes of a step: the desk answers it, a person answered it, it would be asked, it is left out, or
# nobody can say before another step has its answer.
DESK, RECORDED, ASKED, SKIPPED, OPEN = "desk", "recorded", "asked", "skipped", "open"


@dataclass(frozen=True)
class Tried:
    """One step and what becomes of it. `because` is the (step, wanted, given) that rules it out or awaits."""

    step: object
    outcome: str
    answer: str = ""
    fact: object = None  # the registry's Fact behind the desk's answer
    why: str = ""  # what the fact says beside it
    because: tuple | None = None
    gone: str = ""  # an answer on record that this version no longer has


def recorded_answers(ticket):
    """{step: answer} of what people and the desk recorded, the newest run last."""
    runs = list(Run.objects.filter(ticket=ticket).order_by("id").values_list("pk", flat=True))
    records = StepRecord.objects.filter(run__in=runs, skipped_because="").order_by("run_id", "id")
    return {record.step_code: record.answer for record in records if record.answer}


def version_followed(ticket):
    """The version that the request itself follows, or None."""
    return compiled(ticket.procedure_version_id) if ticket.procedure_version_id else None


def try_on(procedure, recorded, ask):
    """[Tried] for every step, in order. `ask(fact's name)` gives the registry's Answer."""
    rows, answers = [], {}
    for step in procedure.steps:
        row = _try_step(step, procedure, answers, recorded, ask)
        rows.append(row)
        answers[step.code] = row
    return rows


def _try_step(step, procedure, answers, recorded, ask):
    for code, wanted in step.when:
        earlier = answers[code]
        if earlier.outcome in (ASKED, OPEN):
            return Tried(step, OPEN, because=(earlier.step, wanted, ""))
        if earlier.outcome == SKIPPED or earlier.answer != wanted:
            return Tried(step, SKIPPED, because=(earlier.step, wanted, earlier.answer))
    return _by_desk(step, ask) or _by_people(step, recorded)


def _by_desk(step, ask):
    """The desk's own answer, or None where it is for a person or an event."""
    if not desk_can_answer(step):
        return None
    if step.kind == "message":
        return Tried(step, DESK, "sent")
    name = step.params["fact"] if step.kind == "check" else settled_by(step)
    found = ask(name)
    settled = {"check": found.value, "wait": "arrived", "approve": "approved"}[step.kind]
    known = (registry.PASS, registry.FAIL) if step.kind == "check" else (registry.PASS,)
    if found.value not in known:
        return None
    return Tried(step, DESK, settled, registry.FACTS.get(name), found.why)


def _by_people(step, recorded):
    answer = recorded.get(step.code, "")
    if not answer:
        return Tried(step, ASKED)
    if step.answers is not None and answer not in step.answers:
        return Tried(step, ASKED, gone=answer)
    return Tried(step, RECORDED, answer)


def asking_of(ticket):
    """`ask` for `try_on`, each fact asked once."""
    found = {}

    def ask(name):
        if name not in found:
            found[name] = registry.answer_of(name, ticket)
        return found[name]

    return ask
