"""All made anew is what was kept, and puts right what was not; a run that was stopped goes on."""

import pytest
from django.core.management import CommandError, call_command

from aftersales.events.actors import Actor
from aftersales.history.actions.rebuilding import begin_anew, step_anew
from aftersales.history.models import Fact, Follower
from tests.history.conftest import sql, tallies
from tests.tickets.sla_cases import open_tickets
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import reply_to_customer

pytestmark = pytest.mark.django_db
COLUMNS = [field.attname for field in Fact._meta.concrete_fields if field.attname != "id"]


@pytest.fixture
def months(lived, shop, amy, leo, advance_clock, drain):
    """More requests, of other people, over two months."""
    for days in (1, 20, 20):
        advance_clock(days=days)
        ticket, other = open_tickets(shop, 2)
        take_ticket(other, by=Actor.staff(leo))
        reply_to_customer(ticket, body="Yes.", by=Actor.staff(amy))
        drain()
        drain()  # what the clocks told in the first round
    return tallies()


def facts():
    return sorted(map(str, Fact.objects.values_list(*COLUMNS)))


def rebuild():
    call_command("rebuild_facts", verbosity=0)


def test_made_anew_is_what_was_kept(months):
    before = facts()
    rebuild()

    assert tallies() == months
    assert facts() == before


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM history_tally",
        "UPDATE history_tally SET count = count + 1, seconds = seconds + 9",
        "UPDATE history_tally SET buckets = '{}', counts = '{}'",
        "UPDATE history_tally SET day = day - 400 WHERE grain = 'd'",
        "DELETE FROM history_fact",
        "DELETE FROM history_fact WHERE measure = 'open'",
        "UPDATE history_fact SET seconds = 7, bucket = 20 WHERE seconds IS NOT NULL",
        "UPDATE history_fact SET person_id = NULL",
    ],
)
def test_it_puts_right_what_differs(months, harm):
    before = facts()
    sql(harm)
    rebuild()

    assert facts() == before
    assert {key: sums for key, sums in tallies().items() if key[4] > "2020"} == months


def test_a_run_that_was_stopped_goes_on_where_it_was(months, shop):
    sql("DELETE FROM history_fact")
    begin_anew(shop.pk)
    step_anew(shop.pk, chunk=2)
    stopped_at = Follower.objects.get(pk=shop.pk).anew_before
    begin_anew(shop.pk)

    assert Follower.objects.get(pk=shop.pk).anew_before == stopped_at
    rebuild()
    assert tallies() == months
    assert step_anew(shop.pk) == ""


def test_the_feed_is_followed_meanwhile(months, shop, policy, drain):
    begin_anew(shop.pk)
    step_anew(shop.pk, chunk=2)
    open_tickets(shop, 1)
    drain()
    now = tallies()
    rebuild()

    assert tallies() == now != months


def test_a_shop_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="There is no shop nowhere"):
        call_command("rebuild_facts", shop="nowhere")


def test_it_says_when_nothing_is_left(lived, shop, capsys):
    call_command("rebuild_facts", shop="demo")

    assert capsys.readouterr().out == "demo: nothing is left.\n"
