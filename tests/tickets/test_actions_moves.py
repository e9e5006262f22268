"""How a ticket ends and begins again, and what becomes of the units it claimed."""

import pytest

from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.versions.actions import draft, publish
from tests.factories import ticket_body
from tests.tickets.procedure_bodies import body_in_force
from tickets.actions.holds import hold_ticket, place_hold, release_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket, close_ticket, note_outcome, reject_ticket, reopen_ticket
from tickets.models import Macro, OrderLine, Ticket
from tickets.serializers import read_ticket
from tickets.verbs import perform

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def claimed():
    return OrderLine.objects.get(external_id="1").claimed


def kinds_of(ticket):
    return list(Event.objects.filter(stream=ticket.stream).order_by("seq").values_list("kind", flat=True))


def test_rejecting_frees_the_units_and_says_why_once(ticket, amy):
    assert claimed() == 2

    after = reject_ticket(ticket, by=Actor.staff(amy), reason="Worn for months.")

    assert (after.state, after.outcome, after.waiting_on) == ("rejected", "rejected", "nobody")
    assert claimed() == 0
    assert kinds_of(ticket) == ["ticket.open", "ticket.reject"]
    assert Event.objects.get(kind="ticket.reject").private.text == "Worn for months."


@pytest.fixture
def ends_by(shop, order, ada):
    """`ends_by("ticket.reject")`: a request whose procedure is one step, which is done by that verb."""

    def build(verb, **params):
        body = body_in_force("usage_help")
        step = next(each for each in body["steps"] if each["id"] == "close")
        body["steps"] = [step | {"params": step["params"] | {"verb": verb, **params}}]
        rows = {"by": Actor.staff(ada), "shop_id": shop.pk}
        publish(draft("sop", "usage_help", body, **rows), by=Actor.staff(ada))
        asked = ticket_body(category="usage_help", lines=[], requested_resolution="answer")
        return open_ticket(shop, read_ticket(asked), by=SYSTEM)[0]

    return build


def outermost(ticket):
    return (
        Event.objects.filter(stream=ticket.stream, cause_id=None)
        .order_by("seq")
        .values_list("kind", flat=True)
    )


@pytest.mark.parametrize(("verb", "end"), [("reject", {"reason": "Too late"}), ("resolve", {})])
def test_an_end_is_one_event_with_its_step_in_it(ends_by, amy, verb, end):
    ticket = perform(ends_by(f"ticket.{verb}"), verb, end, by=Actor.staff(amy))

    assert list(outermost(ticket)) == ["ticket.open", f"ticket.{verb}"]
    step = Event.objects.get(stream=ticket.stream, kind="ticket.complete_step")
    assert step.cause_id == Event.objects.get(stream=ticket.stream, kind=f"ticket.{verb}").pk
    assert ticket.messages.filter(author_kind="staff").count() == 1


@pytest.mark.parametrize(("verb", "end"), [("reject", {"reason": "Too late"}), ("resolve", {})])
def test_the_photos_of_the_last_step_are_part_of_it(ends_by, amy, verb, end):
    ticket = ends_by(f"ticket.{verb}", photos=1)

    with pytest.raises(NotPossible, match="needs 1 photos; 0 are here") as refused:
        perform(ticket, verb, end, by=Actor.staff(amy))

    assert refused.value.code == "photos_missing"
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.is_open
    assert not ticket.messages.filter(author_kind="staff").exists()


def test_a_refusal_is_told_though_its_words_have_more_to_fill_in(ends_by, amy):
    """The form asks for the reason alone: nobody could fill in the rest."""
    macro = Macro.objects.get(code="reject_explain")
    macro.body["zh"] += "检测机构将在{partner_due_date}前答复。"
    macro.save()

    ticket = perform(
        ends_by("ticket.reject", message="reject_explain"),
        "reject",
        {"reason": "已过期"},
        by=Actor.staff(amy),
    )

    said = ticket.messages.get(author_kind="staff").body
    assert "经核实：已过期。" in said
    assert said.endswith("检测机构将在（待定）前答复。")


def test_the_customers_own_shop_may_cancel_and_a_stranger_may_not(ticket, bob, stage):
    with pytest.raises(NotAllowed):
        cancel_ticket(ticket, by=Actor("shop", "other", shop_id=stage.other_shop.pk))
    after = cancel_ticket(ticket, by=Actor("shop", "demo", shop_id=stage.shop.pk))

    assert after.state == "cancelled"
    assert claimed() == 0


def test_reopening_claims_again_unless_others_have(ticket, shop, leo, amy):
    lead = Actor.staff(leo)
    reject_ticket(ticket, by=lead, reason="x")
    with pytest.raises(NotAllowed, match="supervisor"):
        reopen_ticket(ticket, by=Actor.staff(amy), reason="y")
    again = reopen_ticket(ticket, by=lead, reason="The photo came.")
    assert (again.state, again.reopen_count, claimed()) == ("communicate", 1, 2)

    reject_ticket(ticket, by=lead, reason="x")
    body = ticket_body(lines=[{"order_line": "1", "quantity": 3, "reason": "q_surface"}])
    open_ticket(shop, read_ticket(body), by=SYSTEM)
    with pytest.raises(NotPossible, match="0 left to claim"):
        reopen_ticket(ticket, by=lead, reason="again")
    assert Ticket.objects.get(pk=ticket.pk).state == "rejected"


def test_a_reopened_ticket_runs_its_procedure_and_clocks_anew(ticket, leo):
    lead = Actor.staff(leo)
    reject_ticket(ticket, by=lead, reason="x")
    reopened = reopen_ticket(ticket, by=lead, reason="y")

    assert reopened.step_code == "hello"
    assert set(reopened.clocks.filter(state="running").values_list("target", flat=True)) >= {
        "communicate",
        "resolution",
    }


def test_a_hold_names_who_is_awaited_and_blocks_ending(ticket, amy, leo):
    agent = Actor.staff(amy)
    held = hold_ticket(ticket, by=agent, reason="asked the carrier", waiting_on="carrier")
    assert (held.waiting_on, held.status) == ("carrier", "new")
    with pytest.raises(NotPossible, match="asked the carrier"):
        reject_ticket(ticket, by=agent, reason="x")

    released = release_ticket(ticket, by=agent)
    assert released.waiting_on == "us"
    with pytest.raises(NotPossible, match="not on hold"):
        release_ticket(ticket, by=agent)


def test_a_person_does_not_release_what_the_desk_holds(ticket, amy):
    place_hold(ticket, "refund under way", by=SYSTEM, is_manual=False)

    with pytest.raises(NotPossible, match="not on hold"):
        release_ticket(ticket, by=Actor.staff(amy))


def test_different_outcomes_make_it_mixed(ticket):
    note_outcome(ticket, "refund")
    note_outcome(ticket, "refund")
    assert ticket.outcome == "refund"
    note_outcome(ticket, "repair")
    assert ticket.outcome == "mixed"


def test_closing_is_for_leads_and_the_desk_after_resolving(ticket, leo):
    with pytest.raises(NotPossible):
        close_ticket(ticket, by=Actor.staff(leo))
