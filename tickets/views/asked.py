"""What an address of the queue asks for: a view, an unsaved filter over it, its order and columns.

An address survives being edited by hand: what is not known is said and left out; a filter that cannot be
read shows no rows, so that nobody takes all requests for those they meant.
"""

import json
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from aftersales.errors import Invalid
from tickets.models import Scope
from tickets.queries import filters, selection
from tickets.queries.columns import COLUMNS
from tickets.queries.filter_fields import FIELDS
from tickets.queries.filter_values import HOUR_CODE
from tickets.queries.queue import SORTS, sort_in
from tickets.queries.saved_views import BUILT_IN, View, first_view

SHORT = [each.name for each in FIELDS.values() if each.takes in ("choice", "text")]
LONGEST_VALUE = 60
UNTIL = "until-"  # before an hour, for what is due till then


@dataclass(frozen=True)
class Asked:
    """`view` is the one named; `own` its filter as changed in the address, or None; `short` `?stage=inspect`."""

    view: View
    own: filters.Group | None = None
    short: dict = field(default_factory=dict)  # {name: values}
    scope: str = Scope.OPEN
    sort: str = ""
    columns: tuple = ()
    notes: tuple = ()
    refusal: str = ""

    @property
    def filter(self):
        return self.view.filter if self.own is None else self.own

    @property
    def group(self):
        """All that must hold."""
        if self.refusal:
            return filters.NOTHING
        parts = [condition_of(name, values) for name, values in self.short.items()]
        if not parts:
            return self.filter
        kept = self.filter.parts if self.filter.match == "all" else (self.filter,)
        return filters.Group("all", (*kept, *parts))

    @property
    def is_changed(self):
        """Whether it is more than the view as it is kept."""
        kept = self.view
        look = (self.scope, self.sort, self.columns)
        return self.own is not None or bool(self.short) or look != (kept.scope, kept.sort, kept.columns)

    def params(self):
        """The address's parameters: the view, and what differs from it."""
        found = {"view": self.view.code, **self.short}
        if self.own is not None:
            found["filter"] = dense(self.own.data())
        kept = self.view
        differing = {"scope": (self.scope, kept.scope), "sort": (self.sort, kept.sort)}
        found |= {name: str(here) for name, (here, there) in differing.items() if here != there}
        if self.columns != kept.columns:
            found["columns"] = ",".join(self.columns)
        return found

    def fields(self):
        """The same as [(name, value)] for a form."""
        pairs = (
            (name, value if isinstance(value, list) else [value]) for name, value in self.params().items()
        )
        return [(name, each) for name, values in pairs for each in values]

    def address(self, **more):
        return address(**self.params(), **more)

    def requests(self, actor):
        return selection.within(actor, self.group, self.scope)


def address(**params):
    return reverse("queue", query=params)


def dense(data):
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def read_address(params, actor, views):
    """The Asked of a QueryDict; every part that is not known is noted."""
    notes = []
    code = params.get("view", "")
    view = views.get(code) or BUILT_IN[first_view(actor.role)]
    if code and code not in views:
        notes.append(_("There is no view “%(code)s”.") % {"code": code[:LONGEST_VALUE]})
    own, refusal = None, ""
    if params.get("filter"):
        try:
            own = filters.from_text(params["filter"], actor)
        except Invalid as error:
            refusal = str(error)
    scope = known(params.get("scope"), Scope.values, view.scope, notes)
    sort = known(params.get("sort"), SORTS[scope], sort_in(scope, view.sort), notes)
    columns = read_columns(params, view, notes)
    short = read_short(params, actor, notes)
    return Asked(view, own, short, scope, sort, columns, tuple(notes), refusal)


def known(value, choices, otherwise, notes):
    if not value or value in choices:
        return value or otherwise
    notes.append(_("“%(value)s” is not known here; it was left out.") % {"value": value[:LONGEST_VALUE]})
    return otherwise


def read_columns(params, view, notes):
    """`?columns=due,customer`, or as boxes of a form; the next step is always there."""
    if "columns" not in params:
        return view.columns
    asked = [code for text in params.getlist("columns") for code in text.split(",") if code]
    for code in asked:
        known(code, COLUMNS, "", notes)
    return tuple(code for code in COLUMNS if code in asked)


def read_short(params, actor, notes):
    """{name: [values]} of `?stage=inspect&due=late`: a choice or text of a field, several by repeating it."""
    found = {}
    for name in (*SHORT, "due"):
        values = [value for value in params.getlist(name) if value][: filters.MOST_VALUES]
        good = [value for value in values if is_good(name, value, actor)]
        if good:
            found[name] = good[:1] if name == "due" else good
        notes.extend(
            _("“%(value)s” is not a choice of “%(filter)s”; it was left out.")
            % {"value": value[:LONGEST_VALUE], "filter": FIELDS[name].label}
            for value in values
            if value not in good
        )
    return found


def is_good(name, value, actor):
    try:
        filters.read(filters.Group("all", (condition_of(name, [value]),)).data(), actor)
    except Invalid:
        return False
    return True


def condition_of(name, values):
    """The condition that a short parameter stands for; `due` also takes late and paused, an hour, until one."""
    if name == "due" and set(values) <= {"late", "paused"}:
        return filters.Condition(FIELDS["sla"], "any_of", tuple(values))
    if name == "due" and values[0].startswith(UNTIL):
        return filters.Condition(FIELDS["due"], "before", (values[0].removeprefix(UNTIL),))
    if name == "due":
        op = "in_hour" if HOUR_CODE.fullmatch(values[0]) else "within"
        return filters.Condition(FIELDS["due"], op, tuple(values[:1]))
    return filters.Condition(FIELDS[name], "any_of", tuple(values))


def chips(asked, actor):
    """Each condition in words with the address without it; of the desk's own views only what was added."""
    found = []
    if asked.refusal:
        return found
    if asked.own is not None or asked.view.saved is not None:
        top = asked.filter if asked.filter.match == "all" else filters.Group("all", (asked.filter,))
        for place, part in enumerate(top.parts):
            rest = filters.Group("all", top.parts[:place] + top.parts[place + 1 :])
            found.append((filters.words(part, actor), replace(asked, own=rest).address()))
    for name, values in asked.short.items():
        rest = {each: kept for each, kept in asked.short.items() if each != name}
        found.append((filters.words(condition_of(name, values), actor), replace(asked, short=rest).address()))
    return [{"text": text, "without": without} for text, without in found]
