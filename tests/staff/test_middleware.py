"""Times on pages are those of the shops that one serves."""

import re
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket_hour(ticket, page_as):
    """When the request was opened, as that person's page says it: "hh:mm"."""

    def read(user):
        page = page_as(user).get(f"/tickets/{ticket.number}")
        return re.search(r"<small>since (\d\d:\d\d)", page.text)[1]

    return read


def test_a_page_tells_the_shops_own_time(ticket, shop, ticket_hour, amy):
    opened = ticket.created_at

    assert ticket_hour(amy) == f"{opened.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}"
    shop.time_zone = "America/St_Johns"
    shop.save()
    assert ticket_hour(amy) == f"{opened.astimezone(ZoneInfo('America/St_Johns')):%H:%M}"


def test_the_time_zone_ends_with_the_request(ticket, ticket_hour, amy):
    ticket_hour(amy)

    assert timezone.get_current_timezone_name() == "UTC"
