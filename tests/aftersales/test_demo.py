"""The demo: the same credentials twice, every request where the script has it, and gone without a trace."""

import re
import shutil
import stat
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from aftersales.demo import credentials, load_demo, reset_demo
from aftersales.demo.cast import read_script
from aftersales.demo.journeys import ARRIVED
from aftersales.demo.looks import LOOKS
from aftersales.due import KINDS, DueKind, path_to_shop
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.invariants import broken
from staff.models import ApiKey, Role, Shop, Team, User
from tests.clients import Api
from tickets.models import Message, Order, Product, SlaClock, StepRecord, Ticket
from tickets.queries.saved_views import views_of
from tickets.queries.selection import selected

pytestmark = pytest.mark.django_db
NOTHING_WAITS_SO_LONG = 10**8  # seconds: nothing was drained after loading


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, loaded once for all tests of this file, each of which leaves it as it was."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock():
        load_demo(folder)
    yield folder
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def demo(loaded, db, tmp_path):
    """The loaded demo: its lines as printed, which also stand in a folder of the test's own."""
    shutil.copy(loaded / credentials.FILE, tmp_path)
    return (tmp_path / credentials.FILE).read_text().splitlines()


def told(lines):
    return credentials.Credentials(
        shop_key=lines[0].split()[2],
        password=lines[1].split()[1],
        logins={row[1]: row[2] for row in map(str.split, lines) if row[0] == "login"},
        keys={row[1]: row[2] for row in map(str.split, lines) if row[0] == "key"},
    )


def test_the_whole_cast_is_there_when_loaded(demo):
    script = read_script()

    assert set(Shop.objects.values_list("code", flat=True)) == {"demo", "yunzhi", "nordhus"}
    assert User.objects.filter(is_demo=True).count() == len(script["staff"])
    assert Product.objects.count() == len(script["products"])
    assert Order.objects.count() == len(script["orders"])
    assert Ticket.objects.count() == len(script["tickets"])
    assert all(team.shops.count() == 3 for team in Team.objects.all())


def test_every_request_is_where_the_script_has_it_when_loaded(demo):
    astray = [
        (row["id"], row["status"], ticket.stage, ticket.status, ticket.step_code)
        for row in read_script()["tickets"]
        if row["status"] != "submitted"
        and not ARRIVED[row["status"]](ticket := Ticket.objects.get(external_id=row["id"]))
    ]

    assert astray == []
    new = Ticket.objects.get(external_id="t05")
    assert (new.stage, new.status, new.assignee) == ("communicate", "new", None)


def test_requests_are_as_old_as_in_the_script_when_loaded(demo):
    ticket = Ticket.objects.get(external_id="t12")
    opened = Event.objects.get(stream=ticket.stream, kind="ticket.open")
    first_reply = Message.objects.filter(ticket=ticket, author_kind="staff").earliest("id")

    assert 219 < (timezone.now() - ticket.created_at).total_seconds() / 3600 < 221
    assert abs((opened.happened_at - ticket.created_at).total_seconds()) < 2
    assert 0 < (first_reply.created_at - ticket.created_at).total_seconds() < 3600
    assert not Event.objects.filter(happened_at__gt=timezone.now()).exists()
    assert settings.CLOCK_OFFSET_SECONDS == 0


def test_ids_follow_time_when_loaded(demo):
    times = list(
        Event.objects.filter(stream__startswith="ticket:")
        .order_by("id")
        .values_list("happened_at", flat=True)
    )

    # Each scene sets the clock by whole seconds, so neighbours may be a second apart the wrong way.
    assert all((later - earlier).total_seconds() > -2 for earlier, later in pairwise(times))


def test_customers_are_spoken_to_in_their_language_when_loaded(demo):
    said = {
        code: Message.objects.filter(ticket__external_id=code, author_kind="customer").earliest("id").body
        for code in ("t01", "t23")
    }

    assert "耳机" in said["t01"]
    assert said["t23"].isascii()


def test_each_view_of_its_supervisor_has_requests_when_loaded(demo):
    agent = Actor.staff(User.objects.get(username=told(demo).logins["agent"]))
    kept = [view for view in views_of(agent).values() if view.saved]

    assert {view.name for view in kept} == {look["name"] for look in LOOKS}
    assert all(selected(agent, view=view.code).exists() for view in kept)


def test_customers_are_called_as_their_shop_calls_them_when_loaded(demo):
    chinese = re.compile("[\u4e00-\u9fff]")
    for order in Order.objects.select_related("shop", "customer"):
        where = f"{order.customer.name} {order.shipping_address['city']} {order.shipping_address['street']}"
        assert bool(chinese.search(where)) == order.shop.language.startswith("zh"), where


def test_no_rule_of_the_data_is_broken_when_loaded_or_reset(demo, tmp_path):
    assert broken(grace=NOTHING_WAITS_SO_LONG) == {}

    reset_demo(tmp_path)

    assert broken(grace=NOTHING_WAITS_SO_LONG) == {}


# -- credentials --------------------------------------------------------------


def test_the_first_key_printed_is_the_demo_shop_s_when_loaded(demo):
    first = next(line for line in demo if "ask_" in line)

    assert first.startswith("shop-key demo ask_")
    answer = Api(first.split()[2]).get("/tickets")
    assert answer.status_code == 200
    assert {ticket["shop"] for ticket in answer.json()["results"]} == {"demo"}


def test_each_role_has_a_login_and_a_key_when_loaded(demo, client):
    known = told(demo)

    assert list(known.logins) == list(known.keys) == Role.values
    for role, username in known.logins.items():
        assert client.login(username=username, password=known.password)
        key = ApiKey.objects.get(prefix=known.keys[role].split("_")[1])
        assert (key.user.username, key.user.role) == (username, role)


def test_the_file_is_its_owner_s_alone_when_written(demo, tmp_path):
    file = tmp_path / "demo-credentials.txt"

    assert file.read_text().splitlines() == demo
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_changes_when_loaded_twice(demo, tmp_path):
    counted = [model.objects.count() for model in (Event, Ticket, Message, ApiKey, User, StepRecord)]

    assert load_demo(tmp_path) == demo
    assert counted == [model.objects.count() for model in (Event, Ticket, Message, ApiKey, User, StepRecord)]


def test_credentials_are_replaced_when_the_file_is_lost(demo, tmp_path, client):
    (tmp_path / "demo-credentials.txt").unlink()

    again = load_demo(tmp_path)

    old, new = told(demo), told(again)
    assert old.shop_key != new.shop_key
    assert old.password != new.password
    assert client.login(username="lin_xiao", password=new.password)
    assert Api(old.shop_key).get("/tickets").status_code == 401
    assert Api(new.shop_key).get("/tickets").status_code == 200
    assert Ticket.objects.count() == len(read_script()["tickets"])


# -- taken away ---------------------------------------------------------------


def test_exactly_the_demo_is_gone_when_reset(demo, tmp_path, client):
    ours = Shop.objects.create(code="ours", name_zh="我们", name_en="Ours", currency="CNY", country="CN")
    events = Event.objects.count()
    known = told(demo)

    assert reset_demo(tmp_path) == (3, 6, len(read_script()["staff"]))

    assert list(Shop.objects.filter(is_active=True)) == [ours]
    assert not User.objects.filter(is_demo=True, is_active=True).exists()
    assert not Team.objects.filter(shops__isnull=False).exists()
    assert not client.login(username="lin_xiao", password=known.password)
    assert Api(known.shop_key).get("/tickets").status_code == 401
    assert Api(known.keys["admin"]).get("/tickets").status_code == 401
    assert not (tmp_path / "demo-credentials.txt").exists()
    assert Event.objects.count() > events


def test_nothing_of_the_demo_falls_due_when_reset(demo, tmp_path):
    shops = list(Shop.objects.values_list("pk", flat=True))
    assert SlaClock.objects.filter(next_try_at__isnull=False).exists()

    reset_demo(tmp_path)

    for kind in KINDS.values():
        if isinstance(kind, DueKind) and (path := path_to_shop(kind)):
            left = kind.model.objects.filter(next_try_at__isnull=False, **{f"{path}__in": shops})
            assert not left.exists(), kind.name


def test_it_starts_afresh_when_loaded_after_a_reset(demo, tmp_path):
    reset_demo(tmp_path)

    again = told(load_demo(tmp_path))

    assert Shop.objects.filter(code="demo", is_active=True).count() == 1
    served = Api(again.shop_key).get("/tickets?limit=200").json()["results"]
    assert len(served) == Ticket.objects.filter(shop__code="demo").count()
