"""From a filter as data to a query: read, checked against the declared fields, compiled, told in words.

A filter is {"all": [...]} or {"any": [...]}; what stands inside is again such a group, or a condition
{"field": "stage", "op": "any_of", "value": ["receive", "inspect"]}. An empty filter is met by every request.
"""

import json
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aftersales.errors import Invalid
from aftersales.money import format_money
from tickets.queries.due_hours import HOUR, hour_name, hour_of
from tickets.queries.filter_fields import FIELDS
from tickets.queries.filter_values import BY_HOUR, NEGATIVE, OPS, READ, SEVERAL, Field, any_of, shown

DEEPEST, MOST_CONDITIONS, MOST_VALUES = 3, 30, 50
LONGEST_JSON = 4000
MATCHES = ("all", "any")
PERSONAL = {"turn": None, "assignee": {"me", "others"}}  # fields, and their values, that mean the reader


@dataclass(frozen=True)
class Condition:
    field: Field
    op: str
    values: tuple

    def data(self):
        """The condition as it is kept."""
        given = {"field": self.field.name, "op": self.op}
        if self.op == "never":
            return given
        return given | {"value": list(self.values) if self.op in SEVERAL else self.values[0]}


@dataclass(frozen=True)
class Group:
    match: str  # all, any
    parts: tuple

    def data(self):
        return {self.match: [part.data() for part in self.parts]}

    def conditions(self):
        """All conditions at any depth."""
        for part in self.parts:
            if isinstance(part, Condition):
                yield part
            else:
                yield from part.conditions()

    @property
    def is_personal(self):
        """Whether it means something else for each reader."""
        return any(
            each.field.name in PERSONAL
            and (PERSONAL[each.field.name] is None or PERSONAL[each.field.name] & set(each.values))
            for each in self.conditions()
        )

    @property
    def is_costly(self):
        return any(each.field.is_costly for each in self.conditions())


EVERYTHING = Group("all", ())
NOTHING = Group("all", (Condition(FIELDS["status"], "any_of", ()),))


# -- reading ------------------------------------------------------------------------------


def from_text(text, actor):
    """A filter as it stands in an address; `{}` is everything."""
    return read(data_of(text), actor)


def data_of(text):
    """The JSON of a filter, not checked yet."""
    if len(text) > LONGEST_JSON:
        raise too_long()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(_("This filter cannot be read: it is not JSON."), field="filter") from None


def too_long():
    return Invalid(
        _("This filter is longer than %(most)s characters.") % {"most": LONGEST_JSON}, field="filter"
    )


def read(data, actor):
    """The filter somebody sends, checked: fields, operators, values, and that the choices are theirs."""
    found = kept(data)
    if len(json.dumps(found.data(), ensure_ascii=False, separators=(",", ":"))) > LONGEST_JSON:
        raise too_long()  # what is kept must fit into an address, where it is edited
    for condition in found.conditions():
        refuse_unreadable(condition, actor)
        refuse_strange(condition, actor)
    return found


def kept(data):
    """The filter of a saved view: its form was checked when it was saved; a choice may have gone since."""
    if data == {}:
        return EVERYTHING
    found = read_group(data, "/filter", 1)
    if sum(1 for _each in found.conditions()) > MOST_CONDITIONS:
        raise Invalid(
            _("A filter has at most %(most)s conditions.") % {"most": MOST_CONDITIONS}, field="filter"
        )
    return found


def read_group(data, place, depth):
    match = next(iter(data)) if isinstance(data, dict) and len(data) == 1 else None
    if match not in MATCHES or not isinstance(data[match], list):
        raise Invalid(_("A group is “all” or “any” with a list of conditions."), field=place)
    if depth > DEEPEST:
        raise Invalid(_("Groups stand in each other at most %(most)s deep.") % {"most": DEEPEST}, field=place)
    if len(data[match]) > MOST_CONDITIONS:
        raise Invalid(_("A filter has at most %(most)s conditions.") % {"most": MOST_CONDITIONS}, field=place)
    parts = [
        read_condition(part, f"{place}/{match}/{number}")
        if isinstance(part, dict) and "field" in part
        else read_group(part, f"{place}/{match}/{number}", depth + 1)
        for number, part in enumerate(data[match])
    ]
    return Group(match, tuple(parts))


def read_condition(data, place):
    field = FIELDS.get(data["field"]) if isinstance(data["field"], str) else None
    if field is None:
        raise Invalid(
            _("There is no field “%(name)s”. There are: %(known)s.")
            % {"name": shown(data["field"]), "known": ", ".join(FIELDS)},
            field=f"{place}/field",
        )
    if unknown := set(data) - {"field", "op", "value"}:
        raise Invalid(_("Unknown field “%(name)s”.") % {"name": shown(min(unknown))}, field=place)
    op = data.get("op", field.ops[0])
    if op not in field.ops:
        raise Invalid(
            _("“%(field)s” has no “%(op)s”. There are: %(known)s.")
            % {"field": field.label, "op": shown(op), "known": ", ".join(field.ops)},
            field=f"{place}/op",
        )
    return Condition(field, op, read_values(data, field, op, f"{place}/value"))


def read_values(data, field, op, place):
    """The values as a tuple; one, several or none, as the operator takes them."""
    if op == "never":
        if "value" in data:
            raise Invalid(_("“never” takes no value."), field=place)
        return ()
    given = data.get("value")
    values = given if op in SEVERAL else [given]
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES:
        raise Invalid(
            _("“%(field)s” takes a list of 1 to %(most)s values here.")
            % {"field": field.label, "most": MOST_VALUES},
            field=place,
        )
    takes = "hour" if op in BY_HOUR else field.takes
    try:
        return tuple(READ[takes](value, field) for value in values)
    except Invalid as error:
        raise Invalid(str(error), field=place) from error


def refuse_unreadable(condition, actor):
    """What one may not read, one does not filter by: the rows that come would tell it."""
    if not condition.field.may_read(actor):
        raise Invalid(
            _("Your role may not filter by “%(field)s”.") % {"field": condition.field.label}, field="filter"
        )


def refuse_strange(condition, actor):
    """A value that is no choice of this reader's is a mistake, and said."""
    if condition.field.takes != "choice":
        return
    known = names_of(condition, actor)
    for value in condition.values:
        if value not in known:
            raise Invalid(
                _("“%(value)s” is not a choice of “%(field)s”.")
                % {"value": value, "field": condition.field.label},
                field="filter",
            )
    if actor.user is None and Group("all", (condition,)).is_personal:
        raise Invalid(_("“me” is a person; this key is a shop's."), field="filter")


def names_of(condition, actor):
    """{code: label} of the choices, asked of the database only when a value is not one of those always there."""
    names = {str(code): str(label) for code, label in condition.field.always}
    if not names or not set(condition.values) <= set(names):
        names = {str(code): str(label) for code, label in condition.field.choices(actor)}
    return names


# -- compiling ----------------------------------------------------------------------------


def query(part, actor):
    """The Q of a condition or a group for this reader."""
    if isinstance(part, Group):
        parts = [query(each, actor) for each in part.parts]
        return any_of(parts) if part.match == "any" and parts else all_of(parts)
    met = part.field.meets(part.op, part.values, actor)
    met = met if isinstance(met, Q) else Q(met)
    return ~met if part.op in NEGATIVE else met


def all_of(parts):
    found = Q()
    for part in parts:
        found &= part
    return found


# -- in words -----------------------------------------------------------------------------


def words(part, actor):
    """The condition as a person reads it; a group in brackets."""
    if isinstance(part, Group):
        joint = _(" or ") if part.match == "any" else _(" and ")
        return "(" + joint.join(words(each, actor) for each in part.parts) + ")"
    label, said = part.field.label, value_words(part, actor)
    if part.op in ("is", "any_of"):
        return f"{label}: {said}"
    return f"{label} {OPS[part.op]} {said}".rstrip()


def value_words(condition, actor):
    if condition.op == "before":
        return ", ".join(map(start_words, condition.values))
    takes = condition.field.takes
    names = names_of(condition, actor) if takes == "choice" else {}
    said = [VALUE_WORDS.get(takes, str)(value) for value in condition.values]
    return ", ".join(names.get(each, each) for each in said)


def start_words(value):
    return hour_name(hour_of(value))


def span_words(value):
    if value.endswith("Z"):
        return f"{hour_name(hour_of(value))}–{hour_name(hour_of(value) + HOUR)}"
    number = int(value[:-1])
    if value.endswith("h"):
        return ngettext("%(n)s hour", "%(n)s hours", number) % {"n": number}
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def amount_words(value):
    return format_money(value["minor"], value["currency"], get_language() or "en")


VALUE_WORDS = {"span": span_words, "amount": amount_words}
