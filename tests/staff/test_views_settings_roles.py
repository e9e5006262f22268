"""Who sees and writes the settings: managers and administrators of the shop, nobody else."""

import pytest

from tests.factories import CAST

pytestmark = pytest.mark.django_db


SHOP = {
    "name_zh": "青禾",
    "name_en": "Greenleaf",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "calendar": "",
    "survey_delay_minutes": "60",
    "version": "1",
}


PERSON = {"name_en": "Nia", "name_zh": "尼娅", "email": "", "role": "agent", "teams": ["after-sales"]}


# -- who may ----------------------------------------------------------------------

PAGES = (
    "/settings/shops/demo",
    "/settings/people",
    "/settings/people/new",
    "/settings/people/{amy}",
    "/settings/teams",
    "/settings/teams/new",
    "/settings/teams/after-sales",
    "/settings/keys",
)
POSTS = (
    "/settings/shops/demo",
    "/settings/people/new",
    "/settings/people/{amy}",
    "/settings/people/{amy}/reset",
    "/settings/people/{amy}/deactivate",
    "/settings/people/{amy}/reactivate",
    "/settings/teams/new",
    "/settings/teams/after-sales",
    "/settings/keys",
    "/settings/keys/{key}/rotate",
    "/settings/keys/{key}/revoke",
)
OURS = [
    path for path in (*PAGES, *POSTS) if path.rpartition("/")[2] not in ("people", "teams", "keys", "new")
]


@pytest.fixture
def address(stage):
    key, _token = stage.issue(shop=stage.shop, label="our own key")
    return lambda path: path.format(amy=stage.amy.pk, key=key.pk)


@pytest.mark.parametrize("name", CAST)
def test_managers_and_administrators_alone_see_the_settings(stage, page_as, address, name):
    browser = page_as(getattr(stage, name))
    may = name in ("mona", "ada")

    assert {browser.get(address(path)).status_code for path in PAGES} == ({200} if may else {403})
    assert browser.get("/settings/shops/new").status_code == (200 if name == "ada" else 403)
    assert browser.get("/settings")["Location"] == ("/settings/shops/demo" if may else "/account")


@pytest.mark.parametrize("name", [name for name in CAST if name not in ("mona", "ada")])
def test_nobody_else_writes_there(stage, page_as, address, name):
    browser = page_as(getattr(stage, name))

    assert {browser.post(address(path)).status_code for path in POSTS} == {403}
    assert browser.post("/settings/shops/new").status_code == 403


def test_a_strange_administrator_finds_nothing_of_ours(page_as, olga, address):
    browser = page_as(olga)

    for path in sorted(set(OURS)):
        assert browser.post(address(path), SHOP | PERSON).status_code == 404, path
        assert browser.get(address(path)).status_code in (404, 405), path
    for path in ("/settings/people", "/settings/teams", "/settings/keys", "/settings/shops/other"):
        page = browser.get(path).text
        for ours in ("Greenleaf", "After-sales", "Amy", "our own key"):
            assert ours not in page, (path, ours)


def test_what_is_not_ours_and_what_is_not_there_look_alike(page_as, olga, address, alike):
    browser = page_as(olga)
    pairs = (
        (address("/settings/people/{amy}"), "/settings/people/999999"),
        ("/settings/shops/demo", "/settings/shops/none"),
        ("/settings/teams/after-sales", "/settings/teams/none"),
    )

    for ours, nowhere in pairs:
        here, there = browser.get(ours), browser.get(nowhere)
        assert here.status_code == 404
        assert alike(here) == alike(there)
