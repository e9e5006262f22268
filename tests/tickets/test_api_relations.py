"""Relations over the API: the same verbs as on the page, and what is told of a customer."""

import pytest

from aftersales.events.actors import Actor
from tests.factories import SYSTEM, order_body, ticket_body
from tests.tickets.uploads import paper
from tickets.actions.conversation import reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.merging import merge_ticket
from tickets.actions.moves import reject_ticket
from tickets.actions.orders import put_order
from tickets.models import Ticket
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db
ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]


@pytest.fixture
def again(shop, order):
    return lambda **changes: open_ticket(shop, read_ticket(ticket_body(**changes)), by=SYSTEM)[0]


def act(api, ticket, verb, **fields):
    return api.post(f"/tickets/{ticket.number}/actions/{verb}", fields)


# -- verbs ----------------------------------------------------------------------------


def test_a_shop_merges_and_takes_apart(api, ticket, again):
    source = again(lines=ONE_MUG)

    merged = act(api, source, "merge", into=ticket.number).json()
    assert (merged["status"], merged["stage"], merged["merged_into"]) == ("closed", "done", ticket.number)
    assert merged["allowed_actions"] == ["unmerge"]
    assert api.get(f"/tickets/{ticket.number}").json()["lines"][0]["quantity"] == 3

    back = act(api, source, "unmerge").json()
    assert (back["status"], back["stage"], back["merged_into"]) == ("new", "communicate", None)


def test_a_refusal_says_why_and_a_wrong_field_which(api, ticket, again):
    source = again(lines=[])
    act(api, source, "merge", into=ticket.number)

    refused = act(api, source, "merge", into=ticket.number)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_possible")
    assert f"merged into {ticket.number}" in refused.json()["detail"]
    for fields in ({"into": "A26-NOSUCH"}, {"into": ticket.number}, {}):
        wrong = act(api, ticket, "merge", **fields)
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/into")


def test_requests_of_others_do_not_exist(api, ticket, other_shop, api_as, bob):
    put_order(other_shop, "O-1", read_order(order_body()), by=SYSTEM)
    theirs = open_ticket(other_shop, read_ticket(ticket_body()), by=SYSTEM)[0]

    for verb, name in (("merge", "into"), ("link", "to"), ("unlink", "to")):
        refused = act(api, ticket, verb, **{name: theirs.number})
        assert f"There is no request {theirs.number}." in refused.text
    for path in (f"/tickets/{ticket.number}/relations", "/tickets/A26-NOSUCH/relations"):
        assert api_as(bob).get(path).status_code == 404


def test_a_part_is_split_off_by_line(api, ticket):
    line = ticket.lines.get()
    shape = act(api, ticket, "split", lines=[{"line": str(line.uid), "quantity": 1}], category="usage_help")

    assert [row["quantity"] for row in shape.json()["lines"]] == [1]
    part = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (part.category.code, part.lines.get().quantity) == ("usage_help", 1)
    for lines in (
        [],
        [{"line": str(line.uid), "quantity": 0}],
        [{"line": str(line.uid), "quantity": 9}],
        "x",
    ):
        refused = act(api, ticket, "split", lines=lines)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/lines")
    assert act(api, ticket, "split").status_code == 422
    assert Ticket.objects.count() == 2
    unknown = act(api, ticket, "split", lines=[{"line": str(line.uid), "quantity": 1}], category="nosuch")
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/category")


def test_tags_are_alike_however_they_are_typed_and_can_be_asked_for(api, ticket, again):
    again(lines=[])
    shape = act(api, ticket, "tag", tag="  Big   Fish ").json()

    assert shape["tags"] == ["big fish"]
    found = api.get("/tickets?tag=Big%20Fish").json()["results"]
    assert [row["number"] for row in found] == [ticket.number]
    assert act(api, ticket, "untag", tag="big fish").json()["tags"] == []


def test_people_follow_and_hand_over_and_a_shop_does_neither(api, api_as, ticket, amy, leo):
    assert act(api, ticket, "follow").status_code == 403
    assert act(api, ticket, "reassign", to="leo", reason="x").status_code == 403
    person = api_as(amy)
    assert act(person, ticket, "follow").status_code == 200
    assert "unfollow" in act(person, ticket, "tag", tag="x").json()["allowed_actions"]

    given = act(person, ticket, "reassign", to="leo", team="after-sales", reason="He knows.").json()
    assert (given["assignee"], given["team"]) == ("leo", "after-sales")
    for fields in ({"to": "leo"}, {"team": "others", "reason": "x"}, {"to": "bob", "reason": "x"}):
        assert act(person, ticket, "reassign", **fields).status_code == 422
    assert api.get(f"/tickets/{ticket.number}/relations").json()["followers"] == ["amy"]


def test_every_new_verb_describes_its_fields(api, ticket):
    listed = {
        row["verb"]: row["schema"] for row in api.get(f"/tickets/{ticket.number}/actions").json()["results"]
    }

    assert listed["merge"]["required"] == ["into"]
    assert listed["merge"]["properties"]["units"]["enum"] == ["add", "release"]
    assert listed["link"]["properties"]["kind"]["enum"] == ["related", "duplicate", "caused_by"]
    assert set(listed["split"]["properties"]) == {"lines", "category", "subject"}


# -- messages of merged requests -----------------------------------------------------------


def test_the_customers_words_to_a_merged_number_land_on_the_target(api, ticket, again, amy):
    source = again(lines=[])
    merge_ticket(source, by=Actor.staff(amy), into=ticket)

    said = api.post(f"/tickets/{source.number}/messages", {"author": "customer", "body": "Hello?"})
    assert (said.status_code, said.json()["ticket"]) == (201, ticket.number)
    refused = api.post(f"/tickets/{source.number}/messages", {"author": "shop", "body": "Hello!"})
    assert (refused.status_code, ticket.number in refused.json()["detail"]) == (409, True)

    told = api.get(f"/tickets/{ticket.number}/messages").json()["results"]
    assert [row["ticket"] for row in told] == [ticket.number, source.number, ticket.number]


def test_the_files_of_a_merged_request_are_read_with_the_targets(api, ticket, again, amy):
    source = again(lines=[])
    theirs = api.upload(f"/tickets/{source.number}/attachments", {"file": paper()}).json()["id"]
    own = api.upload(f"/tickets/{ticket.number}/attachments", {"file": paper("own.pdf")}).json()["id"]
    merge_ticket(source, by=Actor.staff(amy), into=ticket)

    for number, files in ((ticket.number, [theirs, own]), (source.number, [theirs])):
        told = api.get(f"/tickets/{number}/attachments").json()["results"]
        assert [row["id"] for row in told] == files


# -- reading -----------------------------------------------------------------------------


def test_relations_name_duplicates_others_and_the_customer(api, api_as, ticket, again, amy, wen):
    agent, same, ended = Actor.staff(amy), again(lines=ONE_MUG), again(lines=[])
    reply_to_customer(ended, by=agent, body="We are sorry.")
    reject_ticket(ended, by=agent, reason="Too late.")
    act(api, ticket, "link", to=ended.number, kind="caused_by")

    told = api.get(f"/tickets/{ticket.number}/relations").json()

    assert [(row["kind"], row["is_source"], row["number"]) for row in told["relations"]] == [
        ("caused_by", True, ended.number)
    ]
    assert told["duplicates"] == [{"number": same.number, "why": "Both are about MUG of the same order."}]
    assert [row["number"] for row in told["others"]] == [ended.number, same.number]
    assert told["customer"] == {
        "orders": 1,
        "asked": 0,  # the others were opened after this one
        "capped": False,
        "outcomes": [],
        "spent": [{"currency": "CNY", "paid_minor": 39900, "refunded_minor": 0}],
    }
    assert "spent" not in api_as(wen).get(f"/tickets/{ticket.number}/relations").json()["customer"]
    later = api.get(f"/tickets/{again(lines=[]).number}/relations").json()["customer"]
    assert (later["asked"], later["outcomes"]) == (3, [{"outcome": "Rejected", "count": 1}])


def test_relations_cost_the_same_for_one_and_for_many(api, ticket, again, django_assert_num_queries):
    from django.db import connection  # noqa: PLC0415 - of this test alone
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    act(api, ticket, "link", to=again(lines=[]).number)
    api.get(f"/tickets/{ticket.number}/relations")
    with CaptureQueriesContext(connection) as one:
        api.get(f"/tickets/{ticket.number}/relations")
        statements = len(one)
    for _number in range(5):
        act(api, ticket, "link", to=again(lines=[]).number)

    with django_assert_num_queries(statements):
        api.get(f"/tickets/{ticket.number}/relations")
