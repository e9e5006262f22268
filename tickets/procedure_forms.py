"""The form of one step of a draft: its fields by kind, what was typed as a step again, and what is wrong where.

It refuses nothing: a draft may be unfinished, so what was typed is kept as it stands, and the reading that
publishes says beside each field what is wrong.
"""

from django import forms
from django.utils.translation import gettext as _

from tickets.content.params import INPUTS, KINDS, ROLES, WAITS_FOR
from tickets.content.sketch import answers_of
from tickets.procedure_inputs import (
    MONEY,
    READ_ROWS,
    ROWS,
    amount_of,
    field_of,
    money_shown,
    standing_rows,
    text_of,
    whole_of,
)
from tickets.procedure_words import (
    INPUT_NAMES,
    KIND_NAMES,
    LABELS,
    WAITS,
    answer_name,
    in_language,
    named,
    role_name,
    step_title,
)
from tickets.queries.procedures import vocabulary

SPARE_ROWS = 2
MOST_ROWS = 60
WORDS = (("title", 1), ("instruction", 2))  # and how many lines they have
NAMING = {
    "fact": "fact",
    "verb": "verb",
    "message": "macro",
    "remind_message": "macro",
    "late_message": "macro",
    "checklist": "checklist",
}
CLOSED = {
    "input": (INPUTS, INPUT_NAMES.get),
    "until": (WAITS_FOR, WAITS.get),
    "approver": (ROLES, role_name),
    "above": (ROLES, role_name),
}


class StepForm(forms.Form):
    """`data` is what was posted, else the step itself is shown; `problems` are those of the whole body."""

    def __init__(self, step, body, data=None):
        super().__init__(data, auto_id="step-%s")
        self.was, self.body = step, body
        self.kind = step["kind"]
        self.problems, self.at_large = {}, []
        for name, lines in WORDS:
            for language in ("zh", "en"):
                self._text(f"{name}_{language}", in_language(LABELS[name], language), lines)
                self.initial[f"{name}_{language}"] = step.get(name, {}).get(language, "")
        self._select("kind", [(kind, KIND_NAMES[kind]) for kind in KINDS], self.kind)
        self._select("role", [(role, role_name(role)) for role in ROLES], step.get("role", ""))
        self._text("target_minutes", _("Time given, in minutes"))
        self.initial["target_minutes"] = step.get("target_minutes", "")
        self.fields["mandatory"] = forms.BooleanField(label=_("Mandatory"), required=False)
        self.initial["mandatory"] = step.get("mandatory") is True
        required, optional, _answers = KINDS[self.kind]
        for name in (*required, *optional):
            if name not in ROWS:
                self._param(name, required)

    # -- fields -----------------------------------------------------------------------

    def _text(self, name, label, lines=1):
        widget = forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput()
        language = {"_zh": "zh-Hans", "_en": "en"}.get(name[-3:])
        widget.attrs |= {"lang": language} if language else {}
        self.fields[name] = forms.CharField(label=label, required=False, widget=widget, strip=False)

    def _select(self, name, choices, standing, label=None):
        """One of a list; what stands there though it is not on the list is kept and shown."""
        if standing not in dict(choices):
            choices = [*choices, (standing, str(standing) or "–")]
        self.fields[name] = forms.CharField(
            label=label or LABELS[name], required=False, widget=forms.Select(choices=choices)
        )
        self.initial[name] = standing

    def _param(self, name, required):
        standing = self.was.get("params", {}).get(name, "")
        nothing = [] if name in required and standing else [("", "–")]
        if name in NAMING:
            known = sorted(
                ((code, named(NAMING[name], code)) for code in vocabulary()[NAMING[name]]),
                key=lambda pair: pair[1],
            )
            self._select(name, nothing + known, standing)
        elif name in CLOSED:
            allowed, words = CLOSED[name]
            self._select(name, nothing + [(code, words(code)) for code in allowed], standing)
        elif name == "show_facts":
            listed = sorted(
                ((code, named("fact", code)) for code in vocabulary()["fact"]), key=lambda p: p[1]
            )
            widget = forms.CheckboxSelectMultiple(choices=listed)
            self.fields[name] = forms.Field(label=LABELS[name], required=False, widget=widget)
            self.initial[name] = standing or []
        else:
            self._text(name, LABELS[name])
            self.initial[name] = (
                money_shown(standing, self.currency_of(self.was)) if name in MONEY else standing
            )

    @staticmethod
    def currency_of(step):
        return step.get("params", {}).get("currency", "")

    # -- rows: answers, limits, arguments, conditions ------------------------------------

    def rows_of(self, name):
        """The rows of a param as {column: text}: as posted, else as they stand; with room for more."""
        standing = self.was.get("params", {}).get(name)
        rows = self._posted(name) if self.is_bound else standing_rows(name, standing)
        return [*rows, *[dict.fromkeys(ROWS[name], "") for _n in range(SPARE_ROWS)]][:MOST_ROWS]

    def _posted(self, name):
        found = []
        for number in range(MOST_ROWS):
            row = {column: text_of(self.data, f"{name}-{number}-{column}") for column in ROWS[name]}
            if any(value.strip() for value in row.values()):
                found.append(row)
        return found

    def conditions(self):
        """The answers that have to hold, "step=answer" each, with room for one more."""
        if self.is_bound:
            standing = [value for value in self.data.getlist("when") if value]
        else:
            standing = [f"{code}={answer}" for code, answer in self.was.get("when", {}).items()]
        return [*standing, ""]

    def earlier(self):
        """[(step's title, [(value, answer in words)])] of the steps before this one that have known answers."""
        groups = []
        for step in self.body["steps"]:
            if step["id"] == self.was["id"]:
                break
            answers = answers_of(step)
            if answers:
                pairs = [(f"{step['id']}={answer}", answer_name(step, answer)) for answer in answers]
                groups.append((step_title(step), pairs))
        return groups

    def strange_conditions(self):
        """What stands as a condition though no earlier step offers it: text to compare, or a step that went."""
        offered = {value for _title, pairs in self.earlier() for value, _words in pairs}
        return [value for value in self.conditions() if value and value not in offered]

    # -- what was typed --------------------------------------------------------------------

    def step(self):
        """The step as it was typed; after a change of kind with those params that the new kind has, too."""
        kind = self.data.get("kind") if self.data.get("kind") in KINDS else self.kind
        step = {
            "id": self.was["id"],
            "stage": self.was["stage"],
            "kind": kind,
            "role": text_of(self.data, "role"),
            "target_minutes": whole_of(text_of(self.data, "target_minutes")),
            "mandatory": self.data.get("mandatory") == "on",
        }
        for name, _lines in WORDS:
            step[name] = {language: text_of(self.data, f"{name}_{language}") for language in ("zh", "en")}
        params = self._params()
        allowed = {name for names in KINDS[kind][:2] for name in names}
        step["params"] = {name: value for name, value in params.items() if name in allowed}
        when = dict(value.split("=", 1) for value in self.data.getlist("when") if "=" in value)
        return step | ({"when": when} if when else {})

    def _params(self):
        required, optional, _answers = KINDS[self.kind]
        found = {name: self._typed(name) for name in (*required, *optional)}
        return {name: value for name, value in found.items() if value not in ("", [], {}, None)}

    def _typed(self, name):
        if name in ROWS:
            return READ_ROWS[name](self._posted(name))
        if name == "show_facts":
            return self.data.getlist(name)
        text = text_of(self.data, name)
        if name in MONEY:
            return amount_of(text, text_of(self.data, "currency"))
        return whole_of(text) if name in ("photos", "limit_days") else text

    # -- what is wrong ----------------------------------------------------------------------

    def tell(self, problems):
        """Put the problems of this step, of those of the whole body, beside their fields."""
        at = next((n for n, step in enumerate(self.body["steps"]) if step["id"] == self.was["id"]), -1)
        for pointer, sentence in problems:
            place = pointer.split("/")[1:]
            if place[:2] != ["steps", str(at)]:
                continue
            name, row = field_of(place[2:])
            if name in self.fields or name in ROWS or name == "when":
                told = f"{row}: {sentence}" if row else sentence
                self.problems.setdefault(name, []).append(told)
            else:
                self.at_large.append(sentence)
        return self

    def notes(self):
        """[(field, what is wrong there)] of every field, for those that are typed into."""
        return [(name, self.problems.get(name, [])) for name in (*self.fields, *ROWS, "when")]

    def parts(self):
        """What the page draws, in order: {"name", "field" or rows, "errors"}."""
        plain = (
            *self.fields,
            *(name for names in KINDS[self.kind][:2] for name in names if name in ROWS),
            "when",
        )
        for name in plain:
            yield {
                "name": name,
                "label": LABELS.get(name, ""),
                "field": self[name] if name in self.fields else None,
                "control": control(self, name, "step") if name in self.fields else "",
                "kind": kind_of_part(name),
                "rows": self.rows_of(name) if name in ROWS else None,
                "errors": self.problems.get(name, []),
            }


def control(form, name, prefix):
    """The input with its looks, tied to what is said below it."""
    attrs = {"aria-describedby": f"{prefix}-{name}-notes"}
    if form.problems.get(name):
        attrs["aria-invalid"] = "true"
    if not isinstance(form.fields[name].widget, forms.CheckboxInput):
        attrs["class"] = "in"
    return form[name].as_widget(attrs=attrs)


def kind_of_part(name):
    if name in ROWS or name == "when":
        return name
    return {"show_facts": "chips", "mandatory": "tick"}.get(name, "line")


class HeadingForm(forms.Form):
    """What the procedure is called and what it is for."""

    title_zh = forms.CharField(required=False, strip=False)
    title_en = forms.CharField(required=False, strip=False)
    goal_zh = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 2}))
    goal_en = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, body, data=None):
        super().__init__(data, auto_id="heading-%s")
        self.problems = {}
        for name in ("title", "goal"):
            for language in ("zh", "en"):
                key = f"{name}_{language}"
                self.fields[key].label = in_language(LABELS[name], language)
                self.fields[key].widget.attrs["lang"] = {"zh": "zh-Hans"}.get(language, language)
                self.initial[key] = body.get(name, {}).get(language, "")

    def body(self, standing):
        """The body with this heading."""
        return standing | {
            name: {language: text_of(self.data, f"{name}_{language}") for language in ("zh", "en")}
            for name in ("title", "goal")
        }

    def tell(self, problems):
        for pointer, sentence in problems:
            place = pointer.split("/")[1:]
            if place[0] in ("title", "goal"):
                key = f"{place[0]}_{place[1] if len(place) > 1 else 'en'}"
                self.problems.setdefault(key, []).append(sentence)
        return self

    def parts(self):
        for name in self.fields:
            yield {
                "name": name,
                "field": self[name],
                "control": control(self, name, "heading"),
                "kind": "line",
                "errors": self.problems.get(name, []),
            }
