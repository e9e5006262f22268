"""The cast and the stage of every test: named people, one shop and another, and the default content."""

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck, settings

from aftersales import due
from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.factories import order_body, shop_pair, ticket_body

SYSTEM = Actor.system("test")

# No property is held to a time: the machine may be busy with something else.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")

# What the session loads once, and a test of committed data must leave standing.
KEPT_TABLES = {
    *("versions_version", "tickets_category", "tickets_reason", "tickets_article"),
    "django_migrations",
}
# Triggers off; what a test published for its own shop goes, though the pack's stays.
OWN_FLUSH = (
    "SET LOCAL session_replication_role = replica",
    "DELETE FROM versions_version WHERE shop_id IS NOT NULL",
    "DELETE FROM tickets_article WHERE shop_id IS NOT NULL",
    # Replies name shops and people, so their table goes with those; the pack's come back.
    "CREATE TEMPORARY TABLE pack_macro ON COMMIT DROP AS"
    " SELECT * FROM tickets_macro WHERE shop_id IS NULL AND owner_id IS NULL",
)
PACK_BACK = (
    "INSERT INTO tickets_macro SELECT * FROM pack_macro",
    # The cleaning began the numbers anew, and the pack's have theirs already.
    "SELECT setval(pg_get_serial_sequence('tickets_macro', 'id'), coalesce(max(id), 1)) FROM tickets_macro",
)

END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database with the default content pack, loaded once.

    At the end the last journey's page may still be asking something: nobody waits for that answer.
    """
    from django.core.management import call_command  # noqa: PLC0415 - needs the settings pytest-django makes
    from django.db import connection  # noqa: PLC0415 - needs the settings pytest-django makes

    with django_db_blocker.unblock():
        call_command("load_content", verbosity=0)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHERS)


@pytest.fixture(scope="session", autouse=True)
def _flush_like_us():
    """Tests on committed data are cleaned by TRUNCATE, which our append-only tables refuse: as the
    database's owner, with triggers off, and without the content loaded for the whole session.

    For the whole session: a test's own patches are gone before its database is cleaned.
    """
    flush = DatabaseOperations.execute_sql_flush
    tables = DatabaseOperations.sql_flush

    def sql_flush(self, style, names, **options):
        return tables(self, style, [name for name in names if name not in KEPT_TABLES], **options)

    def execute(self, sql_list):
        return flush(self, [*OWN_FLUSH, *sql_list, *PACK_BACK] if sql_list else [])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute)
        yield


@pytest.fixture(autouse=True)
def _forget_between_tests():
    """What processes remember for a second must not outlive a test's rolled-back rows."""
    from aftersales.events.recent import recent  # noqa: PLC0415 - needs the app registry
    from aftersales.versions import registry  # noqa: PLC0415 - needs the app registry
    from aftersales.web import limits  # noqa: PLC0415 - needs the settings
    from staff import keys  # noqa: PLC0415 - needs the app registry
    from tickets.queries import (  # noqa: PLC0415 - needs the app registry
        catalogue,
        procedures,
        routing,
        view_counts,
    )

    yield
    translation.deactivate()  # a page or an answer in Chinese leaves it active in this thread
    recent.forget()
    registry.forget()
    limits.forget()
    keys.forget()
    catalogue.forget()
    procedures.forget()
    routing.forget()
    view_counts.forget()
    due.forget()


@pytest.fixture
def stage(db):
    """Both shops with their teams and people, as attributes by name."""
    return shop_pair()


@pytest.fixture
def shop(stage):
    return stage.shop


@pytest.fixture
def other_shop(stage):
    return stage.other_shop


def person(name):
    @pytest.fixture(name=name)
    def fixture(stage):
        return getattr(stage, name)

    return fixture


amy, leo, wen, ines, finn = (person(name) for name in ("amy", "leo", "wen", "ines", "finn"))
mona, quinn, audrey, ada, bob = (person(name) for name in ("mona", "quinn", "audrey", "ada", "bob"))


@pytest.fixture
def as_staff():
    return Actor.staff


@pytest.fixture
def order(shop):
    """Three mugs for 100.00 and a kettle for 299.00 CNY, delivered two days ago."""
    from tickets.actions.orders import put_order  # noqa: PLC0415 - needs the app registry
    from tickets.serializers import read_order  # noqa: PLC0415

    return put_order(shop, "O-1", read_order(order_body()), by=SYSTEM)[0]


@pytest.fixture
def ticket(shop, order):
    """The customer wants to return two of the mugs; procedure quality_other."""
    from tickets.actions.intake import open_ticket  # noqa: PLC0415 - needs the app registry
    from tickets.serializers import read_ticket  # noqa: PLC0415

    return open_ticket(shop, read_ticket(ticket_body()), by=SYSTEM)[0]


@pytest.fixture
def shop_key(stage):
    """(key, token) of the shop's own system."""
    return stage.issue(shop=stage.shop, label="shop system")


@pytest.fixture
def api(shop_key):
    """A client that speaks as the shop's system."""
    from tests.clients import Api  # noqa: PLC0415 - needs the settings

    return Api(shop_key[1])


@pytest.fixture
def api_as(stage):
    """A client that speaks with a person's key: `api_as(amy).get("/tickets")`."""
    from tests.clients import Api  # noqa: PLC0415 - needs the settings

    return lambda user: Api(stage.issue(user=user, label=f"key of {user.username}")[1])


@pytest.fixture
def page_as(client):
    """A browser session of a person: `page_as(amy).get("/queue")`."""

    def login(user):
        client.force_login(user)
        return client

    return login


@pytest.fixture
def listed(ticket):
    """What a queue that shows this ticket asks the pulse."""
    shown = [f"{ticket.number}:{ticket.version}"]
    return {"view": "queue?view=all", "shown": shown, "since": now().isoformat(), "typing": False}


@pytest.fixture
def looking(ticket):
    """What the page of this ticket asks the pulse."""
    return {"view": f"ticket:{ticket.number}", "shown": [f"{ticket.number}:{ticket.version}"]}


@pytest.fixture
def drain():
    """Run everything that is due; returns how much fired, by kind."""
    return due.drain_all


@pytest.fixture
def advance_clock(settings):
    """Move the product's clock ahead, in Python and in SQL alike."""

    def advance(seconds=0, *, minutes=0, hours=0, days=0):
        settings.CLOCK_OFFSET_SECONDS += int(seconds + minutes * 60 + hours * 3600 + days * 86400)

    return advance
