"""What leads do on the board: every form posts here, and the board as it then stands is the answer."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from aftersales.errors import Invalid, InvalidFields, NotAllowed, Refused, Stale
from aftersales.web.pages import show, toast, wants_part
from tickets.actions import procedure_drafts
from tickets.content import KINDS, STAGES, sketch
from tickets.content.differences import compare
from tickets.procedure_forms import HeadingForm, StepForm
from tickets.procedure_words import step_title, told
from tickets.views.acting import status_of
from tickets.views.gate import actor_of
from tickets.views.procedure_board import studio
from tickets.views.procedures import PAGE, PART, standing_or_404, to_studio

LARGEST_FILE = 1_000_000
WAYS = ("up", "down", "left", "right")


def editing(view):
    """A POST of the board: the view gets the Standing; a refusal comes back on the board as it stands."""

    @login_required
    @require_POST
    @wraps(view)
    def wrapper(request, shop, code, **path):
        standing = standing_or_404(request, shop, code)
        try:
            procedure_drafts.require_editor(actor_of(request), standing.shop)
            return view(request, standing, **path)
        except Refused as refused:
            return refuse(request, shop, code, refused, step=request.POST.get("open", ""))

    return wrapper


def refuse(request, shop, code, refused, **options):
    """The board as it is now, with the sentence above it."""
    context = studio(standing_or_404(request, shop, code), actor_of(request), **options)
    lines = [row["detail"] for row in refused.errors] if isinstance(refused, InvalidFields) else []
    status = 403 if isinstance(refused, NotAllowed) else status_of(refused)
    return show(
        request, PAGE, PART, context | {"refusal": str(refused), "refused_lines": lines}, status=status
    )


def board(request, standing, *, step="", view=""):
    """The board after a change: drawn at once for htmx, by its own address else."""
    if not wants_part(request):
        return to_studio(standing, view=view, step=step)
    fresh = standing_or_404(request, standing.shop.code, standing.code)
    return show(request, PAGE, PART, studio(fresh, actor_of(request), step=step, view=view))


def seen_of(request):
    return request.POST.get("seen", "")[:60]


def body_of(standing):
    return (standing.draft or standing.in_force).body


# -- the draft as a whole -------------------------------------------------------------------


@editing
def begin(request, standing):
    procedure_drafts.begin_draft(standing.shop, standing.code, by=actor_of(request))
    return board(request, standing)


@editing
def discard(request, standing):
    procedure_drafts.discard_draft(standing.shop, standing.code, by=actor_of(request), seen=seen_of(request))
    toast(request, _("The draft is discarded."))
    return board(request, standing)


@editing
def restore(request, standing):
    wanted = request.POST.get("version", "")
    version_id = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 18 else 0
    procedure_drafts.restore_version(
        standing.shop, standing.code, version_id, by=actor_of(request), seen=seen_of(request)
    )
    toast(request, _("The draft is now as that version was."))
    return board(request, standing)


@editing
def import_file(request, standing):
    """A YAML file in place of the draft; one wrong line, and nothing is changed."""
    file = request.FILES.get("file")
    data = file.read(LARGEST_FILE + 1) if file else request.POST.get("yaml", "").encode()
    name = file.name[:80] if file else f"{standing.code}.yaml"
    if len(data) > LARGEST_FILE:
        raise Invalid(_("This file is longer than a procedure can be."), field="file")
    procedure_drafts.import_draft(
        standing.shop, standing.code, data, name, by=actor_of(request), seen=seen_of(request)
    )
    toast(request, _("The file is the draft now. Compare it, then publish it."))
    return board(request, standing)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, shop, code):
    """Asks first: what changes, and how many requests keep the version they follow."""
    standing, actor = standing_or_404(request, shop, code), actor_of(request)
    if standing.draft is None and request.method != "POST":
        return to_studio(standing)
    refused = None
    if request.method == "POST":
        try:
            done = procedure_drafts.publish_draft(standing.shop, code, by=actor, seen=seen_of(request))
            toast(request, _("Version %(number)d is in force for new requests.") % {"number": done.number})
            return to_studio(standing)
        except Refused as error:
            refused, standing = error, standing_or_404(request, shop, code)
    if standing.draft is None:
        return refuse(request, shop, code, refused)
    context = studio(standing, actor) | {"refusal": str(refused) if refused else ""}
    return render(
        request, "tickets/procedure_publish.html", context, status=status_of(refused) if refused else 200
    )


# -- steps --------------------------------------------------------------------------------


@editing
def arrange(request, standing):
    """One button of the board: `do` is up, down, left, right, remove, back or place with a step, or add."""
    verb, _colon, rest = request.POST.get("do", "").partition(":")
    body, opened = body_of(standing), request.POST.get("open", "")
    if verb == "add":
        body, opened = added(request, body, rest)
    else:
        body = arranged(body, verb, rest, standing)
    procedure_drafts.save_draft(
        standing.shop, standing.code, body, by=actor_of(request), seen=seen_of(request)
    )
    if verb == "remove":
        tell_removed(request, body_of(standing), rest)
    return board(request, standing, step=opened)


def added(request, body, stage):
    kind = request.POST.get(f"kind-{stage}", "")
    if stage not in STAGES or kind not in KINDS:
        raise Http404
    return sketch.with_new_step(body, stage, kind)


def arranged(body, verb, rest, standing):
    """The body after the button; a step that is gone meanwhile is left to the check of what was seen."""
    code, *place = rest.split(":")
    base = standing.in_force.body
    if verb == "back" and (sketch.step_of(base, code) or sketch.step_of(body, code)):
        return sketch.with_step_as_in(body, base, code)
    if sketch.step_of(body, code) is None:
        return body
    if verb in WAYS:
        return sketch.with_step_shifted(body, code, verb)
    if verb == "remove":
        return sketch.without_step(body, code)
    if verb == "place" and len(place) == 2 and place[0] in STAGES and place[1].isdecimal():
        return sketch.with_step_placed(body, code, place[0], min(int(place[1][:4]), sketch.MOST_STEPS))
    raise Http404


def tell_removed(request, body, code):
    step, asking = sketch.step_of(body, code), len(sketch.asked_for_by(body, code))
    if step is None:
        return
    says = {"step": step_title(step), "count": asking}
    if not asking:
        toast(request, _("“%(step)s” is taken out.") % says)
        return
    toast(
        request,
        ngettext(
            "“%(step)s” is taken out. %(count)d step asks for its answer and has to be looked at.",
            "“%(step)s” is taken out. %(count)d steps ask for its answer and have to be looked at.",
            asking,
        )
        % says,
    )


@editing
def save_step(request, standing, step):
    """Keep the step as typed, finished or not; `?only=check` keeps nothing and says what is wrong."""
    body = body_of(standing)
    was = sketch.step_of(body, step) or gone_step(request, step)
    form = StepForm(was, body, request.POST)
    typed = sketch.with_step(body, form.step())
    sketch.check_sketch(typed, standing.code)
    if "only" in request.GET:
        form.tell(procedure_drafts.problems_in(typed, standing.code))
        return render(request, "tickets/_step_notes.html", {"notes": form.notes()})
    try:
        procedure_drafts.save_draft(
            standing.shop, standing.code, typed, by=actor_of(request), seen=seen_of(request)
        )
    except Stale as stale:
        form.tell(procedure_drafts.problems_in(typed, standing.code))
        return stale_step(request, standing, form, step, stale)
    toast(request, _("Saved."))
    return board(request, standing, step=step)


def gone_step(request, code):
    """The step of a form whose step somebody has taken out: what was typed is kept, to be saved as new."""
    stage, kind = request.POST.get("stage", ""), request.POST.get("kind", "")
    if stage not in STAGES or kind not in KINDS or not code.isascii() or len(code) > 60:
        raise Http404
    return {"id": code, "stage": stage, "kind": kind, "title": {}, "params": {}}


def typed_board(request, standing, forms, *, status=200, **more):
    context = studio(standing, actor_of(request), forms=forms, step=more.pop("step", "")) | more
    return show(request, PAGE, PART, context, status=status)


def stale_step(request, standing, form, code, stale):
    """Somebody was quicker: what stands now against what was typed, which is still in the form."""
    fresh = standing_or_404(request, standing.shop.code, standing.code)
    body = body_of(fresh)
    theirs = sketch.step_of(body, code)
    conflict = {"says": str(stale), "is_gone": theirs is None, "rows": []}
    if theirs is not None:
        old, new = {"steps": [theirs]}, {"steps": [form.step()]}
        conflict["rows"] = [row for change in compare(old, new) for row in told(change, body, body)["rows"]]
    return typed_board(request, fresh, {"step": form}, step=code, conflict=conflict, status=409)


@editing
def save_heading(request, standing):
    form = HeadingForm(body_of(standing), request.POST)
    typed = form.body(body_of(standing))
    try:
        procedure_drafts.save_draft(
            standing.shop, standing.code, typed, by=actor_of(request), seen=seen_of(request)
        )
    except Stale as stale:
        fresh = standing_or_404(request, standing.shop.code, standing.code)
        form.tell(procedure_drafts.problems_in(typed, standing.code))
        return typed_board(request, fresh, {"heading": form}, refusal=str(stale), status=409)
    toast(request, _("Saved."))
    return board(request, standing)
