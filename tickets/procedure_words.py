"""How procedures are told to people: steps, their values, and what differs, in the reader's language."""

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from aftersales.errors import Invalid
from aftersales.languages import side_of
from aftersales.money import format_money
from aftersales.web.drawing import stage_name
from aftersales.web.times import span_text
from staff.models import Role
from tickets.content.sketch import step_of
from tickets.queries.procedures import vocabulary

KIND_NAMES = {
    "ask": gettext_lazy("Ask a question"),
    "check": gettext_lazy("Check a fact"),
    "photo": gettext_lazy("Collect photos"),
    "message": gettext_lazy("Send a message"),
    "decide": gettext_lazy("Decide"),
    "approve": gettext_lazy("Approve"),
    "do": gettext_lazy("Do something"),
    "wait": gettext_lazy("Wait"),
}
WAITS = {
    "parcel.receive": gettext_lazy("the goods arrive"),
    "parcel.scan": gettext_lazy("the carrier scans the parcel"),
    "parcel.intercept_result": gettext_lazy("the interception has a result"),
    "carrier.answer": gettext_lazy("the carrier answers"),
    "partner.record_result": gettext_lazy("the partner reports"),
    "dispute.ruling": gettext_lazy("the platform rules"),
    "resolution.done": gettext_lazy("what was proposed is carried out"),
}
INPUT_NAMES = {
    "text": gettext_lazy("text"),
    "serial": gettext_lazy("a serial number"),
    "items": gettext_lazy("a list of items"),
}
ANSWERS = {
    "pass": gettext_lazy("yes"),
    "fail": gettext_lazy("no"),
    "done": gettext_lazy("done"),
    "sent": gettext_lazy("sent"),
    "approved": gettext_lazy("approved"),
    "declined": gettext_lazy("declined"),
    "arrived": gettext_lazy("it happened"),
    "timeout": gettext_lazy("we waited in vain"),
}
LABELS = {
    "title": gettext_lazy("Title"),
    "goal": gettext_lazy("Goal"),
    "applies_to": gettext_lazy("Categories"),
    "instruction": gettext_lazy("Instruction"),
    "stage": gettext_lazy("Stage"),
    "kind": gettext_lazy("Kind"),
    "role": gettext_lazy("Who does it"),
    "mandatory": gettext_lazy("Mandatory"),
    "target_minutes": gettext_lazy("Time given"),
    "when": gettext_lazy("Only if"),
    "choices": gettext_lazy("Answers to choose from"),
    "input": gettext_lazy("What is typed"),
    "message": gettext_lazy("Message"),
    "remind_message": gettext_lazy("Reminder"),
    "late_message": gettext_lazy("Message when late"),
    "show_facts": gettext_lazy("Facts shown beside it"),
    "fact": gettext_lazy("Fact"),
    "verb": gettext_lazy("Action"),
    "args": gettext_lazy("Given to the action"),
    "checklist": gettext_lazy("Checklist"),
    "photos": gettext_lazy("Photos"),
    "until": gettext_lazy("Until"),
    "limit_days": gettext_lazy("Days at most"),
    "approver": gettext_lazy("Approved by"),
    "above": gettext_lazy("Above the limit by"),
    "currency": gettext_lazy("Currency"),
    "auto_below_minor": gettext_lazy("Passes by itself below"),
    "limit_minor": gettext_lazy("Limit"),
    "limits": gettext_lazy("Limits in other currencies"),
}
LANGUAGES = {"zh": gettext_lazy("Chinese"), "en": gettext_lazy("English")}


def spoken(texts, fallback=""):
    """The reader's side of {"zh", "en"}, else the other one."""
    texts = texts if isinstance(texts, dict) else {}
    other = {"zh": "en", "en": "zh"}[side_of()]
    return texts.get(side_of()) or texts.get(other) or fallback


def step_title(step):
    return spoken(step.get("title"), _("Untitled (%(code)s)") % {"code": step["id"]})


def role_name(role):
    if role == "system":
        return _("The desk")
    return str(Role(role).label) if role in Role.values else str(role)


def named(what, name):
    """The words of a fact, an action, a message or a checklist; its name where there are none."""
    words = vocabulary()[what].get(name) if isinstance(name, str) else None
    return spoken(words, name) if isinstance(words, dict) else str(words or name)


def minutes_text(minutes):
    return span_text(minutes * 60) if isinstance(minutes, int) and 0 <= minutes < 10**9 else str(minutes)


def answer_name(step, answer):
    """An answer of a step (as it stands in a body) in words."""
    choices = step.get("params", {}).get("choices", ()) if step else ()
    found = next((choice for choice in choices if choice.get("id") == answer), None)
    return str(spoken(found, answer)) if found else str(ANSWERS.get(answer, answer))


def summary(step):
    """One line under the title: who, how long, what it is about."""
    params = step.get("params", {})
    parts = [role_name(step.get("role", ""))]
    if step.get("target_minutes"):
        parts.append(minutes_text(step["target_minutes"]))
    if step["kind"] in ("ask", "decide") and params.get("choices"):
        count = len(params["choices"])
        parts.append(ngettext("%(count)d answer", "%(count)d answers", count) % {"count": count})
    about = {"check": "fact", "do": "verb", "message": "message", "wait": "until", "photo": "photos"}
    name = about.get(step["kind"])
    if name and params.get(name) not in (None, ""):
        parts.append(value_text((("params"), name), params[name], None))
    return " · ".join(str(part) for part in parts)


def conditions(step, body):
    """[(step's title, answer in words)] of what has to hold."""
    found = []
    for code, answer in step.get("when", {}).items():
        earlier = step_of(body, code)
        found.append((step_title(earlier) if earlier else code, answer_name(earlier, answer)))
    return found


# -- what differs ---------------------------------------------------------------------------


def in_language(label, language):
    return _("%(label)s (%(language)s)") % {"label": label, "language": LANGUAGES[language]}


def label_of(path, body):
    """The name of a field that differs, by the path to it."""
    name = path[1] if path[0] == "params" else path[0]
    label = str(LABELS.get(name, name))
    if path[0] == "when":
        earlier = step_of(body, path[1]) if body else None
        return f"{label} “{step_title(earlier) if earlier else path[1]}”"
    if len(path) > 1 and path[-1] in LANGUAGES and path[0] != "params":
        return in_language(label, path[-1])
    return f"{label} “{path[2]}”" if len(path) > 2 else label


def value_text(path, value, body):
    """One value of a step in words; a dash for nothing."""
    if value is None or value == "":
        return "–"
    name = path[1] if path[0] == "params" else path[0]
    if name == "when":
        return answer_name(step_of(body, path[1]) if body else None, value)
    if name in TOLD:
        return str(TOLD[name](value))
    if isinstance(value, dict):
        return pairs_text(value)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)


def yes_or_no(value):
    return {True: _("yes"), False: _("no")}.get(value, value)


def pairs_text(value):
    """A choice or limits as they stand: "zh / en", or "name: value"."""
    if "zh" in value or "en" in value:
        return f"{value.get('zh', '')} / {value.get('en', '')}"
    return ", ".join(f"{LABELS.get(key, key)}: {inner}" for key, inner in value.items())


def photos_text(count):
    if not isinstance(count, int):
        return count
    return ngettext("%(count)d photo", "%(count)d photos", count) % {"count": count}


TOLD = {
    "stage": stage_name,
    "kind": lambda value: KIND_NAMES.get(value, value),
    "role": role_name,
    "approver": role_name,
    "above": role_name,
    "mandatory": yes_or_no,
    "target_minutes": minutes_text,
    "fact": lambda value: named("fact", value),
    "verb": lambda value: named("verb", value),
    "message": lambda value: named("macro", value),
    "remind_message": lambda value: named("macro", value),
    "late_message": lambda value: named("macro", value),
    "checklist": lambda value: named("checklist", value),
    "show_facts": lambda value: "; ".join(named("fact", each) for each in value),
    "until": lambda value: WAITS.get(value, value),
    "input": lambda value: INPUT_NAMES.get(value, value),
    "photos": photos_text,
}


def money_text(path, value, step):
    """An amount with its currency, where that can be said."""
    currency = step.get("params", {}).get("currency")
    try:
        return format_money(value, currency, get_language() or "en")
    except (Invalid, TypeError):
        return str(value)


def told(change, old, new):
    """A Change in words: {"kind", "code", "title", "rows": [(label, old, new)]}."""
    rows = []
    for field in change.fields:
        body = new if field.path[0] != "when" or step_of(new, field.path[1]) else old
        if field.path[-1] in ("auto_below_minor", "limit_minor"):
            before, after = (
                "–" if value is None else money_text(field.path, value, change.step)
                for value in (field.old, field.new)
            )
        else:
            before, after = (value_text(field.path, value, body) for value in (field.old, field.new))
        rows.append((label_of(field.path, body), before, after))
    title = step_title(change.step) if change.code else _("The procedure itself")
    return {
        "kind": change.kind,
        "is_moved": change.is_moved,
        "code": change.code,
        "title": title,
        "stage": change.step.get("stage", "") if change.code else "",
        "rows": rows,
        "about": summary(change.step) if change.code and change.kind in ("added", "removed") else "",
    }


def outcome_text(tried):
    """What became of a step that was tried, as a sentence."""
    if tried.because:
        earlier, wanted, given = tried.because
        body = {"params": dict(earlier.params)}
        says = {"step": earlier.name, "wanted": answer_name(body, wanted), "given": answer_name(body, given)}
        if tried.outcome == "open":
            return _("Depends on “%(step)s”: only if it is “%(wanted)s”.") % says
        if not given:
            return _("Left out: “%(step)s” is left out, too.") % says
        return _("Left out: “%(step)s” is “%(given)s”, not “%(wanted)s”.") % says
    answer = answer_name({"params": dict(tried.step.params)}, tried.answer)
    if tried.outcome == "desk":
        return _("The desk answers by itself: %(answer)s.") % {"answer": answer}
    if tried.outcome == "recorded":
        return _("As recorded: %(answer)s.") % {"answer": answer}
    if tried.gone:
        return _("Would be asked: the recorded answer “%(answer)s” is no longer offered.") % {
            "answer": tried.gone
        }
    return _("Would be asked of: %(role)s.") % {"role": role_name(tried.step.role)}


def fact_text(tried):
    """The fact behind the desk's answer, in the reader's language."""
    if tried.fact is None:
        return ""
    return " · ".join(text for text in (getattr(tried.fact, side_of()), tried.why) if text)
