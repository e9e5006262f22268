"""Which checklist an inspector fills in for a line, and what its answers come to."""

from aftersales.versions.registry import compiled, current, current_id
from returns.models import Fault

FALLBACK = "generic"


def checklist_for(ticket, line, wanted=""):
    """The compiled checklist: the one asked for, the step's, the product class's, or the general one."""
    for code in (wanted, step_checklist(ticket), line.order_line.product_class):
        version_id = current_id("checklist", code, ticket.shop_id) if code else None
        if version_id is not None:
            return compiled(version_id)
    return current("checklist", FALLBACK, ticket.shop_id)


def step_checklist(ticket):
    """What the procedure's next step names, if it names one."""
    if not ticket.step_code or not ticket.procedure_version_id:
        return ""
    step = compiled(ticket.procedure_version_id).content.step(ticket.step_code)
    return step.params.get("checklist", "")


def known_serials(line):
    """The serials that this line may have: those the customer named, else those that were sold."""
    return {serial.strip().upper() for serial in (line.serials or line.order_line.serials) if serial.strip()}


def grading_answers(checklist, answers, line):
    """The answers as the grade rules compare them: a serial that is not ours is a mismatch."""
    compared = dict(answers)
    known = known_serials(line)
    for item in checklist.items:
        if item.answer == "serial" and known and str(answers.get(item.code, "")).strip().upper() not in known:
            compared[item.code] = "mismatch"
    return compared


def fault_from(answers):
    """The list's own question about the fault, where it was asked."""
    value = answers.get("fault", "")
    return value if value in Fault.values else Fault.NOT_TESTED
