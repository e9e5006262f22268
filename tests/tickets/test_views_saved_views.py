"""Keeping a view from the queue's page: saved, shared, changed, taken away and brought back."""

import json
import re

import pytest

from aftersales.events.actors import Actor
from tickets.actions.saved_views import save_view
from tickets.models import SavedView

pytestmark = pytest.mark.django_db
OURS = {"all": [{"field": "waiting_on", "op": "is", "value": "us"}]}


@pytest.fixture
def shared(stage, leo):
    return save_view("Ours", by=Actor.staff(leo), reach="team", team=stage.team, filter=OURS)


def look(**fields):
    return {
        "view": "all",
        "filter": json.dumps(OURS),
        "scope": "open",
        "sort": "newest",
        "columns": "due",
        **fields,
    }


def test_a_look_is_saved_and_stands_beside_the_queue(ticket, page_as, amy):
    client = page_as(amy)
    answer = client.post("/queue/views", look(name="Ours", reach="personal"), follow=True)
    view = SavedView.objects.get()

    assert answer.redirect_chain == [(f"/queue?view={view.code}", 302)]
    assert (view.filter, view.sort, view.columns, view.owner) == (OURS, "newest", ["due"], amy)
    assert "Saved as “Ours”" in answer.text
    assert re.search(
        rf'view={view.code}" aria-current="page"><span class="cut">Ours</span><span class="n"', answer.text
    )
    assert ticket.number in answer.text


def test_what_the_address_adds_is_saved_with_it(page_as, amy):
    page_as(amy).post("/queue/views", look(name="Narrow", stage="inspect"))

    assert SavedView.objects.get().filter == {
        "all": [*OURS["all"], {"field": "stage", "op": "any_of", "value": ["inspect"]}]
    }


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"name": ""}, 422, "a name of up to 60"),
        ({"name": "<b>", "reach": "team:after-sales"}, 403, "kept by who leads the team"),
        ({"name": "x", "reach": "team:others"}, 422, "Say which team"),
        ({"name": "x", "reach": "moon"}, 422, "for one person, a team or a shop"),
        ({"name": "x", "filter": "x"}, 422, "it is not JSON"),
    ],
)
def test_a_refusal_keeps_what_was_typed(page_as, amy, fields, status, sentence):
    page = page_as(amy).post("/queue/views", look(**fields))

    assert page.status_code == status
    assert sentence in page.text
    assert f'name="name" maxlength="60" value="{fields["name"].replace("<b>", "&lt;b&gt;")}"' in page.text
    assert not SavedView.objects.exists()


def test_a_lead_renames_and_shares(stage, shared, page_as, leo, amy):
    client = page_as(leo)
    form = client.get(f"/queue/views?view={shared.code}")
    assert f'action="/queue/views/{shared.code}"' in form.text
    assert 'value="team:after-sales" selected' in form.text

    client.post(f"/queue/views/{shared.code}", look(name="All of ours", reach="shop:demo"))

    shared.refresh_from_db()
    assert (shared.name, shared.reach, shared.shop, shared.sort) == (
        "All of ours",
        "shop",
        stage.shop,
        "newest",
    )
    assert "Greenleaf</h2>" in page_as(amy).get("/queue").text


def test_an_agent_may_only_save_a_teams_view_as_a_new_one(shared, page_as, amy):
    client = page_as(amy)
    form = client.get(f"/queue/views?view={shared.code}")

    assert 'action="/queue/views"' in form.text
    assert "Take the view away" not in form.text
    assert client.post(f"/queue/views/{shared.code}", look(name="x")).status_code == 403
    assert client.post(f"/queue/views/{shared.code}/remove", look()).status_code == 403


def test_a_view_is_taken_away_and_brought_back_by_the_toast(shared, page_as, leo, amy):
    client = page_as(leo)
    answer = client.post(f"/queue/views/{shared.code}/remove", look(view=shared.code), follow=True)

    assert answer.redirect_chain == [("/queue", 302)]
    assert f"/queue/views/{shared.code}/restore" in answer.text
    assert "Ours" not in page_as(amy).get("/queue").text
    assert page_as(leo).post(f"/queue/views/{shared.code}/restore").status_code == 302
    assert "Ours" in page_as(amy).get("/queue").text


def test_the_stranger_finds_no_view(shared, page_as, bob):
    client = page_as(bob)

    assert "Ours" not in client.get(f"/queue?view={shared.code}").text
    for path in ("", "/remove", "/restore"):
        assert client.post(f"/queue/views/{shared.code}{path}", look(name="x")).status_code == 404


def test_a_view_by_money_is_not_for_those_who_see_none(stage, page_as, leo, wen):
    rich = {"all": [{"field": "amount", "op": "at_least", "value": {"minor": 1, "currency": "CNY"}}]}
    save_view("Rich", by=Actor.staff(leo), reach="team", team=stage.team, filter=rich)

    assert "Rich" in page_as(leo).get("/queue").text
    assert "Rich" not in page_as(wen).get("/queue").text


def test_a_view_whose_field_is_gone_stands_empty(ticket, shared, page_as, leo):
    SavedView.objects.update(filter={"all": [{"field": "moon", "op": "is", "value": "full"}]})
    page = page_as(leo).get(f"/queue?view={shared.code}")

    assert page.status_code == 200
    assert ticket.number not in page.text


def test_twenty_views_cost_as_many_statements_as_one(ticket, page_as, amy, django_assert_num_queries):
    actor, client = Actor.staff(amy), page_as(amy)
    mine = {"all": [{"field": "assignee", "op": "is", "value": "me"}]}
    sku = {"all": [{"field": "sku", "op": "is", "value": "MUG"}]}
    for number, kept in enumerate([OURS, mine, sku] * 6):
        save_view(f"View {number}", by=actor, filter=kept)
    client.get("/queue?view=all")
    with django_assert_num_queries(8):
        page = client.get("/queue?view=all")
    assert page.text.count('data-counter="v-') == 18


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_view_is_called_what_its_keeper_called_it(language, stage, page_as, leo):
    view = save_view("Above ¥500", by=Actor.staff(leo), reach="shop", shop=stage.shop)
    browser, headers = page_as(leo), {"accept-language": language}

    form = browser.get(f"/queue/views?view={view.code}", headers=headers).text
    browser.post(
        f"/queue/views/{view.code}", look(view=view.code, name="所有", reach="shop:demo"), headers=headers
    )

    view.refresh_from_db()
    assert 'value="Above ¥500"' in form
    assert view.name == "所有"
