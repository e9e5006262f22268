"""The house rules that a machine can read: who writes, what repeats, what is declared, how long things are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, get_resolver

from aftersales import due, invariants
from aftersales.events.log import HANDLERS, KINDS
from aftersales.web.api import ApiView
from returns.workflow import WORKFLOWS
from tickets.workflow import TICKET_WORKFLOW

APPS = ("aftersales", "staff", "tickets", "returns", "surveys")
BASE = settings.BASE_DIR


def sources():
    """Every module of ours but tests, migrations and what only looks at the data."""
    for app in APPS:
        for path in sorted((BASE / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path):
    return str(path.relative_to(BASE))


# -- only actions write -----------------------------------------------------------

WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITING_SQL = re.compile(
    r"\b(INSERT INTO|UPDATE [\w.]+\s+(AS \w+\s+)?SET|DELETE FROM|TRUNCATE)\b", re.IGNORECASE
)
WRITERS = ("actions", "events")  # folders whose modules write; the log is the ground's own writer
# Everything else that writes, each with its reason.
MAY_WRITE = {
    "aftersales/sets.py": "many rows in one statement, for actions and the log",
    "aftersales/due.py": "a row's own tries, on behalf of every drain",
    "aftersales/workflow.py": "the table takes the step; only actions call it",
    "aftersales/versions/actions.py": "the actions of versions",
    "aftersales/mail/actions.py": "the actions of mail",
    "aftersales/mail/sending.py": "the drain's side of a mail: sent, in the same breath as sending",
    "aftersales/web/idempotency.py": "a request's key lives and dies with what the request wrote",
    "aftersales/web/due_kinds.py": "forgets those keys after seven days",
    "returns/label.py": "saves a canvas, not a row",
    "aftersales/replay/pictures.py": "saves a picture, not a row",
    "aftersales/demo/journeys.py": "saves a picture, not a row",
}


def writes_in(path):
    """(line, what) of every write in a module: methods that write rows, and SQL that does."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            # Rows are updated by keyword, dictionaries and hashes by position.
            is_update = name == "update" and node.keywords and not node.args and not is_configuration(node)
            if name in WRITES or is_update:
                yield node.lineno, f".{name}()"
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITING_SQL.search(node.value)
        ):
            yield node.lineno, "SQL that writes"


def is_configuration(call):
    """`app.conf.update(broker_url=...)` sets options."""
    return isinstance(call.func.value, ast.Attribute) and call.func.value.attr == "conf"


def may_write(path):
    return any(part in WRITERS for part in path.parts) or named(path) in MAY_WRITE


def test_only_actions_write():
    found = [
        f"{named(path)}:{line} {what}"
        for path in sources()
        if not may_write(path)
        for line, what in writes_in(path)
    ]

    assert found == []


@pytest.mark.parametrize("name", MAY_WRITE)
def test_every_exception_is_still_one(name):
    assert list(writes_in(BASE / name))


# -- endpoints ----------------------------------------------------------------------


def endpoints():
    """(address, view class) of everything below /api/v1 but its own description."""

    def walk(patterns, prefix=""):
        for pattern in patterns:
            address = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield (
                    address,
                    getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None),
                )
            else:
                yield from walk(pattern.url_patterns, address)

    for address, view in walk(get_resolver().url_patterns):
        if address.startswith("api/v1/") and not address.endswith(("openapi.json", "docs")):
            yield address, view


ENDPOINTS = dict(endpoints())


@pytest.mark.parametrize("address", ENDPOINTS)
def test_every_endpoint_stands_on_the_same_ground(address):
    view = ENDPOINTS[address]

    assert issubclass(view, ApiView)
    assert view.read_scope or not hasattr(view, "get")
    assert view.write_scope or not any(hasattr(view, method) for method in ("post", "put", "patch", "delete"))


@pytest.mark.parametrize("address", [address for address, view in ENDPOINTS.items() if hasattr(view, "post")])
def test_every_post_may_come_twice(address):
    view = ENDPOINTS[address]

    assert getattr(view, "writes_nothing", False) or view.post.__code__.co_filename.endswith(
        "web/idempotency.py"
    )


# -- events -------------------------------------------------------------------------


def recorded_kinds():
    """Kinds that code names where it records, and those that tables make of subject and verb."""
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "record_event",
                "record_events",
            ):
                for argument in node.args[:2]:
                    if isinstance(argument, ast.Constant):
                        yield argument.value
    for workflow in (TICKET_WORKFLOW, *WORKFLOWS):
        yield from (f"{workflow.subject}.{verb}" for verb in workflow.transitions)


PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_every_kind_of_event_is_declared():
    assert set(recorded_kinds()) - set(KINDS) == set()
    assert set(HANDLERS) - set(KINDS) == set()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_has_its_sentence_in_both_languages(name):
    kind = KINDS[name]
    told = {
        language: {word.removesuffix(f"_{language}") for word in PLACEHOLDER.findall(text)}
        for language, text in (("en", kind.en), ("zh", kind.zh))
    }

    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", name)
    assert re.search(r"[\u4e00-\u9fff]", kind.zh)
    assert re.search(r"[A-Za-z]", kind.en)
    assert told["en"] == told["zh"]


# -- what grows, and what is due -----------------------------------------------------

# Rows that belong to no shop, each with its reason.
OF_NO_SHOP = {
    "tickets.Category": "the pack's tree, the same for every shop",
    "tickets.Reason": "the pack's list, the same for every shop",
    "tickets.Bulk": "one person's work over requests, each of which leads to its shop",
    "tickets.SearchDue": "of a request, or of all requests of an order or a customer, each of which has a shop",
    "tickets.SavedView": "a person's, a team's or a shop's way of looking; it holds no rows",
    "staff.Shop": "the shop itself",
    "staff.Team": "serves several shops",
    "staff.User": "a person; their teams serve shops",
    "staff.Membership": "a person in a team",
    "staff.Digest": "a person's mail of notices",
    "staff.Shift": "a person's working hours",
    "tickets.HealingRound": "one row for the whole installation",
    "tickets.WaitingRound": "one row for the whole installation",
    "staff.Setting": "one row for the whole installation",
    "events.StreamHead": "the last link of a chain",
    "events.EventText": "beside its event, which carries the shop",
    "staff.SignInTries": "tries of an account or an address, before anybody is known",
    "web.IdempotencyKey": "kept seven days; its caller names the shop or the person",
}


def own_models():
    return [model for model in apps.get_models() if model.__module__.partition(".")[0] in APPS]


def leads_to_a_shop(model, seen=()):
    """Whether each of its rows belongs to one shop: by itself, or through what it cannot be without."""
    fields = model._meta.concrete_fields
    if any(field.attname == "shop_id" for field in fields):
        return True
    parents = [field.related_model for field in fields if field.is_relation and not field.null]
    return any(leads_to_a_shop(parent, (*seen, model)) for parent in parents if parent not in (*seen, model))


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_row_belongs_to_a_shop(model):
    assert leads_to_a_shop(model) or model._meta.label in OF_NO_SHOP


def due_models():
    return [model for model in own_models() if issubclass(model, due.DueRow)]


@pytest.mark.parametrize("model", due_models(), ids=lambda model: model._meta.label)
def test_every_due_row_is_drained_indexed_and_watched(model):
    forgotten = next(rule.sql for rule in invariants.rules() if rule.name == "nothing_due_is_forgotten")

    kinds = [kind for kind in due.KINDS.values() if getattr(kind, "model", None) is model]
    orders = {kind.order for kind in kinds}
    assert any(tuple(index.fields) in orders and index.condition for index in model._meta.indexes)
    assert model._meta.db_table in forgotten


# -- measure ------------------------------------------------------------------------

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
# Functions that may be; no file may.
MAY_BE_LONGER = {
    "aftersales/web/design.py": "a list of samples, read down like a page",
    "tests/factories.py": "an order as a shop sends it",
    "tests/browser/test_matrix.py": "the list of pages",
    "tests/browser/test_standard_return.py": "a journey, whose clicks are counted from end to end",
    "tests/browser/test_studio.py": "a journey from end to end",
}


def all_sources():
    """Our modules, their tests and the measurements."""
    yield from sources()
    for folder in ("tests", "bench"):
        yield from sorted((BASE / folder).rglob("*.py"))


@pytest.mark.parametrize("path", list(all_sources()), ids=named)
def test_nothing_is_too_long_to_read(path: Path):
    lengths = {
        node.name: lines_of(node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)
    }
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION}

    assert not too_long or named(path) in MAY_BE_LONGER
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def lines_of(function):
    """All its lines, from `def` to the last."""
    return function.end_lineno - function.lineno + 1


@pytest.mark.parametrize("path", list(sources()), ids=named)
def test_every_module_says_what_belongs_in_it(path: Path):
    assert ast.get_docstring(tree_of(path)) or not tree_of(path).body
