"""How each request of the demo got to where the script has it: along its procedure, by the desk's own verbs."""

import io
from collections import Counter

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from aftersales.demo.cast import DEMO
from aftersales.demo.outside import answers_of_the_shop, outside_takes, parcels_on_the_way
from aftersales.errors import Refused
from staff.models import Role
from tickets.actions.attachments import attach_file
from tickets.actions.progress import goods_missing
from tickets.models import OPEN_STATUSES, Stage
from tickets.policies import LEADS
from tickets.queries.runs import is_done_by, next_step, running_run
from tickets.registry import verb_named
from tickets.verbs import perform


def is_at_its_end(ticket):
    """Whether nothing is left but to tell the customer and to end it."""
    run = running_run(ticket)
    step = next_step(run) if run else None
    return step is None or is_done_by(step, "resolve")


# The script's words for where a request stands: whether it is there.
ARRIVED = {
    "communicating": lambda ticket: True,
    "awaiting_goods": lambda ticket: ticket.stage == Stage.RECEIVE,
    "in_transit": lambda ticket: ticket.parcels.filter(state="in_transit").exists(),
    "inspecting": lambda ticket: ticket.stage == Stage.INSPECT,
    "with_vendor": lambda ticket: ticket.stage == Stage.INSPECT,
    "deciding": lambda ticket: ticket.stage == Stage.RESOLVE,
    "resolving": lambda ticket: (
        ticket.stage == Stage.RESOLVE and (ticket.resolutions.exists() or is_at_its_end(ticket))
    ),
    "resolved": lambda ticket: ticket.status == "resolved",
    "closed": lambda ticket: ticket.status == "closed",
    "rejected": lambda ticket: ticket.status == "rejected",
}
WORDS = {
    "turned_down": {"zh": "经核实不符合补偿条件。", "en": "On checking, the conditions are not met."},
    "left_out": {"zh": "已在系统外确认。", "en": "Confirmed outside the desk."},
    "goodwill": {"zh": "主管特批。", "en": "Allowed as a goodwill."},
    "typed": {"zh": "已与客户核对。", "en": "Checked with the customer."},
    "seen": {"zh": "外观完好，故障复现。", "en": "Looks intact; the fault shows."},
    "sorry": {"zh": "给您添麻烦了。", "en": "For the trouble."},
    "solved": {"zh": "已按约定处理完毕。", "en": "Done as agreed."},
}
A_FEW = 6  # minutes that a step takes


def go_on(story):
    """Take one step towards the script's status; returns after how many minutes the next is due, or None."""
    ticket = story.ticket
    if ARRIVED[story.row["status"]](ticket):
        return None
    run = running_run(ticket) if ticket.status in OPEN_STATUSES else None
    step = next_step(run) if run else None
    for move in moves(story, run, step):
        if tried(story, move):
            is_outside = move[0] == "ship" or (step is not None and step.kind == "wait")
            return outside_takes(story) if is_outside else A_FEW
    return None


def moves(story, run, step):
    """[(verb, by, data)]: what may be done next, the usual thing first."""
    if story.row["status"] == "rejected":
        return reject(story)
    if step is not None:
        return moves_at(story, run, step)
    return [*answers_of_the_shop(story), *END_MOVES.get(story.row["status"], lambda story: ())(story)]


def tried(story, move):
    """Make the move, whole or not at all; a refusal is an answer too, and the next way is tried."""
    verb, by, data = move
    try:
        with transaction.atomic():
            story.ticket = perform(story.ticket, verb, data, by=by)
    except Refused:
        return False
    return True


# -- one step -----------------------------------------------------------------


def moves_at(story, run, step):
    """[(verb, by, data)]: ways past this step, the usual one first, a supervisor's deviation last."""
    supervisor = story.staff(story.cast.first(Role.SUPERVISOR))
    if goods_missing(story.ticket) and (
        story.ticket.stage == Stage.RECEIVE or step.stage != Stage.COMMUNICATE
    ):
        yield from parcels_on_the_way(story)
    elif step.kind == "do" and (verb := verb_named(step.params["verb"])):
        if step.params.get("photos"):
            show_photos(story, step)
        yield from uses_of(story, verb.name, step)
    elif step.kind == "approve":
        yield from [("approve_resolution", story.staff(story.cast.first(role)), {}) for role in APPROVERS]
        yield "complete_step", supervisor, {"step": step.code, "answer": "approved"}
    else:
        if step.kind == "photo" or step.params.get("photos"):
            show_photos(story, step)
        yield "complete_step", doer(story, step), {"step": step.code, "answer": best_answer(story, run, step)}
    yield "skip_step", supervisor, {"step": step.code, "reason": story.said(WORDS["left_out"])}


APPROVERS = (Role.MANAGER, Role.FINANCE, Role.SUPERVISOR)


def doer(story, step):
    """Who does a step: the role it names, in person; an agent's the one who has the request, if an agent has."""
    role = Role.AGENT if step.role == "system" else step.role
    if role == Role.AGENT and story.agent.role in (Role.AGENT, *LEADS):
        return story.agent
    return story.staff(story.cast.first(role))


def best_answer(story, run, step):
    """The answer that the script decided on; else the one that most of the procedure hangs on."""
    if step.answers is None:
        return story.said(WORDS["typed"])
    wanted = (story.row["decided_resolution"], story.row["requested_resolution"])
    hangs = Counter(
        answer for later in run.procedure.steps for code, answer in later.when if code == step.code
    )
    return max(step.answers, key=lambda answer: (answer in wanted, hangs[answer]))


def show_photos(story, step):
    for number in range(step.params.get("photos", 1)):
        picture = io.BytesIO()
        Image.new("RGB", (320, 240), (200, 190 - 20 * number, 170)).save(picture, "JPEG")
        upload = SimpleUploadedFile(f"{step.code}-{number + 1}.jpg", picture.getvalue(), "image/jpeg")
        attach_file(story.ticket, upload, by=story.customer, step=step.code)


def uses_of(story, verb, step):
    """The verb as its step has it done; then as a supervisor may, or what may have to come first."""
    supervisor, inspector = (
        story.staff(story.cast.first(role)) for role in (Role.SUPERVISOR, Role.INSPECTOR)
    )
    yield verb, doer(story, step), fields(story, verb)
    if verb == "approve":
        yield verb, supervisor, {"reason": story.said(WORDS["goodwill"])}
    yield "inspect", inspector, fields(story, "inspect")


def fields(story, verb):
    return USUAL[verb](story) if verb in USUAL else {}


USUAL = {
    "escalate": lambda story: {"reason": story.said(WORDS["typed"])},
    "hold": lambda story: {"reason": story.said(WORDS["typed"]), "waiting_on": "customer"},
    "inspect": lambda story: {"grade": "C", "fault": "yes", "finding": story.said(WORDS["seen"])},
    "compensate": lambda story: {"amount_minor": 1000, "reason": story.said(WORDS["sorry"])},
}


# -- the end ------------------------------------------------------------------


def reject(story):
    supervisor = story.staff(story.cast.first(Role.SUPERVISOR))
    yield "reject", supervisor, {"reason": story.said(WORDS["turned_down"])}


def resolve(story):
    yield "resolve", story.agent, {"summary": story.said(WORDS["solved"])}


def close(story):
    yield "close", DEMO, {}
    yield from resolve(story)


END_MOVES = {"rejected": reject, "resolved": resolve, "closed": close}
