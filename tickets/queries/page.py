"""What the page of one request shows: the request with its parts, its place in the procedure, its clocks."""

from django.db.models import CharField, Exists, OuterRef, Prefetch, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy

from aftersales.events.models import Event, StreamHead
from aftersales.versions.registry import compiled
from tickets import sla
from tickets.models import ClockState, HandOver, Message, TicketLine
from tickets.queries.clocks import explain_clock
from tickets.queries.runs import applies, next_step, running_run
from tickets.registry import PAGE_PARTS

PARTS = ("shop", "order", "customer", "category", "assignee", "team")
# A join costs less than two more statements; their order is that of the request.
LINES = Prefetch("lines", TicketLine.objects.select_related("order_line", "reason").order_by("id"))
STREAM = Concat(Value("ticket:"), Cast(OuterRef("pk"), CharField()))
NEWEST_QUESTION = (
    Message.objects.filter(ticket=OuterRef("pk"), author_kind="customer", withdrawn_at=None)
    .order_by("-id")
    .values("body")[:1]
)
MOST_CLOCKS = 3
# Answers that are alike in every procedure, as they are told.
SAID = {"pass": gettext_lazy("yes"), "fail": gettext_lazy("no")}
# What one person may do without asking whether another has done something meanwhile.
QUIET_EVENTS = ("ticket.note", "ticket.attach", "ticket.withdraw_message")


def with_page_parts(tickets):
    """The request with its lines, clocks, pauses, files and holds, in a fixed number of statements; what is one
    word about it rides along."""
    return (
        tickets.select_related(*PARTS)
        .prefetch_related(LINES, "clocks", "pauses", "attachments", "holds", *PAGE_PARTS)
        .annotate(
            newest_seq=Subquery(StreamHead.objects.filter(stream=STREAM).values("seq")[:1]),
            newest_question=Subquery(NEWEST_QUESTION),
            has_hand_over=Exists(HandOver.objects.filter(ticket=OuterRef("pk"), read_at=None)),
        )
    )


# -- the procedure --------------------------------------------------------------------


def place_in_procedure(ticket):
    """The next step, the run, and "2 of 6": steps that an answer has ruled out are not counted."""
    run = running_run(ticket)
    if run is None:
        return {"run": None, "step": None}
    step = next_step(run)
    counted = [each for each in run.procedure.steps if is_counted(run, each)]
    version = compiled(run.version_id)
    return {
        "run": run,
        "step": step,
        "number": counted.index(step) + 1 if step else len(counted),
        "of": len(counted),
        "procedure": run.procedure,
        "version": version.number,
        "steps": [step_row(run, each, step) for each in counted],
        "because": because(run, step) if step else [],
    }


def is_counted(run, step):
    record = run.answers.get(step.code)
    if record is not None:
        return not record.skipped_because.startswith("when:")
    ruling = applies(run, step)
    return ruling is True or ruling not in run.answers


def step_row(run, step, following):
    record = run.answers.get(step.code)
    state = "done" if record else "now" if step is following else "to"
    return {"name": step.name, "record": record, "state": state, "answer": answer_text(step, record)}


def answer_text(step, record):
    """A step's answer as {"zh", "en"} or plain text; nothing where the answer only says that it is done."""
    if record is None or record.answer in ("done", "sent", ""):
        return ""
    choices = {choice.id: {"zh": choice.zh, "en": choice.en} for choice in step.choices}
    return choices.get(record.answer, "" if step.answers else record.answer)


def because(run, step):
    """The earlier answers that brought the request here: [(step, answer)]."""
    return [
        (
            run.procedure.step(code).name,
            answer_text(run.procedure.step(code), run.answers[code]) or SAID.get(answer, answer),
        )
        for code, answer in step.when
    ]


# -- clocks -----------------------------------------------------------------------------


def clock_rows(ticket):
    """The clocks people look at, each with what explains it: what runs, then the first reply while there
    is room for it. The promise stands under its stage."""
    latest = [clock for clock in sla.latest(ticket.clocks.all()) if clock.target != sla.PROMISE]
    shown = [clock for clock in latest if sla.is_open(clock)]
    if len(shown) < MOST_CLOCKS:
        met = [clock for clock in latest if clock.target == "first_response" and clock not in shown]
        shown = [clock for clock in met if clock.state != ClockState.CANCELLED] + shown
    return [clock_row(clock, ticket.pauses.all()) for clock in shown[:MOST_CLOCKS]]


def clock_row(clock, ledger):
    why = explain_clock(clock, ledger)
    took = (clock.stopped_at - clock.started_at).total_seconds() if clock.stopped_at else None
    return {
        "standing": sla.standing(clock),
        "why": why,
        "target_seconds": clock.target_minutes * 60,
        "took": took,
        "is_running": clock.state == ClockState.RUNNING,
        "is_paused": clock.state == ClockState.PAUSED,
    }


def stage_notes(ticket):
    """A few words under the stages: since when it is in this one, and what the customer was promised."""
    clocks = {clock.target: clock for clock in sla.latest(ticket.clocks.all())}
    here, promise = clocks.get(str(ticket.stage)), clocks.get(sla.PROMISE)
    return {
        "since": here.started_at if here and sla.is_open(here) else None,
        "promised": promise.due_at if promise and promise.state == ClockState.RUNNING else None,
    }


# -- what the customer asks -----------------------------------------------------------------


def open_question(ticket):
    """What is to be answered: the customer's newest message, the request's subject before there is one."""
    if not hasattr(ticket, "newest_question"):
        said = ticket.messages.filter(author_kind="customer", withdrawn_at=None).order_by("-id")
        ticket.newest_question = said.values_list("body", flat=True).first()
    return ticket.newest_question or ticket.subject


# -- the order ------------------------------------------------------------------------------


def order_lines(ticket):
    """[{line, wanted}]: the order's lines, those of this request first, with the units it asks for."""
    if ticket.order_id is None:
        return []
    wanted = {line.order_line_id: line for line in ticket.lines.all()}
    rows = [{"line": line, "wanted": wanted.get(line.pk)} for line in ticket.order.lines.order_by("id")]
    return sorted(rows, key=lambda row: row["wanted"] is None)


# -- what others did meanwhile --------------------------------------------------------------


def last_seq(ticket):
    """The number of the newest event: what a form has seen when it was drawn."""
    if hasattr(ticket, "newest_seq"):
        return ticket.newest_seq or 0
    return StreamHead.objects.filter(stream=ticket.stream).values_list("seq", flat=True).first() or 0


def change_by_another(ticket, seen, actor):
    """The newest change that somebody else made after `seen`, or None; notes, files and clocks are none."""
    later = Event.objects.filter(stream=ticket.stream, seq__gt=seen, cause_id=None)
    others = later.exclude(actor_kind="system").exclude(actor_kind=actor.kind, actor_id=actor.id)
    return others.exclude(kind__in=QUIET_EVENTS).order_by("-seq").first()
