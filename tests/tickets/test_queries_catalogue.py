"""Which category a request without one gets: by its reason, its words and its goods."""

import pytest

from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import Ticket
from tickets.queries.catalogue import categories, of_other_goods, reasons, suggest_category
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db
DEAD = "开不了机，黑屏，没有声音"  # words of the category for electronics


@pytest.fixture
def shirts(shop):
    """An order of two shirts."""
    line = {"external_id": "1", "sku": "SHIRT", "title": "T恤", "quantity": 2, "unit_price_minor": 5000}
    line |= {"paid_minor": 10000, "product_class": "apparel"}
    delivery = {**order_body()["deliveries"][0], "lines": [{"line": "1", "quantity": 2}]}
    body = order_body(number="TM26SHIRT", lines=[line], deliveries=[delivery])
    return put_order(shop, "O-SHIRT", read_order(body), by=SYSTEM)[0]


@pytest.mark.parametrize(
    ("goods", "code"),
    [
        ([], "quality_other"),
        (["generic"], "quality_other"),
        (["flying carpets"], "quality_other"),
        (["apparel"], "quality_apparel"),
        (["shoes", "apparel"], "quality_apparel"),
        (["electronics"], "quality_3c"),
        (["food"], "quality_consumable"),
        (["food", "apparel"], "quality_other"),
    ],
)
def test_a_reason_of_quality_goes_to_the_goods_own_category(goods, code):
    assert suggest_category(reasons()["q_surface"], "", goods).code == code


@pytest.mark.parametrize(("goods", "code"), [([], "quality_3c"), (["electronics"], "quality_3c")])
def test_words_go_to_the_category_they_speak_of(goods, code):
    assert suggest_category(None, DEAD, goods).code == code


@pytest.mark.parametrize("goods", ["apparel", "food", "furniture", "small_appliance"])
def test_words_never_lead_to_a_category_for_other_goods(goods):
    assert suggest_category(None, DEAD, [goods]).code not in {"quality_3c", "repair_3c", "quality_other"}


def test_every_category_that_is_left_out_is_one_of_the_packs():
    """A pack that names them otherwise would be filtered by nothing."""
    left_out = of_other_goods(["apparel"])

    assert len(left_out & set(categories())) == 8
    assert "quality_apparel" not in left_out
    assert of_other_goods(["apparel", "generic"]) == frozenset()


def test_a_request_for_clothes_is_never_one_of_electronics(shirts, shop):
    body = ticket_body(order="O-SHIRT", message=DEAD, subject="", lines=[{"order_line": "1", "quantity": 1}])
    ticket, _created = open_ticket(shop, read_ticket({**body, "category": ""}), by=SYSTEM)

    assert "3c" not in ticket.category.code


def test_the_form_of_a_new_request_suggests_nothing_for_other_goods(shirts, page_as, amy):
    said = {"suggest": "1", "message": DEAD}

    page = page_as(amy).post("/tickets/new?order=TM26SHIRT", said)

    assert '<option value="quality_3c" selected>' not in page.text
    assert not Ticket.objects.exists()


def test_a_shop_names_the_goods_when_it_asks(api):
    plain = api.post("/suggestions", {"text": DEAD}).json()["category"]
    worn = api.post("/suggestions", {"text": DEAD, "product_class": "shoes"}).json()["category"]

    assert plain["category"] == "quality_3c"
    assert worn is None or worn["category"] != "quality_3c"
