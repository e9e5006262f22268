"""What is told of events: in the reader's language, whoever wrote them and in whichever language they worked."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from django.conf import settings
from django.utils.translation import override

from aftersales.events import log, telling
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.events.telling import doers, sentence, tell
from staff.actions import issue_key
from tests.factories import SYSTEM, ticket_body
from tickets.actions import assignment, holds, linking, marking
from tickets.actions.conversation import add_note, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket
from tickets.actions.procedure import recategorise_ticket, skip_step
from tickets.models import Category
from tickets.queries.timeline import timeline
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db

# Numbers, codes and what people or shops wrote: they read the same in every language.
AS_WRITTEN = {
    *("number", "into", "code", "sku", "units", "quantity", "level", "score", "count", "total", "order"),
    *("done", "refused", "left", "expected", "received", "grade", "carrier", "waybill"),
    *("reason", "tag", "failure", "label", "username", "moved"),
}
# Of these kinds the name is a person's own word: of a shop's code, a file, a view.
NAMED_BY_PEOPLE = {"shop.create", "shop.close", "ticket.attach", "view.save", "view.change", "view.remove"}
NAMED_BY_PEOPLE |= {"view.restore"}
# What an event keeps in both languages; a key that is new here wants its pair where it is recorded.
IN_BOTH = {"name", "title", "kind", "target", "what", "category", "from_category", "policy", "before", "rule"}
CODES = {"priority": "urgent", "verb": "merge"}
DESK_KINDS = sorted(kind for kind in log.KINDS if not kind.startswith("lamp."))
APPS = ("aftersales", "staff", "tickets", "returns", "surveys")


def keys_of(kind):
    return {name for _text, name, _spec, _conversion in Formatter().parse(kind.en + kind.zh) if name}


def sample(kind):
    """Data as actions write it: codes bare, names in both languages."""
    data = {}
    for key in keys_of(kind):
        if key in AS_WRITTEN or kind.name in NAMED_BY_PEOPLE:
            data[key] = "7"
        elif key in CODES:
            data[key] = CODES[key]
        else:
            data |= {f"{key}_en": "word", f"{key}_zh": "词"}
    return data


# -- sentences --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DESK_KINDS)
def test_every_kind_is_told_in_the_readers_language_alone(name):
    kind = log.KINDS[name]
    event = Event(kind=name, data=sample(kind))

    assert keys_of(kind) <= AS_WRITTEN | set(telling.SAYINGS) | IN_BOTH
    assert not re.search("[A-Za-z_{}]", sentence(event, "zh-hans").replace("API", ""))
    assert not re.search("[\u4e00-\u9fff_{}]", sentence(event, "en"))


@pytest.mark.parametrize(("language", "told"), [("en", "priority: Urgent"), ("zh-hans", "优先级：紧急")])
def test_a_code_is_said_in_words(language, told):
    event = Event(kind="ticket.escalate", data={"priority": "urgent"})

    assert sentence(event, language).endswith(told)


def test_what_nobody_has_words_for_stays_as_it_is():
    assert sentence(Event(kind="ticket.escalate", data={"priority": "x1"}), "zh").endswith("x1")
    assert sentence(Event(kind="ticket.take", data={"name": "Amy"}), "zh") == "Amy 接手了工单"
    assert (
        sentence(Event(kind="ticket.take", data={"name_en": "Amy", "name_zh": ""}), "zh") == "Amy 接手了工单"
    )


# -- who did it -------------------------------------------------------------------------------


def test_every_automatic_actor_of_the_code_is_called_something():
    """A new one without a name for people would show up as its code."""
    named = set()
    for path in (path for app in APPS for path in Path(settings.BASE_DIR, app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and node.func.attr == "system" and node.args:
                named.add(node.args[0].value)

    assert named == set(telling.AUTOMATA)


@pytest.mark.parametrize(("language", "name"), [("en", "Deadline watch"), ("zh-hans", "时限看守")])
def test_an_automatic_actor_is_called_by_its_name_in_the_readers_language(language, name):
    event = Event(pk=1, kind="sla.warn", actor_kind="system", actor_name="sla")

    with override(language):
        assert doers([event]) == {1: name}


def test_people_are_called_by_their_own_name_in_the_readers_language(
    ticket, amy, leo, django_assert_num_queries
):
    with override("en"):
        assignment.take_ticket(ticket, by=Actor.staff(amy))
    with override("zh-hans"):
        assignment.assign_ticket(ticket, by=Actor.staff(leo), to=amy)
    events = list(Event.objects.filter(stream=ticket.stream, kind__in=["ticket.take", "ticket.assign"]))

    with override("en"), django_assert_num_queries(1):
        assert [(one["who"], one["sentence"]) for one in tell(events)] == [
            ("Amy", "Amy took the request"),
            ("Leo", "Assigned to Amy"),
        ]
    with override("zh-hans"):
        assert [(one["who"], one["sentence"]) for one in tell(events)] == [
            ("艾米", "艾米 接手了工单"),
            ("李欧", "指派给 艾米"),
        ]


def test_a_shops_key_and_a_customer_keep_their_own_names(shop, stage):
    key, _token = issue_key(by=SYSTEM, shop=shop, label="仓库 system")
    rows = [
        Event(pk=1, actor_kind="shop", actor_id=key.pk, actor_name=key.label),
        Event(pk=2, actor_kind="customer", actor_id=5, actor_name="王小明"),
        Event(pk=3, actor_kind="customer", actor_id=6, actor_name=""),
        Event(pk=4, actor_kind="staff", actor_id=0, actor_name="Gone"),
    ]

    with override("zh-hans"):
        assert doers(rows) == {1: "仓库 system", 2: "王小明", 3: "客户", 4: "Gone"}


# -- the page of a request --------------------------------------------------------------------


def handled(ticket, other, amy, leo):
    """A request to which much happened; what people typed is digits alone."""
    me, lead = Actor.staff(amy), Actor.staff(leo)
    assignment.take_ticket(ticket, by=me)
    assignment.assign_ticket(ticket, by=me, to=leo, note="1")
    assignment.read_hand_over(ticket, by=lead)
    assignment.assign_ticket(ticket, by=lead, to=None)
    assignment.reassign_ticket(ticket, by=lead, to=amy, team=None, reason="2")
    assignment.escalate_ticket(ticket, by=me, reason="3")
    marking.tag_ticket(ticket, by=me, tag="4")
    marking.untag_ticket(ticket, by=me, tag="4")
    marking.follow_ticket(ticket, by=lead)
    linking.link_ticket(ticket, by=me, to=other, kind="caused_by")
    linking.unlink_ticket(ticket, by=me, to=other)
    skip_step(ticket, by=lead, reason="5")
    recategorise_ticket(ticket, by=me, category=Category.objects.get(code="usage_help"))
    holds.hold_ticket(ticket, by=me, reason="6")
    holds.release_ticket(ticket, by=me)
    add_note(ticket, by=me, body="7")
    hear_customer(ticket, by=me, body="8")
    reply_to_customer(ticket, by=me, body="9")
    cancel_ticket(ticket, by=lead, reason="10")


@pytest.fixture
def other(shop, order):
    return open_ticket(shop, read_ticket(ticket_body(lines=[], category="general_question")), by=SYSTEM)[0]


@pytest.mark.parametrize(
    ("written", "read", "foreign"),
    [("en", "zh-hans", "[A-Za-z_]{2,}"), ("zh-hans", "en", "[\u4e00-\u9fff]")],
)
def test_the_timeline_is_told_in_the_readers_language(ticket, other, amy, leo, written, read, foreign):
    with override(written):
        handled(ticket, other, amy, leo)

    with override(read):
        entries, _older = timeline(ticket, Actor.staff(leo), reads_messages=False, undoable_since=None)
    flat = [one for entry in entries for one in entry.get("fold", [entry])]
    told = [f"{one['sentence']} {one['who']} {one['followed']}" for one in flat]

    assert len(told) > 18
    numbers = f"{ticket.number}|{other.number}|test"  # `test` is this test's own system
    assert [one for one in told if re.search(foreign, re.sub(numbers, "", one))] == []
