"""Bulks on pages: ticked or all that match, seen before they run, watched, cancelled, taken back."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales import due
from staff.actions import add_member
from tests.factories import SYSTEM, ticket_body
from tickets.actions.intake import open_ticket
from tickets.models import Bulk, Ticket
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(shop, order):
    made = [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _n in range(3)]
    Ticket.objects.filter(pk=made[0].pk).update(tags=["vip"])
    return made


@pytest.fixture
def ticked(three):
    return {"view": "all", "number": [ticket.number for ticket in three], "verb": "tag"}


def ask(client, ticked, **more):
    """Look at what would happen, then ask for it as the page's own form would."""
    seen = client.post("/bulk/new", {**ticked, "do": "try", **more})
    hidden = dict(re.findall(r'name="(fits|key)" value="(\w+)"', seen.text))
    return client.post("/bulk/new", {**ticked, **hidden, "do": "run", **more})


def test_the_queue_has_boxes_and_a_bar_for_who_works(three, page_as, amy, audrey):
    page = page_as(amy).get("/queue?view=all").text
    assert page.count('form="bulk-form"') == 3
    assert f'aria-label="Select {three[0].number}"' in page
    assert '<option value="tag">Tag</option>' in page
    assert "The same for all 3 of this view" in page
    assert '<option value="close">' not in page  # an agent closes nothing, one by one or together

    page = page_as(audrey).get("/queue?view=all").text
    assert "bulk-form" not in page


def test_the_form_comes_first_then_what_would_happen_then_it_is_asked_for(three, ticked, page_as, amy):
    client = page_as(amy)
    form = client.post("/bulk/new", ticked)
    assert 'name="with-tag"' in form.text
    assert "3 requests selected" in form.text
    assert "will change" not in form.text

    seen = client.post("/bulk/new", {**ticked, "do": "try", "with-tag": "vip"})
    assert "2 requests will change" in seen.text
    assert "1 is left out" in seen.text
    assert "This request has the tag “vip” already." in seen.text
    assert not Bulk.objects.exists()

    answer = ask(client, ticked, **{"with-tag": "vip"})
    bulk = Bulk.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/bulk/{bulk.code}")
    assert (bulk.owner, bulk.verb, bulk.data, bulk.waiting, bulk.refused) == (
        amy,
        "tag",
        {"tag": "vip"},
        2,
        1,
    )
    page = client.get(answer["Location"]).text
    assert "2 requests in half a minute" in page
    assert f'action="/bulk/{bulk.code}/undo"' in page
    assert "About to start" in page


def test_a_verb_without_fields_is_foreseen_at_once(ticked, page_as, amy):
    page = page_as(amy).post("/bulk/new", {**ticked, "verb": "release"})

    assert "0 requests will change" in page.text
    assert "This request is not on hold." in page.text
    assert 'value="run"' not in page.text


def test_all_that_match_are_what_the_address_shows(three, page_as, amy):
    shown = {"view": "all", "tag": "vip", "all": "1", "verb": "follow"}
    ask(page_as(amy), shown)
    bulk = Bulk.objects.get()

    assert list(bulk.rows.values_list("ticket", flat=True)) == [three[0].pk]
    assert bulk.selection["scope"] == "open"


def test_a_second_click_asks_for_nothing_more(ticked, page_as, amy):
    client = page_as(amy)
    seen = client.post("/bulk/new", {**ticked, "verb": "follow"}).text
    hidden = dict(re.findall(r'name="(fits|key)" value="(\w+)"', seen))
    pages = [client.post("/bulk/new", {**ticked, "verb": "follow", **hidden, "do": "run"}) for _n in range(2)]

    assert {page["Location"] for page in pages} == {f"/bulk/{Bulk.objects.get().code}"}


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"do": "try", "with-tag": ""}, 422, "This field is required"),
        ({"do": "run", "with-tag": "x", "fits": "1"}, 412, "More requests match by now"),
        ({"do": "run", "with-tag": "x"}, 412, "More requests match by now"),
        ({"verb": "refund"}, 400, "is not done to many at once"),
        ({"verb": ""}, 400, "is not done to many at once"),
        ({"number": []}, 409, "No request is meant"),
        ({"number": ["A26-NONE"], "do": "run", "with-tag": "x"}, 409, "No request is meant"),
        ({"number": ["x\x00"]}, 409, "No request is meant"),
        ({"filter": "x", "all": "1"}, 422, "it is not JSON"),
        ({"do": "run", "with-tag": "x\x00", "fits": "3", "key": "\x00"}, 422, "Null characters"),
    ],
)
def test_a_refusal_is_a_sentence_on_the_page(ticked, page_as, amy, fields, status, sentence):
    page = page_as(amy).post("/bulk/new", {**ticked, **fields})

    assert page.status_code == status
    assert sentence in page.text
    assert not Bulk.objects.exists()


def test_what_came_of_each_is_told(three, ticked, page_as, amy, advance_clock):
    client = page_as(amy)
    path = ask(client, ticked, **{"with-tag": "vip"})["Location"]
    part = {"HX-Request": "true", "HX-Target": "bulk-progress"}
    assert 'hx-trigger="every 2s"' in client.get(path, headers=part).text
    advance_clock(60)
    due.drain(due.KINDS["bulk"])

    progress = client.get(path, headers=part)
    assert progress["HX-Trigger"] == '{"bulk.ended": true}'
    assert "every 2s" not in progress.text
    assert "2 of 3 done" in progress.text
    page = client.get(path).text
    assert page.count(">done</span>") == 2
    assert "has the tag “vip” already" in page
    assert three[0].number not in client.get(f"{path}?state=done").text
    assert client.get(f"{path}?cursor=x")["Location"] == path
    assert "Tag</a>" in client.get("/bulk").text


def test_undo_leads_to_what_takes_it_back(ticked, page_as, amy, advance_clock):
    client = page_as(amy)
    path = ask(client, ticked, **{"with-tag": "vip"})["Location"]
    advance_clock(60)
    due.drain(due.KINDS["bulk"])

    answer = client.post(f"{path}/undo", headers={"HX-Request": "true"})
    undo = Bulk.objects.get(verb="untag")
    assert answer["HX-Redirect"] == f"/bulk/{undo.code}"
    due.drain(due.KINDS["bulk"])
    page = client.get(f"/bulk/{undo.code}").text
    assert "Takes back:" in page
    assert f"/bulk/{undo.code}/undo" not in page
    again = client.post(f"/bulk/{undo.code}/undo", follow=True)
    assert "takes something back itself" in again.text


def test_undo_before_its_time_leaves_nothing(ticked, page_as, amy, advance_clock):
    client = page_as(amy)
    path = ask(client, ticked, **{"with-tag": "new"})["Location"]

    assert "Cancelled" in client.post(f"{path}/undo", follow=True).text
    advance_clock(60)
    due.drain(due.KINDS["bulk"])
    assert not Ticket.objects.filter(tags__contains=["new"]).exists()
    assert "Cancelled" in client.post(f"{path}/cancel", follow=True).text


def test_for_others_it_does_not_exist(stage, ticked, page_as, amy, leo, wen, bob, client):
    path = ask(page_as(amy), ticked, **{"with-tag": "vip"})["Location"]
    for user, status in ((leo, 200), (wen, 404), (bob, 404)):
        other = page_as(user)
        assert other.get(path).status_code == status
        assert (path in other.get("/bulk").text) == (status == 200)
    for act in ("cancel", "undo"):
        assert page_as(bob).post(f"{path}/{act}").status_code == 404
    assert Bulk.objects.get().state == "running"
    client.logout()
    assert client.get(path)["Location"].startswith("/signin") or client.get(path).status_code == 302


def test_the_pages_cost_the_same_for_many(shop, three, ticked, page_as, amy):
    def statements(path):
        with CaptureQueriesContext(connection) as captured:
            page_as(amy).get(path)
        return len(captured)

    first = ask(page_as(amy), {**ticked, "number": ticked["number"][1:2]}, **{"with-tag": "x"})["Location"]
    listed, one = statements("/bulk"), statements(first)
    for tag in "abc":
        second = ask(page_as(amy), ticked, **{"with-tag": tag})["Location"]

    assert (statements("/bulk"), statements(second)) == (listed, one)


def test_rows_of_a_shop_one_no_longer_serves_are_not_shown(stage, ticked, page_as, amy):
    add_member(stage.other_team, amy)
    path = ask(page_as(amy), ticked, **{"with-tag": "vip"})["Location"]
    amy.memberships.filter(team=stage.team).delete()

    assert ticked["number"][0] not in page_as(amy).get(path).text
