"""Filters as data: what is read and refused, what each field finds, and that nothing sent ever breaks."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import ask_customer, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket
from tickets.models import SlaClock, Ticket
from tickets.queries import filters
from tickets.queries.filter_fields import FIELDS
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


def only(field, op, value=None):
    return {"all": [{"field": field, "op": op} | ({} if value is None else {"value": value})]}


@pytest.fixture
def plain(shop, order):
    """A second request, without lines."""
    return open_ticket(shop, read_ticket(ticket_body(lines=[], category="usage_help")), by=SYSTEM)[0]


# -- what each field finds ---------------------------------------------------------------------

MEETS = [
    ("stage", "is", "communicate"),
    ("stage", "none_of", ["inspect", "resolve"]),
    ("status", "any_of", ["new", "open"]),
    ("waiting_on", "is", "us"),
    ("priority", "is_not", "urgent"),
    ("channel", "is", "platform"),
    ("resolution", "is", "return"),
    ("outcome", "is_not", "refund"),
    ("category", "is", "quality_other"),
    ("reason", "any_of", ["q_surface"]),
    ("sku", "is", "MUG"),
    ("sku", "none_of", ["KETTLE"]),
    ("order", "any_of", ["TM260001", "nowhere"]),
    ("tag", "is_not", "vip"),
    ("language", "is", "zh"),
    ("amount", "at_least", {"minor": 6000, "currency": "CNY"}),
    ("amount", "at_most", {"minor": 7000, "currency": "CNY"}),
    ("reopened", "is_not", "yes"),
    ("team", "is", "after-sales"),
    ("shop", "is", "demo"),
    ("assignee", "is", "nobody"),
    ("assignee", "none_of", ["me", "leo"]),
    ("step_kind", "is_not", "approve"),
    ("step_role", "any_of", ["agent", "supervisor"]),
    ("turn", "is", "me"),
    ("sla", "is", "on_time"),
    ("sla", "none_of", ["late", "paused", "missed", "met"]),
    ("due", "within", "60d"),
    ("due", "before", "2099-01-31T15Z"),
    ("team", "none_of", ["none"]),
    ("created", "newer", "1h"),
    ("updated", "newer", "1d"),
    ("customer_wrote", "newer", "1h"),
    ("we_wrote", "never", None),
    ("replied", "is_not", "yes"),
    ("customer", "is", "C-1"),
    ("requests", "at_least", 1),
]
MISSES = [
    ("stage", "is", "inspect"),
    ("sku", "is", "KETTLE"),
    ("reason", "none_of", ["q_surface"]),
    ("amount", "at_least", {"minor": 6000, "currency": "EUR"}),
    ("assignee", "any_of", ["me", "leo", "others"]),
    ("created", "older", "1h"),
    ("customer_wrote", "never", None),
    ("due", "in_hour", "2020-01-31T15Z"),
    ("due", "before", "2020-01-31T15Z"),
    ("team", "is", "none"),
    ("requests", "at_least", 2),
    ("ended", "newer", "9999d"),
    ("tag", "any_of", ["vip"]),
]


@pytest.mark.parametrize(("field", "op", "value"), MEETS)
def test_the_request_meets(ticket, found, field, op, value):
    assert found(only(field, op, value)) == {ticket.number}


@pytest.mark.parametrize(("field", "op", "value"), MISSES)
def test_the_request_misses(ticket, found, field, op, value):
    assert found(only(field, op, value)) == set()


def test_every_field_is_tried_both_ways():
    assert {field for field, *_rest in [*MEETS, *MISSES]} == set(FIELDS)


def test_groups_stand_in_each_other(ticket, plain, found, amy):
    take_ticket(plain, by=Actor.staff(amy))
    either = {"any": [only("assignee", "is", "me"), only("sku", "is", "MUG")]}

    assert found(either) == {ticket.number, plain.number}
    assert found({"all": [either, *only("category", "is", "usage_help")["all"]]}) == {plain.number}
    assert found({}) == found({"any": []}) == {ticket.number, plain.number}


def test_me_and_others_are_the_readers_own(plain, found, amy, leo):
    take_ticket(plain, by=Actor.staff(amy))

    assert found(only("assignee", "is", "me"), amy) == found(only("assignee", "is", "others"), leo)
    assert found(only("assignee", "is", "me"), leo) == set()
    assert found(only("assignee", "is", "amy"), leo) == {plain.number}


def test_clocks_tell_late_paused_missed_and_met(ticket, plain, found, amy):
    late = now() - timedelta(hours=1)
    Ticket.objects.filter(pk=plain.pk).update(next_due_at=late)
    SlaClock.objects.filter(ticket=plain, target="first_response").update(breached_at=late)
    reply_to_customer(ticket, by=Actor.staff(amy), body="Hello")
    ask_customer(ticket, by=Actor.staff(amy), body="Which one?")

    assert found(only("sla", "is", "late")) == found(only("sla", "is", "missed")) == {plain.number}
    assert found(only("sla", "is", "met")) == {ticket.number}


def test_who_spoke_last_and_when(ticket, plain, found, amy, advance_clock):
    reply_to_customer(ticket, by=Actor.staff(amy), body="Hello")
    advance_clock(hours=3)
    hear_customer(ticket, by=SYSTEM, body="Still broken")

    assert found(only("replied", "is", "yes")) == {ticket.number}
    assert found(only("we_wrote", "older", "2h")) == {ticket.number}
    assert found(only("updated", "older", "2h")) == {plain.number}


def test_the_ended_and_the_customers_other_requests(ticket, plain, found):
    cancel_ticket(plain, by=SYSTEM)

    assert found(only("ended", "newer", "1h")) == found(only("status", "is", "cancelled")) == {plain.number}
    assert found(only("requests", "at_least", 2)) == {ticket.number, plain.number}


def test_the_stranger_finds_nothing(ticket, found, bob):
    assert found({}, bob) == set()


# -- kept, and in words ------------------------------------------------------------------------------


def test_what_is_read_is_kept_as_it_was_and_reads_again(amy):
    data = {"any": [*only("stage", "any_of", ["inspect", "resolve"])["all"], only("we_wrote", "never")]}

    assert filters.read(data, Actor.staff(amy)).data() == filters.kept(data).data() == data


def test_a_kept_choice_that_is_gone_meets_nothing(ticket, amy):
    actor = Actor.staff(amy)
    gone = filters.kept(only("category", "is", "gone_for_good"))

    assert not Ticket.objects.filter(filters.query(gone, actor)).exists()
    assert filters.words(gone.parts[0], actor) == "Category: gone_for_good"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (only("stage", "any_of", ["inspect", "resolve"]), "Stage: Inspect, Resolve"),
        (only("assignee", "is_not", "me"), "Assignee is not me"),
        (only("created", "older", "1d"), "Opened longer ago than 1 day"),
        (only("we_wrote", "never"), "We wrote never"),
        (only("due", "before", "2026-01-31T15Z"), "Due before 15:00"),
        (only("team", "is", "none"), "Team: none"),
        (only("amount", "at_least", {"minor": 200000, "currency": "CNY"}), "Amount at least ¥2,000.00"),
        ({"all": [{"any": [*only("sku", "is", "MUG")["all"], *only("due", "within", "2h")["all"]]}]},
         "(SKU: MUG or Due within 2 hours)"),
    ],
)  # fmt: skip
def test_a_condition_in_words(amy, data, told):
    actor = Actor.staff(amy)

    assert filters.words(filters.read(data, actor).parts[0], actor) == told


def test_a_filter_knows_whether_it_means_the_reader(amy):
    def is_personal(*condition):
        return filters.read(only(*condition), Actor.staff(amy)).is_personal

    assert is_personal("turn", "is", "me")
    assert is_personal("assignee", "any_of", ["nobody", "me"])
    assert not is_personal("assignee", "is", "nobody")
