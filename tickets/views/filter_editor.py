"""The editor of a filter: its form as data, and data as its form, with rows added and taken away.

Each part has its path as the end of its names: `f-0-1` is the field of the second row of the first group.
"""

import re

from django.utils.translation import get_language

from aftersales.errors import Invalid
from aftersales.money import format_money, parse_money
from tickets.queries.filter_fields import FIELDS
from tickets.queries.filter_values import BY_HOUR, OPS, SETS, SEVERAL
from tickets.queries.filters import DEEPEST, MATCHES, MOST_CONDITIONS

PATH = re.compile(r"[gf](?:-(\d{1,2}(?:-\d{1,2}){0,3}))?", re.ASCII)
FEW_CHOICES = 10
SPANS = ("h", "d")
CURRENCIES = ("CNY", "EUR", "GBP", "HKD", "JPY", "USD")


# -- from the form to data --------------------------------------------------------------------


def draft(params):
    """The filter as the form has it now, after the button that was pressed; not checked yet."""
    data = group_of(params, "", 1)
    verb, _colon, path = params.get("do", "").partition(":")
    if verb in ("add", "group", "drop"):
        change(
            data,
            verb,
            [int(part) for part in path.split("-") if part.isascii() and part.isdigit()][:DEEPEST],
            params,
            path,
        )
    return data


def group_of(params, path, depth):
    match = params.get(f"g{path}", "all")
    match = match if match in MATCHES else "all"
    return {match: [part_of(params, f"{path}-{place}", depth) for place in places(params, path)]}


def places(params, path):
    """The numbers of the parts right below a path, in order."""
    found = set()
    for name in params:
        if PATH.fullmatch(name) and name[1:].startswith(f"{path}-"):
            found.add(int(name[1 + len(path) + 1 :].partition("-")[0]))
    return sorted(found)[:MOST_CONDITIONS]


def part_of(params, path, depth):
    if f"g{path}" in params and depth < DEEPEST:
        return group_of(params, path, depth + 1)
    field = FIELDS.get(params.get(f"f{path}", ""))
    if field is None:
        return {"all": []}
    op = params.get(f"o{path}", "")
    op = op if op in field.ops else field.ops[0]
    return condition_data(field, op, params.getlist(f"v{path}"), params.get(f"u{path}", ""))


def condition_data(field, op, typed, unit):
    """A row as data; of sets one value is `is`, several are `any_of`."""
    if op == "never":
        return {"field": field.name, "op": op}
    values = [text.strip() for text in typed if text.strip()]
    if field.takes == "text":
        values = [part.strip() for text in values for part in re.split("[,，]", text) if part.strip()]
    values = [value_of(field, op, value, unit) for value in values]
    if op not in SETS:
        return {"field": field.name, "op": op, "value": values[0] if values else None}
    several = {"is": "any_of", "is_not": "none_of"}
    if len(values) == 1:
        op = {"any_of": "is", "none_of": "is_not"}.get(op, op)
        return {"field": field.name, "op": op if op in field.ops else field.ops[0], "value": values[0]}
    return {"field": field.name, "op": several.get(op, op), "value": values}


def value_of(field, op, text, unit):
    """What was typed as the filter keeps it; what cannot be is kept as it is, and refused by the filter."""
    if op in BY_HOUR or field.takes in ("choice", "text"):
        return text
    if field.takes == "span":
        return f"{text}{unit}"
    if field.takes == "number":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
    try:
        return {"minor": parse_money(text, unit), "currency": unit}
    except Invalid:
        return {"minor": text, "currency": unit}


def change(data, verb, steps, params, path):
    """Add a condition or a group to the group at the path, or drop the part that is there."""
    within = steps[:-1] if verb == "drop" else steps
    parts = parts_at(data, within)
    if parts is None:
        return
    if verb == "drop":
        if steps and steps[-1] < len(parts):
            del parts[steps[-1]]
    elif verb == "group":
        parts.append({"any" if "all" in data else "all": []})
    elif (field := FIELDS.get(params.get(f"add{'-' + path if path else ''}", ""))) is not None:
        parts.append({"field": field.name, "op": field.ops[0], "value": None})


def parts_at(data, steps):
    for step in steps:
        parts = next(iter(data.values()))
        if step >= len(parts) or "field" in parts[step]:
            return None
        data = parts[step]
    return next(iter(data.values()))


# -- from data to the form ---------------------------------------------------------------------


def drawn(data, actor, refused=None):
    """The parts of the editor for a template; a refusal stands at the part that it is about."""
    wrong = path_of(refused.field) if refused is not None else None
    fields = [(field.name, field.label) for field in FIELDS.values() if field.may_read(actor)]
    return draw_group(
        data or {"all": []}, actor, "", 1, {"wrong": wrong, "said": str(refused or ""), "fields": fields}
    )


def path_of(pointer):
    """`/filter/all/0/any/1/value` is about the part at `-0-1`."""
    return "".join(f"-{place}" for place in re.findall(r"/(?:all|any)/(\d+)", pointer))


def draw_group(data, actor, path, depth, sheet):
    match = next(iter(data))
    parts = [
        draw_row(part, actor, f"{path}-{place}", sheet)
        if "field" in part
        else draw_group(part, actor, f"{path}-{place}", depth + 1, sheet)
        for place, part in enumerate(data[match])
    ]
    return {
        "is_group": True,
        "path": path,
        "at": path.removeprefix("-"),
        "match": match,
        "parts": parts,
        "fields": sheet["fields"],
        "may_nest": depth < DEEPEST,
        "error": sheet["said"] if sheet["wrong"] == path else "",
    }


def draw_row(part, actor, path, sheet):
    field, op = FIELDS[part["field"]], part.get("op")
    values = part.get("value")
    values = [] if values is None else values if isinstance(values, list) else [values]
    shown = {"any_of": "is", "none_of": "is_not"}.get(op, op)
    return {
        "path": path,
        "at": path.removeprefix("-"),
        "field": field,
        "op": shown,
        "ops": [(each, OPS[each]) for each in field.ops if each not in (*SEVERAL, *BY_HOUR) or each == op],
        "takes": "hour" if op in BY_HOUR else field.takes,
        "error": sheet["said"] if sheet["wrong"] == path else "",
        **asked_for(field, op, values, actor),
    }


def asked_for(field, op, values, actor):
    """What the row's input shows."""
    if field.takes == "choice":
        choices = [(str(code), label, str(code) in values) for code, label in field.choices(actor)]
        gone = [(value, value, True) for value in values if value not in {code for code, *_rest in choices}]
        return {"choices": [*choices, *gone], "is_long": len(choices) > FEW_CHOICES}
    if field.takes == "span" and op not in BY_HOUR:
        value = str(values[0]) if values else "24h"
        return {"text": value.rstrip("hd"), "unit": value[-1:] if value[-1:] in SPANS else "h"}
    if field.takes == "amount":
        value = values[0] if values else {"minor": "", "currency": CURRENCIES[0]}
        return {
            "text": amount_text(value),
            "unit": value["currency"],
            "currencies": currencies(value["currency"]),
        }
    return {"text": ", ".join(str(value) for value in values)}


def currencies(chosen):
    return CURRENCIES if chosen in CURRENCIES else (*CURRENCIES, chosen)


def amount_text(value):
    """The number alone, as it is typed."""
    if not isinstance(value["minor"], int):
        return value["minor"]
    written = format_money(value["minor"], value["currency"], get_language() or "en")
    return re.sub(r"[^\d.]", "", written)
