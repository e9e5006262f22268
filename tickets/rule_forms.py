"""What the forms of calendars and policies share: parts that are typed into, and what is wrong beside each.

A form refuses nothing: what was typed is a body again as it stands, and the reading that publishes says what
is wrong where.
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from aftersales.errors import Invalid, Refused
from aftersales.storable import storable
from aftersales.web.doors import check_text, no_constant

SPARE_ROWS, MORE_ROWS, MOST_ROWS = 2, 5, 200
LONGEST = 4_000  # of what is typed in one line
MOST_PROBLEMS = 12
LONGEST_BASE = 800_000  # of a body as it goes with its form


@dataclass
class Part:
    """One thing to type: a line, a tick, a select, chips to choose any of, or rows of lines.

    `columns` of rows are parts, too; a row has the value of each by its name.
    """

    name: str
    label: Any
    kind: str = "line"
    hint: Any = ""
    choices: Any = ()
    columns: tuple = ()
    lang: str = ""
    mono: bool = False
    numeric: bool = False
    cells: int = 0  # of the width, where it differs from the others of its section
    listed: str = ""  # the datalist that offers values
    value: Any = ""
    errors: list = field(default_factory=list)
    number: int = 0  # of its row, from one

    @property
    def rows(self):
        """[[part of each column]] of rows, as they are drawn."""
        return [
            [
                replace(column, name=f"{self.name}-{place}-{column.name}", value=row.get(column.name, ""),
                        number=place + 1, errors=[])
                for column in self.columns
            ]
            for place, row in enumerate(self.value)
        ]  # fmt: skip

    @property
    def options(self):
        """[(value, label, whether it is chosen)]; what stands there though it is not offered is kept."""
        chosen = self.value if isinstance(self.value, list) else [self.value]
        offered = [(str(value), label) for value, label in self.choices]
        strange = [
            (value, value) for value in chosen if value and value not in {value for value, _l in offered}
        ]
        return [(value, label, value in chosen) for value, label in (*offered, *strange)]

    @property
    def chosen(self):
        """In words, for what is folded."""
        return ", ".join(str(label) for _value, label, is_on in self.options if is_on)


@dataclass
class Section:
    """Parts that are read together; `cells` is how many twelfths of the width each takes."""

    title: Any
    parts: list
    hint: Any = ""
    cells: int = 6
    errors: list = field(default_factory=list)


class RuleForm:
    """`what` is a module that knows the kind: sections(context), shown(body), read(values, body), place(steps)."""

    def __init__(self, what, body, context, data=None, more=False):
        self.what, self.standing = what, body
        self.sections = what.sections(context)
        self.at_large = []
        values = self.typed(data) if data is not None else what.shown(body)
        for part in self.parts():
            part.value = values.get(part.name, [] if part.kind in ("chips", "rows") else "")
            if part.kind == "rows":
                part.value = [*part.value, *({} for _n in range(MORE_ROWS if more else SPARE_ROWS))]
        self.values = values

    @property
    def base(self):
        """The body that the form was begun from; it goes along, for a file or a preview is in force nowhere."""
        return json.dumps(self.standing, ensure_ascii=False)

    def parts(self):
        return [part for section in self.sections for part in section.parts]

    def body(self):
        return self.what.read(self.values, self.standing)

    def typed(self, data):
        return {part.name: typed(part, part.name, data) for part in self.parts()}

    def tell(self, problems):
        """Put what is wrong, as (pointer, sentence), beside its part."""
        by_name = {part.name: part for part in self.parts()}
        for pointer, sentence in problems:
            name, row = self.what.place([step for step in pointer.split("/") if step])
            part = by_name.get(name)
            if part is None:
                self.at_large.append(sentence)
            else:
                part.errors.append(f"{row}: {sentence}" if row else sentence)
        return self


def typed(part, name, data):
    if part.kind == "chips":
        return [storable(value)[:LONGEST] for value in data.getlist(name) if value][:MOST_ROWS]
    if part.kind == "rows":
        rows = (
            {column.name: typed(column, f"{name}-{place}-{column.name}", data) for column in part.columns}
            for place in range(MOST_ROWS)
        )
        return [row for row in rows if any(row.values())]
    return storable(data.get(name, "")).strip()[:LONGEST]


def base_of(text, parse, otherwise):
    """The body that a form was begun from, as it came back: what is none, or not sound, is `otherwise`."""
    if len(text) > LONGEST_BASE:
        return otherwise
    try:
        body = json.loads(text, parse_constant=no_constant)
        check_text(body)
        parse(body)
    except (ValueError, RecursionError, Refused):
        return otherwise
    return body


# -- values ----------------------------------------------------------------------------------


def words_of(text):
    """What stands between commas, blanks or line ends."""
    return text.replace(",", " ").replace("，", " ").replace("、", " ").replace("；", " ").split()


SIGNS = str.maketrans({**dict.fromkeys(",;、", " "), **dict.fromkeys("‐‑‒–—−~〜", "-")})


def times_of(text):
    """Days or hours, also as a Chinese keyboard writes them: ０９：００——１２：００ is 09:00-12:00."""
    plain = unicodedata.normalize("NFKC", text).translate(SIGNS)
    return re.sub(r"\s*-+\s*", "-", plain).split()


def between_commas(text):
    """What stands between commas, blanks and all."""
    words = (word.strip() for word in text.replace("，", ",").replace("、", ",").split(","))
    return [word for word in words if word]


def without_nothing(body):
    """The body without optional entries that say nothing."""
    return {name: value for name, value in body.items() if value not in ("", None, [], {})}


def row_of(place):
    """The row's number for people, of what follows the name in a pointer."""
    return str(int(place[1]) + 1) if len(place) > 1 and place[1].isdecimal() else ""


# -- what is wrong -----------------------------------------------------------------------------


def problems_of(check, body, sound):
    """[(pointer, sentence)] of all that is wrong: what was found is made sound, and the rest looked at again.

    `sound` is a value for each entry that nobody refuses.
    """
    found = []
    for _time in range(MOST_PROBLEMS):
        try:
            check(body)
        except Invalid as refused:
            place = [step for step in refused.field.split("/") if step]
            if not any(pointer.startswith(refused.field) for pointer, _said in found):
                found.append((refused.field, sentence_of(refused, place)))
            body = mended(body, place, sound)
            if body is None:
                break
        else:
            break
    return found


def sentence_of(refused, place):
    """Without the place before it: it stands beside its field."""
    shown = " › ".join(str(int(step) + 1) if step.isdecimal() else step for step in place)
    return getattr(refused, "sentence", "") or str(refused).removeprefix(f"{shown}: ")


def mended(body, place, sound):
    """The body with what is wrong put right; None where that is nothing that can be."""
    if not place or not isinstance(body, dict) or place[0] not in body:
        return None
    head, inner = place[0], body[place[0]]
    if len(place) > 1 and head in sound["_by_key"] and isinstance(inner, dict) and place[1] in inner:
        return body | {head: {key: value for key, value in inner.items() if key != place[1]}}
    if head in sound and inner != sound[head]:
        return body | {head: sound[head]}
    return {key: value for key, value in body.items() if key != head}


def language_parts(name, label, lang_label):
    """A text in both languages."""
    return [
        Part(f"{name}_zh", lang_label(label, "zh"), lang="zh-Hans"),
        Part(f"{name}_en", lang_label(label, "en"), lang="en"),
    ]


def code_part(context):
    """Of a rule that is new; it never changes afterwards."""
    hint = _("Small letters, digits and underscores; it never changes.")
    return [Part("code", _("Short name"), mono=True, hint=hint)] if context["is_new"] else []
