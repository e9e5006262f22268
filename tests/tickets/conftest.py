"""What only the tests of tickets need."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from aftersales import due
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tests.tickets.recount_cases import calendar_body
from tests.tickets.sla_cases import open_tickets, publish_policy
from tickets.actions.bulks import UNDO_SECONDS, start_bulk
from tickets.actions.intake import open_ticket
from tickets.actions.recounts import change_rule
from tickets.foresight import bulk_verb, foresee
from tickets.models import Ticket
from tickets.queries import filters
from tickets.serializers import read_ticket


@pytest.fixture
def pack(tmp_path):
    """A copy of the default pack that a test may spoil."""
    return Path(shutil.copytree(Path(settings.BASE_DIR) / "tickets" / "sops", tmp_path / "pack"))


@pytest.fixture
def files_here(settings, tmp_path):
    """A storage of this test's own; `files_here()` are the paths in it."""
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    }
    return lambda: sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())


@pytest.fixture
def again(shop, order):
    """`again(lines=KETTLE)`: another request of the same order, and so of the same customer."""
    return lambda **changes: open_ticket(shop, read_ticket(ticket_body(**changes)), by=SYSTEM)[0]


@pytest.fixture
def agent(amy):
    return Actor.staff(amy)


@pytest.fixture
def another(shop, order, drain):
    """`another("subject", "message")`: one more request without lines, indexed."""

    def build(subject="再来一个", message="", **changes):
        body = ticket_body(lines=[], subject=subject, message=message, external_id="", **changes)
        found = open_ticket(shop, read_ticket(body), by=SYSTEM)[0]
        drain()
        return found

    return build


@pytest.fixture
def found(amy):
    """`found(filter, user)`: the numbers of the requests that meet it."""

    def look(data, user=amy):
        actor = Actor.staff(user)
        group = filters.read(data, actor)
        return set(
            Ticket.objects.visible_to(actor)
            .filter(filters.query(group, actor))
            .values_list("number", flat=True)
        )

    return look


@pytest.fixture
def open_in(shop, order):
    """`open_in("usage_help")`: a request of that category, without lines."""

    def build(category, **changes):
        body = ticket_body(**{"category": category, "lines": [], **changes})
        return open_ticket(shop, read_ticket(body), by=SYSTEM)[0]

    return build


@pytest.fixture
def many(shop, order):
    """Five requests without goods."""
    return [
        open_ticket(shop, read_ticket(ticket_body(lines=[], category="usage_help")), by=SYSTEM)[0]
        for _n in range(5)
    ]


@pytest.fixture
def ask(many):
    """`ask(amy, "tag", tag="vip")`: a bulk over the five, or over `tickets`."""

    def start(user, verb, *, tickets=None, key="k", **data):
        actor = Actor.staff(user)
        numbers = [ticket.number for ticket in tickets or many]
        return start_bulk(foresee(bulk_verb(verb), data, {"numbers": numbers}, by=actor), by=actor, key=key)

    return start


@pytest.fixture
def run(advance_clock):
    """Let a bulk's time come and drain the queue."""

    def drain():
        advance_clock(seconds=UNDO_SECONDS + 5)
        due.drain(due.KINDS["bulk"])

    return drain


# -- rules of time that change ---------------------------------------------------------------


@pytest.fixture
def lead(leo):
    return Actor.staff(leo)


@pytest.fixture
def own_calendar(shop, lead):
    """The shop's own calendar, open all the time, which the policy of the cast's requests runs in."""
    version, _none = change_rule(shop, "calendar", "own", calendar_body(), by=lead)
    publish_policy(shop, calendar="own")
    return version


@pytest.fixture
def five(own_calendar, shop):
    """Five requests of three clocks each that run in it."""
    return open_tickets(shop, 5)


@pytest.fixture
def run_recounts(advance_clock):
    """Let the time of recounts come and drain the queue."""

    def drain():
        advance_clock(seconds=4)
        return due.drain(due.KINDS["recount"])

    return drain


@pytest.fixture
def apply_rule(shop, lead, run_recounts):
    """`apply_rule("sla", "quality", body)`: published, and clocks that run brought along to the end."""

    def build(kind, code, body):
        recount = change_rule(shop, kind, code, body, by=lead, recount=True)[1]
        run_recounts()
        recount.refresh_from_db()
        return recount

    return build
