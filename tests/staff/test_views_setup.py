"""The set-up page: by the printed link, in one form, once."""

import pytest

from staff.actions import create_shop
from staff.actions.installation import new_setup_token
from staff.models import Shop, User
from tests.clients import Api
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db

TYPED = {
    "code": "tea",
    "name_zh": "茶铺",
    "name_en": "Tea",
    "currency": "CNY",
    "country": "cn",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "calendar": "cn_extended",
    "survey_delay_minutes": "30",
    "return_name": "退货仓",
    "return_phone": "400-000-0000",
    "return_address": "示例路 1 号",
    "team_name_zh": "售后",
    "team_name_en": "After-sales",
    "username": "owner",
    "person_name_en": "Owner",
    "password": "a few good words",
    "password_again": "a few good words",
}


@pytest.fixture
def token(db):
    create_shop(
        by=SYSTEM, code="demo", name_zh="演", name_en="Demo", currency="CNY", country="CN", is_demo=True
    )
    return new_setup_token()


def test_the_page_opens_by_its_link_alone(client, token):
    assert client.get("/setup", {"token": token}).status_code == 200
    for wrong in ("", "x", token[:-1], token + "="):
        refused = client.get("/setup", {"token": wrong})
        assert refused.status_code == 403
        assert "manage.py setup_token" in refused.text


def test_the_form_makes_the_desk_and_shows_the_key_once(client, token):
    done = client.post("/setup", TYPED | {"token": token})

    assert done.status_code == 200
    assert done["Cache-Control"] == "private, no-store"
    assert "demo reset" in done.text
    key = done.text.partition('value="ask_')[2].partition('"')[0]
    assert Api(f"ask_{key}").get("/tickets").status_code == 200
    shop = Shop.objects.get(code="tea")
    assert (shop.country, shop.calendar, shop.is_demo) == ("CN", "cn_extended", False)
    assert shop.return_address == {"name": "退货仓", "phone": "400-000-0000", "address": "示例路 1 号"}
    assert client.get("/settings").headers["Location"] == "/settings/shops/tea"


def test_a_second_time_is_refused(client, token):
    client.post("/setup", TYPED | {"token": token})
    client.logout()
    again = client.post("/setup", TYPED | {"token": token, "code": "two", "username": "two"})

    assert again.status_code == 409
    assert "set up already" in again.text
    assert client.get("/setup", {"token": token}).status_code == 409
    assert Shop.objects.filter(is_demo=False).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("code", "demo", "There is a shop with this code"),
        ("code", "Tea Shop", "small letters"),
        ("code", "new", "taken by the desk"),
        ("country", "XX", "no country"),
        ("currency", "XXX", "Select a valid choice"),
        ("time_zone", "Mars/Olympus", "Select a valid choice"),
        ("calendar", "unknown", "Select a valid choice"),
        ("survey_delay_minutes", "-1", "greater than or equal to 0"),
        ("password_again", "something else", "not the same"),
        ("name_en", "\x00", "Null characters"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_place(client, token, field, value, says):
    page = client.post("/setup", TYPED | {"token": token, field: value})

    assert page.status_code == 422
    assert says in page.text
    assert "示例路 1 号" in page.text
    assert not User.objects.exists()


@pytest.mark.parametrize("word", ["tiny-word", "1234567890", "owner-owner"])
def test_a_weak_password_is_refused(client, token, word):
    page = client.post(
        "/setup", TYPED | {"token": token, "password": word, "password_again": word, "username": "owner-owne"}
    )

    assert page.status_code == 422
    assert 'id="id_password_error"' in page.text
    assert word not in page.text.replace('owner-owne"', "")


def test_a_taken_user_name_is_said_at_its_place(client, token):
    from tests.factories import new_user  # noqa: PLC0415 - beside its only use

    new_user("owner", "agent", "", "Someone")
    page = client.post("/setup", TYPED | {"token": token})

    assert page.status_code == 422
    assert "There is an account of this name" in page.text


def test_the_login_page_offers_set_up_until_it_is_done(client, token):
    assert 'href="/setup"' in client.get("/login/").text
    client.post("/setup", TYPED | {"token": token})
    client.logout()

    assert 'href="/setup"' not in client.get("/login/").text
