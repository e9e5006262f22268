"""The rail: what each role finds there, and how many notices wait."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from staff import context
from staff.actions import notify

pytestmark = pytest.mark.django_db


def keys(user):
    return [gate["key"] for gate in context.desk(SimpleNamespace(user=user))["nav"]]


def test_each_role_finds_its_own(amy, wen, leo, ada, audrey):
    everyone = {name: set(keys(user)) for name, user in locals().items() if name != "keys"}

    assert all({"queue", "inbox"} <= found for found in everyone.values())
    assert "wall" not in everyone["wen"]
    assert "settings" in everyone["ada"]
    assert not {"settings", "mail", "surveys"} & everyone["amy"]
    assert {"mail", "surveys"} <= everyone["leo"] & everyone["audrey"]


def test_unread_notices_are_counted(amy, leo):
    notify([amy], "mention", key="a")
    notify([amy], "mention", key="b")
    rail = {gate["key"]: gate["count"] for gate in context.rail(amy)}

    assert (rail["inbox"], rail["queue"]) == (2, 0)
    assert {gate["key"]: gate["count"] for gate in context.rail(leo)}["inbox"] == 0


def test_strangers_and_pages_without_a_person_have_no_rail():
    assert list(context.desk(SimpleNamespace(user=AnonymousUser()))["nav"]) == []
    assert list(context.desk(SimpleNamespace())["nav"]) == []


def test_what_is_not_installed_is_not_shown():
    assert context.address(("no_such_page",)) == ""
    assert context.address(("no_such_page", "queue")) == "/queue"


def test_nothing_is_asked_before_a_rail_is_drawn(amy, django_assert_num_queries):
    with django_assert_num_queries(0):
        context.desk(SimpleNamespace(user=amy))


def test_what_a_narrow_bar_has_no_room_for_lies_under_more(page_as, leo):
    page = page_as(leo).get("/inbox").text
    more = page[page.index('class="pop account more"') :]
    more = more[: more.index("</details>")]

    for address in ("/answers", "/surveys", "/mail", "/settings/procedures"):
        assert f'href="{address}' in more
    assert 'href="/queue"' not in more
