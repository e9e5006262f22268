"""The card of a step of approval: it shows the proposal behind it, and offers what settles it."""

import pytest

from returns.models import Resolution
from tests.returns.shortcuts import propose_dear_refund

pytestmark = pytest.mark.django_db
SUPERVISORS, ABOVE = 150_000, 299_000


@pytest.fixture
def proposed(stage):
    """A refund of ¥2,990.00, above what a supervisor may approve."""
    return propose_dear_refund(stage, ABOVE)


def card(session, ticket):
    """The next step alone, as htmx asks for it."""
    headers = {"HX-Request": "true", "HX-Target": "next-step"}
    return session.get(f"/tickets/{ticket.number}", headers=headers).text


def post(session, ticket, verb, **fields):
    headers = {"HX-Request": "true", "HX-Target": "next-step"}
    return session.post(f"/tickets/{ticket.number}/{verb}", fields, headers=headers)


def test_who_may_approve_has_the_proposals_own_form(proposed, page_as, finn):
    shown = card(page_as(finn), proposed)

    assert "Amy proposes: Refund, ¥2,990.00." in shown
    assert "Unused, with all its parts" in shown
    for verb in ("approve_resolution", "decline_resolution"):
        assert f'action="/tickets/{proposed.number}/{verb}"' in shown
    assert f'type="hidden" name="resolution" value="{Resolution.objects.get().uid}"' in shown
    assert "complete_step" not in shown


@pytest.mark.parametrize("paid", [SUPERVISORS, ABOVE])
def test_others_read_who_is_awaited(stage, page_as, paid):
    ticket = propose_dear_refund(stage, paid)
    awaited = "Supervisor" if paid == SUPERVISORS else "Finance"

    for person in (stage.amy, stage.wen, stage.audrey):
        shown = card(page_as(person), ticket)
        assert f"Waits for: <b>{awaited}</b>." in shown
        assert "approve_resolution" not in shown
        assert "?do=skip_step" not in shown
    assert ("approve_resolution" in card(page_as(stage.leo), ticket)) == (paid == SUPERVISORS)


def test_who_proposed_may_take_it_back_and_readers_may_not(proposed, page_as, amy, audrey):
    assert "decline_resolution" in card(page_as(amy), proposed)
    assert "decline_resolution" not in card(page_as(audrey), proposed)


def test_the_dock_reads_the_proposal_without_its_money(proposed, page_as, wen):
    shown = card(page_as(wen), proposed)

    assert "Amy proposes: Refund." in shown
    assert "2,990" not in shown


def test_approving_on_the_card_does_the_step(proposed, page_as, finn):
    answer = post(page_as(finn), proposed, "approve_resolution", resolution=Resolution.objects.get().uid)

    assert answer.status_code == 200
    assert Resolution.objects.get().state == "approved"
    proposed.refresh_from_db()
    assert proposed.step_code == "inv"
    assert "Amy proposes" not in answer.text


def test_declining_needs_a_reason_and_keeps_the_card(proposed, page_as, finn):
    session = page_as(finn)
    uid = Resolution.objects.get().uid

    refused = post(session, proposed, "decline_resolution", resolution=uid, reason="")
    assert refused.status_code == 422
    assert '<details class="tells" open>' in refused.text

    answer = post(session, proposed, "decline_resolution", resolution=uid, reason="The seal is broken")
    assert answer.status_code == 200
    assert Resolution.objects.get().state == "declined"
    assert "Amy proposes" not in answer.text


def test_a_refused_approval_without_javascript_is_told_on_the_card(proposed, page_as, finn):
    page = page_as(finn).post(
        f"/tickets/{proposed.number}/approve_resolution", {"resolution": "not-an-id"}, follow=True
    )

    assert page.status_code == 422
    assert page.context["card"]["refusal"]
    assert page.context["opened"]["verb"] is None


def test_the_customers_yes_is_awaited_and_can_be_taken_down(proposed, page_as, amy, wen):
    Resolution.objects.update(needs_consent=True)

    assert 'action="/tickets/' + proposed.number + '/accept_proposal"' in card(page_as(amy), proposed)
    assert "Waits for: <b>the customer</b>." in card(page_as(wen), proposed)


def test_why_it_is_this_step_is_told_in_words(proposed, page_as, finn):
    shown = card(page_as(finn), proposed)

    assert "Because “Within seven days?” was answered: yes." in shown
    assert "Because “Excluded goods?” was answered: no." in shown


def test_a_step_without_a_proposal_keeps_its_own_form(proposed, page_as, leo):
    Resolution.objects.update(state="declined")

    assert f'action="/tickets/{proposed.number}/complete_step"' in card(page_as(leo), proposed)
