"""What a life says in facts: how long things took, whose they were then, and what was met or missed."""

import pytest

from aftersales.events.actors import Actor
from aftersales.history.models import Fact
from tests.history.conftest import facts_of
from tests.tickets.sla_cases import open_tickets
from tickets.actions.assignment import assign_ticket, reassign_ticket, take_ticket
from tickets.actions.conversation import ask_customer, reply_to_customer, withdraw_message
from tickets.actions.moves import reject_ticket, reopen_ticket
from tickets.actions.procedure import recategorise_ticket
from tickets.actions.splitting import split_ticket
from tickets.models import Category, Message, Ticket

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 3600


def near(seconds, wanted):
    return wanted <= seconds < wanted + 30  # what the test itself takes


def test_a_life_in_facts(lived, amy):
    facts = facts_of(lived)

    assert set(facts) == {
        *("open", "enter.communicate", "stage.communicate", "response.first", "response.next"),
        *("sla.first_response", "sla.next_response"),
    }
    assert near(facts["response.first"].seconds, 90 * MINUTE)
    assert near(facts["response.next"].seconds, 20 * MINUTE)
    assert near(facts["stage.communicate"].seconds, 180 * MINUTE)
    assert facts["stage.communicate"].led_to == "rejected"
    assert facts["response.first"].person_id == amy.pk


def test_a_late_clock_is_missed_when_its_time_ran_out(lived, amy):
    fact = facts_of(lived)["sla.first_response"]

    assert (fact.met, fact.target_seconds, fact.stage, fact.person_id) == (False, HOUR, "communicate", amy.pk)
    assert (fact.happened_at - lived.created_at).total_seconds() == HOUR
    assert near(fact.late_seconds, 30 * MINUTE)
    assert near(fact.seconds, 90 * MINUTE)


def test_a_clock_that_stopped_in_time_is_met_then(lived):
    fact = facts_of(lived)["sla.next_response"]

    assert (fact.met, fact.late_seconds) == (True, 0)
    assert near(fact.seconds, 20 * MINUTE)


def test_clocks_of_what_was_never_kept_are_neither(lived):
    """Turned down: its stage and its resolution were owed no more."""
    assert not {"sla.communicate", "sla.resolution"} & set(facts_of(lived))


def test_a_late_clock_that_still_runs_is_missed_without_a_length(shop, policy, advance_clock, drain):
    ticket = open_tickets(shop, 1)[0]
    advance_clock(minutes=61)
    drain()

    fact = facts_of(ticket)["sla.first_response"]

    assert (fact.met, fact.seconds, fact.bucket) == (False, None, None)


def test_an_answer_that_is_taken_back_never_was(shop, policy, amy, advance_clock, drain):
    ticket = open_tickets(shop, 1)[0]
    advance_clock(minutes=10)
    reply_to_customer(ticket, body="We are on it.", by=Actor.staff(amy))
    drain()
    before = set(facts_of(ticket))
    withdraw_message(Message.objects.get(body="We are on it."), by=Actor.staff(amy))
    drain()

    assert {"response.first", "sla.first_response"} <= before
    assert not {"response.first", "sla.first_response"} & set(facts_of(ticket))


def test_an_answer_after_one_that_was_taken_back_counts_from_the_question(
    shop, policy, amy, advance_clock, drain
):
    ticket, by = open_tickets(shop, 1)[0], Actor.staff(amy)
    reply_to_customer(ticket, body="Wrong.", by=by)
    withdraw_message(Message.objects.get(body="Wrong."), by=by)
    advance_clock(minutes=40)
    reply_to_customer(ticket, body="Right.", by=by)
    drain()

    fact = facts_of(ticket)["response.first"]

    assert near(fact.seconds, 40 * MINUTE)


def test_what_begins_again_is_told_again(lived, leo, drain):
    reopen_ticket(lived, reason="It was.", by=Actor.staff(leo))
    reject_ticket(lived, reason="No.", by=Actor.staff(leo))
    drain()

    measures = list(Fact.objects.filter(ticket=lived).values_list("measure", flat=True))

    assert measures.count("enter.communicate") == measures.count("stage.communicate") == 2
    assert measures.count("open") == 1


def test_whose_it_was_is_told_as_it_was_then(shop, stage, policy, amy, leo, advance_clock, drain):
    ticket, by = open_tickets(shop, 1)[0], Actor.staff(leo)
    stage.other_team.shops.add(shop)
    assign_ticket(ticket, by=by, to=amy)
    reply_to_customer(ticket, body="Yes.", by=Actor.staff(amy))
    advance_clock(minutes=5)
    reassign_ticket(ticket, by=by, team=stage.other_team, reason="Yours.")
    recategorise_ticket(ticket, by=by, category=Category.objects.get(code="not_as_described"))
    advance_clock(minutes=5)
    reject_ticket(ticket, reason="No.", by=by)
    drain()

    facts = facts_of(ticket)
    first, left = facts["sla.first_response"], facts["stage.communicate"]

    assert (first.team_id, first.person_id) == (stage.team.pk, amy.pk)
    assert Category.objects.get(pk=first.category_id).code == "quality_other"
    assert (left.team_id, left.person_id) == (stage.other_team.pk, None)
    assert Category.objects.get(pk=left.category_id).code == "not_as_described"


def test_a_pause_is_no_time_of_a_clock(shop, policy, amy, advance_clock, drain):
    ticket, by = open_tickets(shop, 1)[0], Actor.staff(amy)
    advance_clock(minutes=10)
    ask_customer(ticket, body="Which one?", by=by)
    advance_clock(hours=30)
    drain()

    assert "sla.communicate" not in facts_of(ticket)
    assert facts_of(ticket)["sla.first_response"].met is True


def test_goods_pass_through_the_stages(ticket, amy, drain):
    take_ticket(ticket, by=Actor.staff(amy))
    drain()

    assert {"open", "enter.communicate"} <= set(facts_of(ticket))


def test_a_try_is_none_of_the_history(shop, drain):
    ticket = open_tickets(shop, 1)[0]
    Ticket.objects.filter(pk=ticket.pk).update(is_test=True)
    drain()

    assert facts_of(ticket) == {}


def test_a_part_that_was_split_off_came_in_with_the_whole(ticket, amy, drain):
    row = {"line": ticket.lines.get(), "quantity": 1}
    split_ticket(ticket, by=Actor.staff(amy), lines=[row])
    drain()
    part = Ticket.objects.exclude(pk=ticket.pk).get()

    assert "open" in facts_of(ticket)
    assert "open" not in facts_of(part)
    assert "enter.communicate" in facts_of(part)


def test_days_and_hours_are_the_shops(lived):
    fact = facts_of(lived)["open"]

    assert fact.hour == (fact.happened_at.hour + 8) % 24  # Shanghai


def test_nobody_elses_words_are_an_answer(shop, policy, advance_clock, drain):
    ticket = open_tickets(shop, 1)[0]
    advance_clock(minutes=5)
    reply_to_customer(ticket, body="Received.", by=Actor.system("desk"))
    drain()

    assert "response.first" not in facts_of(ticket)
