"""Standings of procedures: by a fixed number of statements, counted from an index alone and no further than the cap."""

import pytest
from django.db import connection

from tests.factories import SYSTEM, order_body, ticket_body
from tests.tickets.procedure_bodies import CODE, body_in_force, renamed
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket
from tickets.actions.orders import put_order
from tickets.actions.procedure_drafts import publish_draft, save_draft
from tickets.models import Macro
from tickets.queries import procedures
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db


def another(shop, name):
    put_order(shop, name, read_order(order_body(number=name)), by=SYSTEM)
    return open_ticket(shop, read_ticket(ticket_body(order=name)), by=SYSTEM)[0]


def test_open_requests_are_counted_over_all_versions(shop, other_shop, ticket, leo, as_staff):
    save_draft(shop, CODE, renamed(body_in_force(), "Anew"), by=as_staff(leo))
    publish_draft(shop, CODE, by=as_staff(leo))
    another(shop, "O-2")
    cancel_ticket(another(shop, "O-3"), by=as_staff(leo), reason="")

    assert procedures.running_counts(shop)[CODE] == 2
    assert procedures.running_counts(shop, CODE) == {CODE: 2}
    assert procedures.running_counts(other_shop)[CODE] == 0


def test_a_count_stops_at_the_cap(shop, ticket, monkeypatch):
    monkeypatch.setattr(procedures, "COUNT_CAP", 1)
    another(shop, "O-2")
    another(shop, "O-3")

    assert procedures.capped(procedures.running_counts(shop)[CODE]) == {"count": 1, "capped": True}


def test_the_list_costs_the_same_with_drafts(shop, leo, as_staff, django_assert_num_queries):
    with django_assert_num_queries(1):
        procedures.standings(shop)
    for code in ("invoice", CODE):
        save_draft(shop, code, renamed(body_in_force(code), "Anew"), by=as_staff(leo))

    with django_assert_num_queries(1):
        found = procedures.standings(shop)
    assert [code for code, standing in found.items() if standing.draft] == ["invoice", CODE]


def test_running_requests_are_counted_from_their_index(shop, ticket):
    query = """EXPLAIN SELECT 1 FROM tickets_ticket t WHERE t.shop_id = %s AND t.procedure_version_id = %s
        AND t.status IN ('new', 'open', 'waiting') LIMIT 1001"""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(query, [shop.pk, ticket.procedure_version_id])
        plan = " ".join(row[0] for row in cursor.fetchall())

    assert "ticket_running_procedure" in plan


def test_every_procedure_stands_in_a_group_once(shop):
    codes = procedures.standings(shop)
    listed = [code for _group, rows in procedures.groups_of_procedures(codes) for code, _categories in rows]

    assert sorted(listed) == sorted(codes)


def test_the_vocabulary_holds_what_the_content_names(db):
    known = procedures.vocabulary()

    assert known["fact"]["within_7_days"]["en"] == "Raised within seven days"
    assert known["verb"]["invoice.adjust"] is None
    assert {"close_thanks"} <= known["macro"].keys()
    assert {"generic"} <= known["checklist"].keys()
    assert not [name for name in known["fact"] if name.startswith("happened")]


def test_a_step_names_replies_of_everybody_only(shop, amy):
    words = {"en": "Ours", "zh": "本店"}
    Macro.objects.create(code="our_song", title=words, body=words, shop=shop, origin="shop")
    Macro.objects.create(code="my_song", title=words, body=words, owner=amy, origin="shop")
    procedures.forget()

    assert not {"our_song", "my_song"} & procedures.vocabulary()["macro"].keys()
