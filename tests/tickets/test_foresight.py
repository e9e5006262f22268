"""What a bulk would do: the same refusals as one by one, at a cost that does not grow with each request."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from aftersales.errors import BadRequest, Invalid, InvalidFields, NotPossible, Refused
from aftersales.events.actors import Actor
from staff.actions import add_member
from tests.factories import SYSTEM, ticket_body
from tickets import foresight
from tickets.actions.holds import hold_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.marking import follow_ticket, tag_ticket
from tickets.actions.merging import merge_ticket
from tickets.actions.moves import cancel_ticket
from tickets.foresight import bulk_verb, foresee, verbs_in_bulk
from tickets.models import Ticket
from tickets.serializers import read_ticket
from tickets.verbs import perform

pytestmark = pytest.mark.django_db
OF_VERB = {
    "assign": {"to": "leo"},
    "reassign": {"to": "leo", "reason": "Knows it"},
    "tag": {"tag": "vip"},
    "untag": {"tag": "vip"},
    "hold": {"reason": "Recall", "waiting_on": "partner"},
    "escalate": {"reason": "Press"},
    "note": {"body": "Recall"},
    "reject": {"reason": "No"},
    "reply": {"macro": "greet_first"},
}
ONE_BY_ONE = OF_VERB | {"reply": {"body": "We have it"}}
ALL = {"filter": {}, "scope": "all"}


@pytest.fixture
def mixed(ticket, shop, amy):
    """With goods, without, tagged, held, followed, cancelled, merged."""
    made = [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _n in range(7)]
    by = Actor.staff(amy)
    tag_ticket(made[0], by=by, tag="vip")
    hold_ticket(made[1], by=by, reason="Recall", waiting_on="partner")
    follow_ticket(made[2], by=by)
    cancel_ticket(made[3], by=by)
    merge_ticket(made[4], by=by, into=made[5], units="add")
    return [ticket, *made]


def free_body():
    """A request that belongs to no order."""
    body = ticket_body(lines=[])
    del body["order"]
    return body


def foreseen(user, verb, selection=ALL):
    return foresee(bulk_verb(verb), OF_VERB.get(verb, {}), selection, by=Actor.staff(user))


def one_by_one(ticket, verb, actor):
    """The refusal of really doing it, which is taken back at once; "" where it can be done."""
    with transaction.atomic():
        try:
            perform(ticket, verb, ONE_BY_ONE.get(verb, {}), by=actor)
        except Refused as refused:
            return str(refused)
        transaction.set_rollback(True)
    return ""


VERBS = [verb.name for verb in verbs_in_bulk()]


@pytest.mark.parametrize("name", ["amy", "leo", "wen", "audrey"])
def test_it_says_what_one_by_one_would(mixed, stage, name):
    user = getattr(stage, name)
    for verb in VERBS:
        found = foreseen(user, verb)
        said = {pk: sentence for pk, _number, sentence in found.left_out} | dict.fromkeys(found.fits, "")
        tried = {
            row.pk: one_by_one(row, verb, Actor.staff(user)) for row in Ticket.objects.filter(pk__in=said)
        }
        assert said == tried, verb


def statements(user, verb):
    with CaptureQueriesContext(connection) as captured:
        foreseen(user, verb)
    return [query["sql"] for query in captured]


def test_many_cost_the_statements_of_one(mixed, shop, leo):
    leo.shop_ids()  # read once, and remembered
    few = {verb: len(statements(leo, verb)) for verb in VERBS}
    for _n in range(6):
        open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)

    assert {verb: len(statements(leo, verb)) for verb in VERBS} == few
    assert max(few.values()) <= 9


def test_each_five_hundred_cost_the_same_again(mixed, leo, monkeypatch):
    whole = len(statements(leo, "resolve"))
    monkeypatch.setattr(foresight, "BATCH", 4)

    assert len(statements(leo, "resolve")) - whole <= 5  # requests, holds, lines, runs, records


def test_reasons_are_grouped_with_the_numbers_behind_them(mixed, amy):
    found = foreseen(amy, "hold")

    assert (found.total, len(found.fits), len(found.left_out)) == (8, 6, 2)
    assert found.reasons == [
        ("“Put on hold” is not possible: this request is cancelled.", [mixed[4].number]),
        (f"“Put on hold” is not possible: this request is merged into {mixed[6].number}.", [mixed[5].number]),
    ]


def test_what_is_not_ones_own_does_not_exist(mixed, bob, amy):
    with pytest.raises(NotPossible, match="No request is meant"):
        foreseen(bob, "follow")
    numbers = {"numbers": [mixed[0].number.lower(), "A26-NONE"]}
    with pytest.raises(NotPossible, match="No request is meant"):
        foreseen(bob, "follow", numbers)

    found = foreseen(amy, "follow", numbers)
    assert (found.fits, found.unknown) == ([mixed[0].pk], ["A26-NONE"])


def test_more_than_the_limit_are_refused_with_a_sentence(mixed, amy, monkeypatch):
    monkeypatch.setattr(foresight, "MOST", 7)

    with pytest.raises(Invalid, match="more than 7 requests"):
        foreseen(amy, "follow")


@pytest.mark.parametrize(
    ("verb", "data", "kind", "sentence"),
    [
        ("refund", {}, BadRequest, "is not done to many at once. What is: assign"),
        ("merge", {}, BadRequest, "is not done to many at once"),
        ("moon", {}, BadRequest, "is not done to many at once"),
        ("tag", {}, InvalidFields, "This field is required"),
        ("tag", {"tag": "x", "colour": "red"}, BadRequest, "Unknown field “colour”"),
        ("reply", {"macro": "moon"}, InvalidFields, "There is no canned reply “moon”"),
        ("reply", {"body": "x"}, BadRequest, "Unknown field “body”"),
        ("assign", {"to": "bob"}, InvalidFields, "Nobody of this shop is called bob"),
    ],
)
def test_a_form_that_fits_nowhere_is_refused_as_a_form(mixed, amy, verb, data, kind, sentence):
    with pytest.raises(kind, match=sentence):
        foresee(bulk_verb(verb), data, ALL, by=Actor.staff(amy))


def test_a_form_that_fits_one_shop_leaves_the_others_out(mixed, stage, leo, bob):
    add_member(stage.other_team, leo)
    other = open_ticket(stage.other_shop, read_ticket(free_body()), by=SYSTEM)[0]

    found = foresee(bulk_verb("assign"), {"to": "bob"}, {"filter": {}}, by=Actor.staff(leo))

    assert found.fits == [other.pk]
    assert found.shops == {stage.shop.pk, stage.other_shop.pk}
    assert ("Nobody of this shop is called bob.", 6) in [
        (why, len(numbers)) for why, numbers in found.reasons
    ]
