"""Set-up: once, by a token that only the server's owner can print."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from aftersales.errors import NotAllowed, NotPossible
from staff.actions import create_shop
from staff.actions.installation import new_setup_token, opens_setup, set_up_desk
from staff.models import Setting, Shop, User
from staff.queries import has_demo, is_set_up
from tests.clients import Api
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db

SHOP = {"code": "tea", "name_zh": "茶铺", "name_en": "Tea", "currency": "CNY", "country": "CN"}
TEAM = {"name_zh": "售后", "name_en": "After-sales"}
ADMIN = {"username": "owner", "name_en": "Owner", "password": "a few good words"}


@pytest.fixture
def demo(db):
    return create_shop(
        by=SYSTEM, code="demo", name_zh="演", name_en="Demo", currency="CNY", country="CN", is_demo=True
    )


def set_up(token):
    return set_up_desk(token, shop=SHOP, team=TEAM, admin=ADMIN)


def test_set_up_makes_shop_team_administrator_and_key(demo, kinds):
    made = set_up(new_setup_token())

    assert made.admin.role == "admin"
    assert made.admin.shop_ids() == [made.shop.pk]
    assert made.admin.memberships.get().is_lead
    assert made.admin.check_password("a few good words")
    assert Api(made.token).get("/tickets").status_code == 200
    assert (is_set_up(), has_demo()) == (True, True)
    assert kinds(made.shop.stream) == ["shop.create", "desk.set_up"]


def test_set_up_happens_once(demo):
    token = new_setup_token()
    set_up(token)

    with pytest.raises(NotPossible, match="set up already"):
        set_up(token)
    with pytest.raises(NotPossible):
        new_setup_token()
    assert not opens_setup(token)


def test_a_desk_with_a_shop_of_its_own_is_set_up(shop):
    with pytest.raises(NotPossible):
        new_setup_token()


def test_only_the_last_token_opens_and_only_for_an_hour(advance_clock):
    first, second = new_setup_token(), new_setup_token()
    assert (opens_setup(first), opens_setup(second)) == (False, True)
    assert not any(opens_setup(token) for token in ("", "0", "null", second.upper(), second + " "))
    advance_clock(minutes=61)

    assert not opens_setup(second)
    with pytest.raises(NotAllowed, match="setup_token"):
        set_up(second)
    assert not Shop.objects.exists()


def test_no_token_no_set_up(db):
    assert not opens_setup("")
    Setting.objects.get_or_create(pk=1)
    with pytest.raises(NotAllowed):
        set_up("")


def test_the_token_is_kept_as_a_digest(db):
    token = new_setup_token()

    assert token not in str(Setting.objects.values_list().get())


def test_the_command_prints_the_link_and_refuses_afterwards(db, capsys, settings):
    settings.SITE_URL = "https://desk.example.com"
    call_command("setup_token")
    link = capsys.readouterr().out.strip()

    assert link.startswith("https://desk.example.com/setup?token=")
    assert opens_setup(link.partition("token=")[2])
    set_up(link.partition("token=")[2])
    with pytest.raises(CommandError, match="set up already"):
        call_command("setup_token")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_who_set_up_at_once_make_one_desk():
    token, outcomes, together = new_setup_token(), [], threading.Barrier(2)

    def one(number):
        together.wait()
        try:
            set_up_desk(
                token,
                shop={**SHOP, "code": f"s{number}"},
                team=TEAM,
                admin={**ADMIN, "username": f"u{number}"},
            )
            outcomes.append("made")
        except (NotPossible, NotAllowed):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "refused"]
    assert (Shop.objects.count(), User.objects.count()) == (1, 1)
