"""Registries that apps above fill at start-up: verbs, facts, panels, forms, matters and obstacles of steps, numbers by
which a request is found, what placeholders of replies stand for, and what the request's page reads with it.

So the ticket page shows returns, and a step runs `refund`, without tickets importing either.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"

VERBS = {}
ALIASES = {}  # the content pack's name of a verb -> ours
FACTS = {}
PANELS = {}
STEP_FORMS = {}
APPROVERS = []  # whose approval is awaited, where an app above holds what is proposed
FINDABLE = {}  # what else a request is found by, when an app above holds it
PLACEHOLDER_VALUES = {}  # what a placeholder of the closed list stands for, when an app above knows it
OBSTACLES = []  # what stands before steps, and who takes it away
PAGE_PARTS = []  # relations of the request's row, held by apps above, that its page reads with it
STEP_MATTERS = {}  # beside the forms: what a kind of step is about, when an app above holds it


@dataclass(frozen=True)
class InBulk:
    """How a verb is done to many at once; its form may depend on a request's shop and on nothing else of it.

    `refused(ticket, actor, **cleaned)` is what the action refuses beside `check`, asked before it is done.
    `undo` names the verb that takes it back: with `kept(ticket, data)`, read before it is done (None: this one
    stays), and only while `stands(ticket, data)`: what it did is still there.
    """

    undo: str = ""
    kept: Callable = lambda ticket, data: {}
    stands: Callable = lambda ticket, data: True
    refused: Callable = lambda ticket, actor, **cleaned: None
    form: type | None = None  # instead of the verb's own, which knows one request
    fill: Callable = lambda ticket, actor, data: data  # the verb's own data for one request, from that form's


@dataclass(frozen=True)
class Verb:
    """What a person or a system can do to a ticket: the form it asks for, the action it runs.

    `check(ticket, actor)` gives the refusal without raising it, or None; it decides what is offered.
    `action(ticket, by=..., **cleaned)` does it.
    """

    name: str
    action: Callable
    form: type
    label: str
    check: Callable
    aliases: tuple = ()
    icon: str = ""
    is_offered: bool = True  # shown as a button; False: only through its step or the API
    page: str = ""  # the route, by a request's number, of a page made for it: steps lead there
    scope: str = "tickets:write"  # what a shop key needs
    bulk: InBulk | None = None  # what may be done to many says how; the rest is done one by one


def register_verb(verb):
    """Add a verb; two of one name or alias are a mistake in the code, found at start."""
    for name in (verb.name, *verb.aliases):
        if name in ALIASES:
            raise ValueError(f"two verbs are called {name}")
        ALIASES[name] = verb.name
    VERBS[verb.name] = verb
    return verb


def verb_named(name):
    """The verb by its own name or a content pack's, or None."""
    return VERBS.get(ALIASES.get(name, name))


@dataclass(frozen=True)
class Answer:
    """What a fact found: pass, fail, or unknown with what is missing; `why` is shown to the agent."""

    value: str
    why: str = ""


def unknown(missing):
    """No data: a person confirms; the customer is never refused for it."""
    return Answer(UNKNOWN, missing)


@dataclass(frozen=True)
class Fact:
    name: str
    find: Callable  # (ticket) -> Answer
    en: str
    zh: str


def fact(name, *, en, zh):
    """Register the tested function behind a check: (ticket) -> Answer."""

    def register(find):
        FACTS[name] = Fact(name, find, en, zh)
        return find

    return register


def answer_of(name, ticket):
    """Ask a fact; one that has no code yet is unknown, so the step stays manual."""
    known = FACTS.get(name)
    return known.find(ticket) if known else unknown("")


@dataclass(frozen=True)
class Panel:
    """A box of the ticket page: `context(ticket, actor)` is a dict for its template, or None to hide it."""

    name: str  # "returns/goods": the template is templates/returns/_goods.html
    order: int
    context: Callable

    @property
    def template(self):
        app, _slash, part = self.name.partition("/")
        return f"{app}/_{part}.html"


def panel(name, *, order):
    def register(context):
        PANELS[name] = Panel(name, order, context)
        return context

    return register


def panels():
    return sorted(PANELS.values(), key=lambda panel: panel.order)


def step_form(kind):
    """Register the form class of a kind of SOP step."""

    def register(form):
        STEP_FORMS[kind] = form
        return form

    return register


@dataclass(frozen=True)
class Matter:
    """What a step is really about, held by an app above: the step is done once it is settled by its own verbs."""

    told: str  # a sentence: who wants what
    why: str = ""  # in their own words
    verb: str = ""  # what this actor may settle it with now, or nothing
    beside: tuple = ()  # the other verbs for this actor
    given: dict = field(default_factory=dict)  # fields of their forms that are no question any more
    awaits: str = ""  # who settles it, when this actor may not


def step_matter(kind):
    """Register `(ticket, actor) -> Matter or None` for a kind of SOP step."""

    def register(find):
        STEP_MATTERS[kind] = find
        return find

    return register


def matter_of(step, ticket, actor):
    """The matter behind the step, or None: then the step has a form of its own."""
    find = STEP_MATTERS.get(step.kind) if step is not None else None
    return find(ticket, actor) if find else None


def awaited_approver(find):
    """Register `ticket -> role or ""`: whose approval something of this request waits for now."""
    APPROVERS.append(find)
    return find


def approver_of(ticket):
    """The role whose approval is awaited, or "" when nothing waits for one."""
    return next(filter(None, (find(ticket) for find in APPROVERS)), "")


@dataclass(frozen=True)
class Obstacle:
    """What has to happen before a step can be done, and the way there for this person."""

    told: str  # a sentence: what is missing
    label: str = ""  # of the way there, for who may go it
    url: str = ""
    awaits: str = ""  # who takes it away, when this person may not


def obstacle(find):
    """Register `(ticket, step or None, actor) -> Obstacle or None`; without a step it is about the end."""
    OBSTACLES.append(find)
    return find


def obstacle_before(step, ticket, actor):
    """The first thing in the way that an app above knows of, or None."""
    return next(filter(None, (find(ticket, step, actor) for find in OBSTACLES)), None)


def findable(name):
    """Register `(ids of requests) -> {id: [codes]}`: numbers by which requests are found besides their own.

    Who changes them calls `note_search`, or search goes on with the old ones.
    """

    def register(find):
        FINDABLE[name] = find
        return find

    return register


def placeholder_value(name):
    """Register `(ticket, language) -> text or ""` for a placeholder that the list in tickets leaves open."""

    def register(find):
        PLACEHOLDER_VALUES[name] = find
        return find

    return register
