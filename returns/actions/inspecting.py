"""Inspect what came back: answers to a checklist, a grade no better than they allow, where the goods should go."""

from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftersales.clock import now
from aftersales.errors import Invalid, InvalidFields, NotAllowed, NotPossible
from aftersales.events.log import record_event
from returns.actions.ledger import move_goods
from returns.actions.locking import lock_lines
from returns.content import GRADES
from returns.models import Bucket, Disposition, Inspection
from returns.policies import may_inspect
from returns.queries.checklists import checklist_for, fault_from, grading_answers
from returns.queries.units import units_of
from tickets.actions.acting import ticket_action
from tickets.models import TicketLine

MAX_ANSWER = 2000


@ticket_action("inspect")
def inspect_goods(
    ticket, *, by, line=None, quantity=None, answers=None, grade="", fault="", finding="", disposition="",
    serial="", checklist="",
):  # fmt: skip  # one row a kind of thing
    """Write down what was seen of some units; without a quantity, of all that were not looked at yet."""
    if not may_inspect(by, ticket):
        raise NotAllowed(_("Your role does not inspect goods."))
    lock_lines(ticket)
    unit = unit_to_inspect(ticket, line)
    quantity = units_to_inspect(unit, quantity)
    version = checklist_for(ticket, unit.line, checklist)
    answers = checked_answers(version.content, answers or {})
    grade = checked_grade(
        version.content, grading_answers(version.content, answers, unit.line), grade, answers
    )
    disposition = checked_disposition(version.content, disposition, grade)
    inspection = Inspection.objects.create(
        ticket_line=unit.line,
        quantity=quantity,
        grade=grade,
        fault=fault or fault_from(answers),
        disposition=disposition,
        finding=finding or answers.get("finding", ""),
        answers=answers,
        checklist_id=version.id if answers else None,
        serial=serial or answers.get("serial", ""),
        inspector=by.user,
        inspector_name=by.name,
        created_at=now(),
    )
    TicketLine.objects.filter(pk=unit.line.pk).update(inspected=F("inspected") + quantity)
    move_goods(unit.line, quantity, Bucket.QUARANTINE, Bucket.INSPECTED, by=by)
    return told(ticket, inspection, by)


def unit_to_inspect(ticket, line):
    """The line that was named, else the first with something to look at."""
    waiting = [unit for unit in units_of(ticket).values() if unit.uninspected and line in (None, unit.line)]
    if not waiting:
        raise NotPossible(_("Nothing of this request waits to be inspected."))
    return waiting[0]


def units_to_inspect(unit, quantity):
    """So many of the line, else all that were not looked at; never more."""
    quantity = quantity or unit.uninspected
    if quantity > unit.uninspected:
        raise Invalid(
            ngettext(
                "%(sku)s: %(left)s unit waits to be inspected.",
                "%(sku)s: %(left)s units wait to be inspected.",
                unit.uninspected,
            )
            % {"sku": unit.line.order_line.sku, "left": unit.uninspected},
            field="quantity",
            code="quantity_not_available",
        )
    return quantity


def checked_answers(checklist, answers):
    """The answers that a list can have, all that it requires, and nothing else; none at all is no list."""
    if not answers:
        return {}
    for code in answers:
        if checklist.item(code) is None:
            refuse_answer(_("The checklist has no question “%(code)s”.") % {"code": code}, code)
    checked, wrong = {}, []
    for item in checklist.items:
        if item.required or answers.get(item.code) not in (None, ""):
            try:
                checked[item.code] = checked_answer(item, answers.get(item.code))
            except Invalid as refused:
                wrong.append(refused)
    refuse_answers(wrong)
    return checked


def refuse_answers(wrong):
    """All of them at once, each with its question."""
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        raise InvalidFields([
            {"pointer": f"/{refused.field}", "detail": str(refused), "code": refused.code} for refused in wrong
        ])  # fmt: skip


def checked_answer(item, answer):
    if answer in (None, ""):
        refuse_answer(_("“%(item)s” has no answer yet.") % {"item": item.name}, item.code)
    allowed = {"yes_no": ("yes", "no"), "choice": [choice.id for choice in item.choices]}.get(item.answer)
    if allowed and answer not in allowed:
        refuse_answer(
            _("“%(item)s” is answered by one of: %(choices)s.")
            % {"item": item.name, "choices": ", ".join(allowed)},
            item.code,
        )
    if item.answer == "number":
        return checked_number(item, answer)
    if not isinstance(answer, str) or len(answer) > MAX_ANSWER:
        refuse_answer(_("“%(item)s” is answered by a text.") % {"item": item.name}, item.code)
    if item.answer == "date":
        check_date(item, answer)
    return answer


def checked_number(item, answer):
    try:
        number = float(str(answer))
    except ValueError:
        number = float("nan")
    if isinstance(answer, bool) or not abs(number) < 1e12:
        refuse_answer(_("“%(item)s” is answered by a number.") % {"item": item.name}, item.code)
    return int(number) if number == int(number) else number


def check_date(item, answer):
    try:
        date.fromisoformat(answer)
    except ValueError:
        refuse_answer(_("“%(item)s” is answered by a date like 2026-11-22.") % {"item": item.name}, item.code)


def refuse_answer(sentence, code):
    raise Invalid(sentence, field=f"answers/{code}")


def checked_grade(checklist, compared, grade, answers):
    """The grade given, no better than the answers allow; left out, it follows from them."""
    if not answers:
        if not grade:
            raise Invalid(_("Give a grade, or answer the checklist."), field="grade")
        return grade
    best = checklist.grade(compared)
    if grade and GRADES.index(grade) < GRADES.index(best):
        why = next(
            checklist.item(rule.item).name
            for rule in checklist.grade_rules
            if rule.grade_at_most == best and compared.get(rule.item) == rule.equals
        )
        raise Invalid(
            _("By the checklist the grade is at most %(best)s, because of “%(why)s”.")
            % {"best": best, "why": why},
            field="grade",
            code="grade_too_good",
        )
    return grade or best


def checked_disposition(checklist, disposition, grade):
    disposition = disposition or checklist.disposition(grade)
    if disposition == Disposition.RESTOCK_NEW and grade != "A":
        raise Invalid(_("Only grade A goes back to stock as new."), field="disposition")
    return disposition


def told(ticket, inspection, by):
    data = {
        "inspection": str(inspection.uid),
        "line": str(inspection.ticket_line.uid),
        "sku": inspection.ticket_line.order_line.sku,
        "quantity": inspection.quantity,
        "grade": inspection.grade,
        "fault": inspection.fault,
        "disposition": inspection.disposition,
    }
    return record_event(ticket, "goods.inspect", by=by, data=data, text=inspection.finding)
