"""What the editor of a procedure draws: its columns and cards, what differs, the step that is open."""

from aftersales.events.models import Event
from aftersales.events.telling import tell
from tickets import procedure_words as words
from tickets.actions.procedure_drafts import problems_in
from tickets.content import KINDS, STAGES
from tickets.content.differences import compare, flat_step
from tickets.content.sketch import step_of
from tickets.policies import may_edit_procedures
from tickets.procedure_forms import HeadingForm, StepForm
from tickets.queries.procedures import capped, history_of, running_counts

LIVE, DRAFT, CHANGES = "live", "draft", "changes"
RECENT = 6


def view_of(standing, wanted):
    """What is looked at: the draft while there is one, else what is in force."""
    if standing.draft is None:
        return LIVE
    return wanted if wanted in (LIVE, DRAFT, CHANGES) else DRAFT


def studio(standing, actor, *, view="", step="", forms=None):
    """The editor's whole context. `forms` are those that were typed into, by name."""
    view = view_of(standing, view)
    body = standing.in_force.body if view == LIVE else standing.draft.body
    may_edit = may_edit_procedures(actor, standing.shop)
    edits = may_edit and view != LIVE
    problems = [] if view == LIVE else problems_in(body, standing.code)
    changes = changes_of(standing)
    opened = step_of(body, step) if step else None
    forms = forms or {}
    return {
        "section": "procedures",
        "standing": standing,
        "shop": standing.shop,
        "code": standing.code,
        "title": words.spoken(body.get("title"), standing.code),
        "view": view,
        "may_edit": may_edit,
        "edits": edits,
        "mark": standing.mark,
        "body": body,
        "columns": columns(body, changes if view != LIVE else [], problems, view),
        "changes": changes,
        "problems": told_problems(body, problems),
        "running": capped(running_counts(standing.shop, standing.code).get(standing.code, 0)),
        "opened": opened or (forms.get("step") and forms["step"].was),
        "opened_rows": step_rows(opened, body) if opened and not edits else [],
        "opened_change": next((row for row in changes if row["code"] == step and row["rows"]), None),
        "form": forms.get("step") or (StepForm(opened, body).tell(problems) if opened and edits else None),
        "heading": forms.get("heading") or (HeadingForm(body).tell(problems) if edits else None),
        "history": history_of(standing.shop, standing.code),
        "happened": recent(standing),
        "kinds": [(kind, words.KIND_NAMES[kind]) for kind in KINDS],
    }


def changes_of(standing):
    """What the draft changes, told in words; nothing without one."""
    if standing.draft is None:
        return []
    old, new = standing.in_force.body, standing.draft.body
    return [words.told(change, old, new) for change in compare(old, new)]


def columns(body, changes, problems, view):
    """The stages with their cards; removed steps stand at the end of the stage they were in."""
    marks = {row["code"]: row for row in changes if row["code"]}
    wrong = {step_at(body, pointer) for pointer, _sentence in problems}
    found = []
    for stage in STAGES:
        cards = [
            card(number, step, body, marks.get(step["id"]), step["id"] in wrong)
            for number, step in enumerate(body["steps"], 1)
            if step["stage"] == stage
        ]
        cards += [
            row | {"is_gone": True} for row in changes if row["kind"] == "removed" and row["stage"] == stage
        ]
        shown = [each for each in cards if view != CHANGES or each.get("change") or each.get("is_gone")]
        found.append(
            {"stage": stage, "cards": shown, "is_first": stage == STAGES[0], "is_last": stage == STAGES[-1]}
        )
    return found


def card(number, step, body, change, is_wrong):
    return {
        "number": number,
        "code": step["id"],
        "title": words.step_title(step),
        "about": words.summary(step),
        "conditions": words.conditions(step, body),
        "is_optional": step.get("mandatory") is not True,
        "change": change,
        "is_wrong": is_wrong,
    }


def step_at(body, pointer):
    """The code of the step that a pointer leads into, or ""."""
    place = pointer.split("/")[1:]
    if len(place) > 1 and place[0] == "steps" and int(place[1]) < len(body["steps"]):
        return body["steps"][int(place[1])]["id"]
    return ""


def told_problems(body, problems):
    """[{"code", "title", "field", "sentence"}]: what keeps the draft from being published, and where."""
    rows = []
    for pointer, said in problems:
        code, place = step_at(body, pointer), tuple(pointer.split("/")[1:])
        within = place[2:] if code else place
        rows.append(
            {
                "code": code,
                "title": words.step_title(step_of(body, code)) if code else "",
                "field": words.label_of(within[:3], body) if within else "",
                "sentence": said,
            }
        )
    return rows


def step_rows(step, body):
    """[(label, value)] of a step for those who read."""
    return [
        (words.label_of(path, body), words.value_text(path, value, body))
        for path, value in flat_step(step).items()
        if path != ("stage",)
    ]


def recent(standing):
    """What was last done to this procedure, by this shop or for every shop."""
    events = Event.objects.filter(stream=f"sop:{standing.code}").order_by("-seq")[: 4 * RECENT]
    own = [event for event in events if event.shop_id in (None, standing.shop.pk)]
    return tell(own[:RECENT])
