"""Every procedure of the pack leads by its own steps to its end, on every branch that people can choose."""

from datetime import timedelta

import pytest
import yaml
from django.conf import settings

from aftersales.clock import now
from tests.factories import SYSTEM, order_body, ticket_body
from tests.returns.walking import Walk
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.serializers import read_order, read_ticket

FOLDER = settings.BASE_DIR / "tickets/sops/procedures"
CODES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
REASONS = {"no_reason_return": "c_no_reason", "eu_withdrawal": "c_no_reason", "size_exchange": "s_small"}
CHEAP = {"unit_price_minor": 5000, "paid_minor": 5000}


def wishes_of(category):
    """What its customers may ask for: it changes what the policy has come back."""
    rows = yaml.safe_load((FOLDER.parent / "categories.yaml").read_text("utf-8"))["categories"]
    return next(row["requested_resolutions"] for row in rows if row["id"] == category)


def steps_of(code):
    return yaml.safe_load((FOLDER / f"{code}.yaml").read_text("utf-8"))["steps"]


@pytest.fixture
def walk(stage, shop_actor):
    """`walk("invoice")`: all its branches, on an order of that body."""
    stage.shop.return_address = {"name": "退货组", "phone": "0571", "address": "杭州市示例路1号"}
    stage.shop.save()
    cast = {"agent": "amy", "warehouse": "wen", "inspector": "ines", "finance": "finn", "supervisor": "leo"}
    people = {role: getattr(stage, name) for role, name in cast.items()}

    def build(code, wish=None, **order):
        put_order(stage.shop, "O-1", read_order(order_body(**order)), by=SYSTEM)
        lines = [{"order_line": "2", "quantity": 1, "reason": REASONS.get(code, "q_surface")}]
        body = ticket_body(category=code, requested_resolution=wish or wishes_of(code)[0], lines=lines)
        ticket, _is_new = open_ticket(stage.shop, read_ticket(body), by=SYSTEM)
        found = Walk(people, shop_actor)
        found.go(ticket)
        return found

    return build


@pytest.mark.parametrize("code", CODES)
def test_every_branch_leads_to_its_end(walk, code):
    found = walk(code)

    assert not found.troubles, "\n".join(found.troubles[:20])
    assert found.ends


def test_all_answers_are_walked(walk):
    """As a look at the walker itself: each choice of each step is given."""
    taken = walk("wrong_item").given

    for step in steps_of("wrong_item"):
        for choice in step["params"].get("choices", ()):
            assert f"{step['id']}={choice['id']}" in taken


@pytest.mark.parametrize("code", ["no_reason_return", "eu_withdrawal", "size_exchange"])
def test_what_is_too_late_is_told_and_ends(walk, code):
    """Delivered long ago: the desk says so itself."""
    found = walk(code, deliveries=[delivered_days_ago(60)])

    assert not found.troubles, "\n".join(found.troubles[:20])
    assert all("label" not in path for path, _status in found.ends)


def delivered_days_ago(days):
    body = order_body()["deliveries"][0]
    return body | {"delivered_at": (now() - timedelta(days=days)).isoformat()}
