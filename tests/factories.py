"""The least that is valid: shops with their people, and the bodies a shop's system would send."""

import itertools
from datetime import timedelta
from functools import cache
from types import SimpleNamespace

from aftersales.clock import now
from aftersales.events.actors import Actor

SYSTEM = Actor.system("test")
PASSWORD = "correct horse battery"
CAST = {
    "amy": ("agent", "艾米", "Amy"),
    "leo": ("supervisor", "李欧", "Leo"),
    "wen": ("warehouse", "文", "Wen"),
    "ines": ("inspector", "伊内丝", "Ines"),
    "finn": ("finance", "芬恩", "Finn"),
    "mona": ("manager", "莫娜", "Mona"),
    "quinn": ("quality", "奎因", "Quinn"),
    "audrey": ("auditor", "奥黛丽", "Audrey"),
    "ada": ("admin", "艾达", "Ada"),
}
_numbers = itertools.count(1)


def shop_pair():
    """Shop `demo` with the whole cast in one team, and shop `other` with bob, the stranger."""
    from staff import actions  # noqa: PLC0415 - needs the app registry

    stage = SimpleNamespace()
    stage.shop = actions.create_shop(
        by=SYSTEM, code="demo", name_zh="青禾", name_en="Greenleaf", currency="CNY", country="CN"
    )
    stage.other_shop = actions.create_shop(
        by=SYSTEM, code="other", name_zh="别家", name_en="Other", currency="CNY", country="CN"
    )
    stages = ["communicate", "receive", "inspect", "resolve"]
    stage.team = actions.create_team(
        by=SYSTEM,
        code="after-sales",
        name_zh="售后",
        name_en="After-sales",
        shops=[stage.shop],
        stages=stages,
    )
    stage.other_team = actions.create_team(
        by=SYSTEM, code="others", name_zh="别组", name_en="Others", shops=[stage.other_shop], stages=stages
    )
    bring_in(stage)
    stage.issue = lambda **fields: actions.issue_key(by=SYSTEM, **fields)
    return stage


def bring_in(stage):
    """The cast and the stranger in two statements: every test has them, and none asks how they came."""
    from staff.models import Membership, User  # noqa: PLC0415 - needs the app registry

    password, people = known_password(), {**CAST, "bob": ("agent", "鲍勃", "Bob")}
    users = User.objects.bulk_create(
        User(username=name, role=role, name_zh=zh, name_en=en, password=password, email=f"{name}@example.com")
        for name, (role, zh, en) in people.items()
    )
    Membership.objects.bulk_create(
        Membership(
            team=stage.other_team if user.username == "bob" else stage.team,
            user=user,
            is_lead=user.username == "leo",
        )
        for user in users
    )
    for user in users:
        setattr(stage, user.username, user)


@cache
def known_password():
    """`PASSWORD` as it is kept; made once."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - needs the settings

    return make_password(PASSWORD)


def new_user(username, role, zh, en):
    from staff.actions import create_user  # noqa: PLC0415 - needs the app registry

    return create_user(
        by=SYSTEM, username=username, role=role, name_zh=zh, name_en=en, password=PASSWORD,
        email=f"{username}@example.com",
    )  # fmt: skip


def order_body(**changes):
    """PUT /orders: three mugs for 100.00 and a kettle for 299.00, delivered two days ago."""
    placed = now() - timedelta(days=5)
    arrived = (now() - timedelta(days=2)).isoformat()
    body = {
        "number": "TM260001",
        "placed_at": placed.isoformat(),
        "currency": "CNY",
        "status": "delivered",
        "customer": {
            "external_id": "C-1",
            "name": "王小明",
            "phone": "13800000001",
            "email": "wang@example.com",
            "locale": "zh-CN",
        },
        "shipping_address": {"country": "CN", "province": "浙江", "city": "杭州", "street": "示例路 1 号"},
        "lines": [
            {
                "external_id": "1",
                "sku": "MUG",
                "title": "白瓷杯",
                "quantity": 3,
                "unit_price_minor": 3334,
                "paid_minor": 10000,
            },
            {
                "external_id": "2",
                "sku": "KETTLE",
                "title": "玻璃水壶",
                "quantity": 1,
                "unit_price_minor": 29900,
                "paid_minor": 29900,
            },
        ],
        "payments": [
            {"external_id": "p1", "method": "alipay", "captured_minor": 39900, "paid_at": placed.isoformat()}
        ],
        "deliveries": [
            {
                "carrier": "sf",
                "waybill": "SF1000000000001",
                "shipped_at": placed.isoformat(),
                "delivered_at": arrived,
                "lines": [{"line": "1", "quantity": 3}, {"line": "2", "quantity": 1}],
            }
        ],
    }
    return {**body, **changes}


def ticket_body(**changes):
    """POST /tickets: two of the mugs are chipped and should go back."""
    body = {
        "order": "O-1",
        "channel": "platform",
        "category": "quality_other",
        "requested_resolution": "return",
        "subject": "杯子裂了",
        "message": "收到时杯口有裂纹",
        "lines": [{"order_line": "1", "quantity": 2, "reason": "q_surface"}],
    }
    return {**body, **changes}


def next_number():
    """A number that no other row of the test has."""
    return next(_numbers)
