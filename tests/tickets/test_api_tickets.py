"""POST /tickets and what stands below it, as a shop's system meets them."""

import pytest

from staff import keys
from tests.factories import order_body, ticket_body
from tickets.models import OrderLine, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent_order(api):
    assert api.put("/orders/O-1", order_body()).status_code == 201


def test_an_order_comes_in_and_again_changes_nothing(api):
    body = order_body()
    first = api.put("/orders/O-1", body)
    again = api.put("/orders/O-1", body)

    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert [line["claimable"] for line in again.json()["lines"]] == [3, 1]
    assert again.json()["version"] == 1


@pytest.mark.usefixtures("sent_order")
def test_a_request_is_opened_with_its_next_step_and_clocks(api):
    answer = api.post("/tickets", ticket_body(external_id="R-1"))

    body = answer.json()
    assert answer.status_code == 201, body
    assert answer["Location"] == f"/api/v1/tickets/{body['number']}"
    assert (body["stage"], body["status"], body["waiting_on"]) == ("communicate", "new", "us")
    assert body["next_step"]["id"] == "hello"
    assert {clock["target"] for clock in body["sla"]} == {
        "first_response",
        "communicate",
        "resolution",
        "promise",
    }
    assert OrderLine.objects.get(external_id="1").claimed == 2


@pytest.mark.usefixtures("sent_order")
def test_the_same_external_id_and_body_gives_the_ticket_that_stands(api):
    first = api.post("/tickets", ticket_body(external_id="R-1")).json()
    again = api.post("/tickets", ticket_body(external_id="R-1"))
    other = api.post("/tickets", ticket_body(external_id="R-1", subject="other"))

    assert (again.status_code, again.json()["number"]) == (200, first["number"])
    assert (other.status_code, other.json()["code"]) == (409, "external_id_conflict")
    assert Ticket.objects.count() == 1


@pytest.mark.usefixtures("sent_order")
def test_one_idempotency_key_makes_one_ticket(api):
    first = api.post("/tickets", ticket_body(), idempotency_key="k1")
    again = api.post("/tickets", ticket_body(), idempotency_key="k1")
    other = api.post("/tickets", ticket_body(subject="x"), idempotency_key="k1")

    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Ticket.objects.count() == 1


@pytest.mark.usefixtures("sent_order")
def test_more_than_is_left_is_refused_with_what_is_left(api):
    api.post("/tickets", ticket_body())

    answer = api.post("/tickets", ticket_body())

    assert (answer.status_code, answer.json()["code"], answer.json()["left"]) == (
        409,
        "quantity_not_available",
        1,
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"order": "nowhere"}, 422, "unknown_order"),
        ({"category": "no_such"}, 422, "unknown_code"),
        ({"colour": "red"}, 400, "unknown_field"),
        ({"lines": [{"order_line": "9", "quantity": 1}]}, 422, "unknown_order_line"),
        ({"lines": [{"order_line": "1", "quantity": 0}]}, 422, "invalid"),
        ({"subject": 7}, 422, "invalid"),
    ],
)
@pytest.mark.usefixtures("sent_order")
def test_bad_input_gets_a_sentence_and_changes_nothing(api, body, status, code):
    answer = api.post("/tickets", ticket_body(**body))

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert Ticket.objects.count() == 0


def test_a_stranger_gets_the_same_404_as_for_nothing(ticket, api_as, bob, amy):
    assert api_as(amy).get(f"/tickets/{ticket.number}").status_code == 200
    theirs = api_as(bob).get(f"/tickets/{ticket.number}")
    nothing = api_as(bob).get("/tickets/A26-NOSUCH")

    assert theirs.status_code == nothing.status_code == 404
    assert {**theirs.json(), "request_id": ""} == {**nothing.json(), "request_id": ""}
    assert api_as(bob).get("/tickets").json()["results"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_reading_a_list_costs_the_same_for_one_and_three(api, order, count, django_assert_num_queries):
    for _ in range(count):
        api.post("/tickets", ticket_body(lines=[{"order_line": "1", "quantity": 1, "reason": "q_surface"}]))
    keys.forget()

    with django_assert_num_queries(4):  # key, tickets, lines, clocks; none per row
        assert len(api.get("/tickets").json()["results"]) == count


def test_opening_costs_the_same_for_one_line_and_two(api, order, django_assert_num_queries):
    one = {"order_line": "1", "quantity": 1, "reason": "q_surface"}
    two = [{**one, "quantity": 2}, {"order_line": "2", "quantity": 1}]
    api.post("/tickets", ticket_body(lines=[one], external_id="warm"), idempotency_key="w")

    # Key, twin, order with lines, one claim a line, ticket, what begins with it, event, answer kept; and a
    # savepoint, since a test is a transaction already.
    with django_assert_num_queries(11):
        assert (
            api.post("/tickets", ticket_body(lines=two, external_id="R"), idempotency_key="k").status_code
            == 201
        )
