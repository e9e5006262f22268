"""The page of a recount: watched, steered and applied by leads; rules and recounts by each role and the stranger."""

import pytest
from django.test import Client

from tests.tickets.recount_cases import calendar_body, closed_for, posted
from tickets.actions import recounts
from tickets.actions.recounts import change_rule, preview_rule
from tickets.models import Recount

pytestmark = pytest.mark.django_db
HERE = "/settings/time/demo/calendars/own"
LEADS = ("leo", "mona", "ada")
POLICY = "/settings/time/demo/sla-policies/quality"


@pytest.fixture
def client(page_as, leo):
    return page_as(leo)


def test_paused_went_on_and_stopped_from_the_page(five, client, shop, lead):
    _version, recount = change_rule(shop, "calendar", "own", closed_for(1), by=lead, recount=True)
    at = f"/settings/recounts/{recount.code}"
    for verb, words in (("pause", "Paused"), ("resume", "Being counted"), ("cancel", "Cancelled")):
        assert client.post(f"{at}/{verb}").url == at
        assert words in client.get(at).content.decode()
    assert client.post(f"{at}/resume").status_code == 409
    assert client.post(f"{at}/explode").status_code == 404
    assert client.post(f"{at}/apply").status_code == 409


def test_a_preview_is_put_in_force_only_once_it_was_counted_to_its_end(
    five, client, shop, lead, run_recounts, monkeypatch
):
    monkeypatch.setattr(recounts, "LOOK_SECONDS", 0)
    seen = preview_rule(shop, "calendar", "own", closed_for(1), by=lead)
    at = f"/settings/recounts/{seen.code}"
    assert seen.state == "running"
    assert b'id="apply"' not in client.get(at).content
    refused = client.post(f"{at}/apply", {"clocks": "recount"})
    assert (refused.status_code, b"not counted to its end" in refused.content) == (409, True)
    assert not Recount.objects.filter(version__isnull=False).exists()
    newer = preview_rule(shop, "calendar", "own", closed_for(2), by=lead)
    assert client.post(f"{at}/apply").status_code == 409  # another has taken its place

    run_recounts()
    at = f"/settings/recounts/{newer.code}"
    assert b'id="apply"' in client.get(at).content
    assert client.post(f"{at}/apply").status_code == 302


@pytest.mark.parametrize(
    ("name", "may"),
    [(name, name in LEADS) for name in ("amy", "wen", "finn", "quinn", "audrey", *LEADS)],
)
def test_each_role_reads_and_only_leads_change(five, stage, shop, lead, name, may):
    recount = change_rule(shop, "calendar", "own", closed_for(1), by=lead, recount=True)[1]
    client = Client()
    client.force_login(getattr(stage, name))
    page = client.get(HERE)
    assert (page.status_code, page.context["may_edit"]) == (200, may)
    assert (b'id="look"' in page.content) is may
    assert client.get("/settings/time").status_code == 200
    assert client.get(f"/settings/recounts/{recount.code}").status_code == 200
    assert client.post(HERE, posted(page)).status_code == (302 if may else 403)
    assert client.post(f"/settings/recounts/{recount.code}/pause").status_code == (302 if may else 403)


def test_a_stranger_finds_none_of_it(five, stage, shop, lead):
    recount = change_rule(shop, "calendar", "own", closed_for(1), by=lead, recount=True)[1]
    client = Client()
    client.force_login(stage.bob)
    for path in (
        HERE,
        f"{HERE}/yaml",
        POLICY,
        f"/settings/recounts/{recount.code}",
        "/settings/time?shop=demo",
    ):
        assert client.get(path).status_code == 404, path
    assert client.post(HERE, {}).status_code == 404
    assert client.post(f"/settings/recounts/{recount.code}/pause").status_code == 404
    assert Client().get(HERE).status_code == 302


def test_the_clock_on_the_wall_can_only_be_looked_at(five, client):
    path = "/settings/time/demo/calendars/24x7"
    page = client.get(path)
    assert "no shop changes it" in page.content.decode()
    assert client.post(path, posted(page)).status_code == 422


@pytest.mark.parametrize(
    "data", [{}, {"do": "look"}, {"weekly_mon": "\x00", "seen": "x" * 99}, {"do": "explode"}]
)
def test_whatever_is_posted_is_answered(five, client, data):
    assert client.post(HERE, data).status_code in (200, 412, 422)
    assert client.post(POLICY, data).status_code in (200, 412, 422)


def test_as_a_file_and_what_there_is_not(five, client):
    file = client.get(f"{HERE}/yaml")
    assert "time_zone:" in file.content.decode()
    for path in ("/settings/time/demo/calendars/none", f"{HERE}x/yaml", "/settings/time/demo/moons/own"):
        assert client.get(path).status_code == 404


def test_the_list_and_a_form_cost_the_same_for_one_rule_and_many(
    five, client, shop, lead, django_assert_max_num_queries
):
    for number in range(4):
        change_rule(shop, "calendar", f"c{number}", calendar_body(code=f"c{number}"), by=lead)
    client.get("/settings/time")
    with django_assert_max_num_queries(12):
        client.get("/settings/time")
    client.get(HERE)
    with django_assert_max_num_queries(12):
        client.get(HERE)
