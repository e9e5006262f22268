"""The rules of sql/invariants.sql: a life breaks none, and each finds what breaks it."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from aftersales import invariants
from aftersales.events.actors import Actor
from aftersales.mail.actions import queue_mail
from tests.factories import ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import ask_customer, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.merging import merge_ticket
from tickets.actions.moves import reject_ticket, reopen_ticket
from tickets.actions.procedure import complete_step
from tickets.models import OrderLine
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(ticket, amy, leo, drain):
    """A ticket with a history: taken, asked, answered, rejected, opened again, a step done."""
    by = Actor.staff(amy)
    take_ticket(ticket, by=by)
    reply_to_customer(ticket, body="We are on it.", by=by)
    ask_customer(ticket, body="Which one?", by=by)
    hear_customer(ticket, body="The blue one.", by=by)
    reject_ticket(ticket, reason="Not ours.", by=by)
    reopen_ticket(ticket, reason="It was.", by=Actor.staff(leo))
    complete_step(ticket, by=by)
    drain()
    ticket.refresh_from_db()
    return ticket


def test_a_life_breaks_nothing(lived):
    assert invariants.broken() == {}


def test_every_file_of_rules_is_read_whole():
    rules = invariants.rules()

    assert len({rule.name for rule in rules}) == len(rules)
    for path in invariants.files():
        area = path.parent.parent.name
        assert path.read_text(encoding="utf-8").count("-- name:") == sum(r.area == area for r in rules)


TAMPERED = [
    ("UPDATE events_event SET data = '{\"x\": 1}' WHERE kind = 'ticket.take'", {"event_hash_is_right"}),
    (
        "WITH gone AS (DELETE FROM events_event WHERE kind = 'ticket.take' RETURNING id)"
        " DELETE FROM events_feedentry WHERE event_id IN (SELECT id FROM gone)",
        {"event_chain_is_gapless", "feed_is_gapless_per_shop"},
    ),
    (
        "UPDATE events_streamhead SET seq = seq + 1 WHERE stream LIKE 'ticket:%'",
        {"stream_head_is_its_last_event"},
    ),
    ("UPDATE events_eventtext SET text = 'other words'", {"event_text_matches_its_commitment"}),
    (
        "DELETE FROM events_feedentry WHERE feed_no = 2",
        {"event_is_in_the_feed_once", "feed_is_gapless_per_shop"},
    ),
    ("UPDATE events_feedhead SET last_no = last_no + 1", {"feed_is_gapless_per_shop"}),
    (
        "UPDATE tickets_orderline SET claimed = claimed - 1 WHERE claimed > 0",
        {"claims_are_conserved"},
    ),
    ("UPDATE tickets_ticketline SET claimed = claimed - 1", {"claims_are_conserved"}),
    (
        "UPDATE tickets_ticket SET stage = 'resolve'",
        {"every_move_of_a_ticket_has_its_event", "wall_counts_what_is_open"},
    ),
    (
        "UPDATE tickets_run SET state = 'done', ended_at = now() WHERE state = 'running'",
        {"open_ticket_follows_its_procedure"},
    ),
    ("UPDATE tickets_ticket SET step_code = 'hello'", {"step_shown_is_still_to_do"}),
    ("UPDATE tickets_ticket SET procedure_version_id = 0", {"run_is_pinned_to_the_tickets_version"}),
    ("DELETE FROM tickets_steprecord", {"every_step_has_its_event"}),
    (
        "UPDATE tickets_ticket SET next_due_at = now() + interval '2 h'",
        {"queue_shows_the_nearest_clock", "wall_counts_what_is_open"},
    ),
    ("UPDATE tickets_waitingcount SET count = count + 1", {"wall_counts_what_is_open"}),
    (
        "UPDATE tickets_slaclock SET state = 'met', stopped_at = started_at, next_try_at = NULL"
        " WHERE state = 'running'",
        {"open_ticket_has_an_open_clock", "queue_shows_the_nearest_clock"},
    ),
    (
        "UPDATE tickets_slaclock SET started_at = now() - interval '9 hours', due_at = now() - interval '3 hours',"
        " next_try_at = now() - interval '2 minutes' WHERE state = 'running' AND target = 'resolution'",
        {"nothing_due_is_forgotten", "queue_shows_the_nearest_clock"},
    ),
    (
        "UPDATE tickets_slaclock SET state = 'paused', paused_at = now(), remaining_seconds = 1, next_try_at = NULL"
        " WHERE state = 'running' AND target = 'promise'",
        {"paused_clock_has_its_interval"},
    ),
    (
        "UPDATE events_delivery SET next_try_at = now() + interval '1 hour' WHERE done_at IS NOT NULL",
        {"delivery_is_done_waiting_or_dead"},
    ),
    ("UPDATE mail_outgoingmail SET cancelled_at = now()", {"mail_is_sent_taken_back_waiting_or_dead"}),
    (
        "INSERT INTO tickets_hold (ticket_id, reason, waiting_on, is_manual, placed_by, placed_at)"
        " SELECT id, 'x', 'us', true, 'x', now() FROM tickets_ticket WHERE stage = 'done'",
        set(),
    ),
    (
        "INSERT INTO web_idempotencykey (caller, method, path, key, body_digest, headers, created_at)"
        " VALUES ('shop:1', 'POST', '/x', 'k', 'd', '{}', now())",
        {"repeated_request_has_its_answer"},
    ),
    ("UPDATE tickets_slaclock SET shop_id = 0", {"clock_is_of_its_tickets_shop"}),
]


@pytest.mark.parametrize(("statement", "expected"), TAMPERED)
def test_tampering_is_found(lived, statement, expected):
    queue_mail(key="m", shop_id=lived.shop_id, to="a@example.com", subject="s", text="t")

    tamper(statement)

    found = {finding.rule.name for finding in invariants.check() if finding.count}
    assert found & OWN == expected


OWN = {rule.name for rule in invariants.rules() if rule.area == "aftersales"}


MERGED_TAMPERED = [
    ("DELETE FROM tickets_relation", {"merged_ticket_is_closed_and_tied_to_where_it_went"}),
    (
        "UPDATE tickets_ticket t SET merged_into_id = s.id, stage = 'done', status = 'closed', resolved_at = now()"
        " FROM tickets_ticket s WHERE s.merged_into_id = t.id",
        {"merge_has_no_chain_and_no_circle"},
    ),
    (
        "UPDATE tickets_ticket SET customer_id = NULL, order_id = NULL WHERE merged_into_id IS NOT NULL",
        {"merged_tickets_have_an_order_or_a_customer_in_common"},
    ),
    (
        "UPDATE tickets_message m SET created_at = now() + interval '1 minute' FROM tickets_ticket t"
        " WHERE t.id = m.ticket_id AND t.merged_into_id IS NOT NULL",
        {"nothing_is_said_on_a_merged_ticket"},
    ),
    (
        "UPDATE tickets_run r SET state = 'done' FROM tickets_ticket t"
        " WHERE t.id = r.ticket_id AND t.merged_into_id IS NOT NULL",
        {"merged_run_is_kept"},
    ),
    ("UPDATE tickets_ticket SET followers = '{0}'", {"follower_is_a_person"}),
]


@pytest.mark.parametrize(("statement", "expected"), MERGED_TAMPERED)
def test_tampering_with_a_merge_is_found(ticket, shop, amy, statement, expected):
    source = open_ticket(shop, read_ticket(ticket_body(lines=[])), by=Actor.system("test"))[0]
    merge_ticket(source, by=Actor.staff(amy), into=ticket)
    assert invariants.broken() == {}

    tamper(statement)

    assert expected <= set(invariants.broken())


def tamper(statement):
    """What the owner of the database can do: change rows with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_the_command_shows_what_is_broken_and_fails(lived, capsys):
    OrderLine.objects.filter(claimed__gt=0).update(claimed=1)

    with pytest.raises(CommandError, match="1 violations"):
        call_command("check_invariants")

    assert re.search(r"claims_are_conserved +1\n", capsys.readouterr().out)


def test_the_command_is_content_with_sound_data(lived, capsys):
    call_command("check_invariants")

    assert f"{len(invariants.rules())} rules, 0 violations" in capsys.readouterr().out


def test_the_grace_decides_what_is_forgotten(lived):
    tamper(
        "UPDATE events_delivery SET done_at = NULL, next_try_at = now() - interval '30 seconds'"
        " WHERE id = (SELECT min(id) FROM events_delivery)"
    )

    assert invariants.broken(grace=60) == {}
    assert invariants.broken(grace=20) == {"nothing_due_is_forgotten": 1}
