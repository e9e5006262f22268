"""The page behind the link: asks, keeps, thanks; and the results for those who lead."""

import re
from datetime import timedelta

import pytest

from surveys import views
from surveys.links import derive, token_of
from surveys.models import Invitation, Response
from surveys.queries import LEAST_ANSWERS
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

HAPPY = {"q-overall": "5", "q-solved": "solved", "q-comment": "<script>alert(1)</script>"}
QUERIES = 8  # of the results page: who it is, the shops, their notices, the figures, the answers
UNHAPPY = {"q-overall": "2", "q-solved": "not_solved"}


def test_the_page_asks_in_the_customers_language(link, visitor):
    page = visitor.get(link)

    assert page.status_code == 200
    assert '<html lang="zh-Hans"' in page.text
    assert "这次处理结果您满意吗？" in page.text
    assert "哪里没做好" not in page.text


def test_the_visitor_may_switch_to_english(link, visitor):
    visitor.post("/look/language", {"language": "en", "next": link})
    page = visitor.get(link)

    assert '<html lang="en"' in page.text
    assert "How satisfied are you with the outcome?" in page.text


def test_the_page_is_private(link, visitor):
    page = visitor.get(link)

    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"
    assert "wang@example.com" not in page.text
    assert "王小明" not in page.text


def test_a_star_in_the_mail_preselects_and_keeps_nothing(link, visitor):
    page = visitor.get(f"{link}?score=4")

    assert re.search(r'value="4"\s+checked', page.text)
    assert not Response.objects.exists()
    assert visitor.get(f"{link}?score=<x>").status_code == 200


def test_an_answer_is_kept_and_thanked_for(link, visitor):
    page = visitor.post(link, HAPPY, follow=True)

    assert page.redirect_chain == [(link, 302)]
    assert Response.objects.get().score == 5
    assert "<script>alert" not in page.text
    assert 'id="further"' not in page.text


def test_what_is_missing_is_marked_and_nothing_kept(link, visitor):
    page = visitor.post(link, {"q-overall": "4", "q-comment": "好" * 501})

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "好好好" in page.text
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"q-overall": "6"},
        {"q-overall": "0"},
        {"q-overall": "5.0"},
        {"q-overall": "٣"},
        {"q-overall": ["5", "9"]},
        {"q-solved": "whatever"},
        {"q-comment": "nul \x00"},
    ],
)
def test_a_wrong_value_is_refused(link, visitor, wrong):
    assert visitor.post(link, {**HAPPY, **wrong}).status_code == 422
    assert not Response.objects.exists()


def test_a_low_score_is_kept_at_once_and_asks_further(link, visitor):
    page = visitor.post(link, UNHAPPY, follow=True)

    assert Response.objects.get().score == 2
    assert "哪里没做好？" in page.text
    visitor.post(link, {"further": "yes", "q-low_reason": ["slow", "other"], "q-contact": "agree"})
    assert Response.objects.get().answers["low_reason"] == ["slow", "other"]
    assert 'id="further"' not in visitor.get(link).text


def test_a_wrong_further_answer_is_refused_and_may_be_put_right(link, visitor):
    visitor.post(link, UNHAPPY)

    assert visitor.post(link, {"further": "yes", "q-contact": "maybe"}).status_code == 422
    assert visitor.post(link, {"further": "yes", "q-contact": "agree"}).status_code == 302
    assert visitor.post(link, {"further": "yes", "q-contact": "decline"}).status_code == 409
    assert Response.objects.get().answers["contact"] == "agree"


def test_a_second_submit_says_that_it_was_answered(link, visitor):
    visitor.post(link, HAPPY)
    again = visitor.post(link, UNHAPPY)

    assert again.status_code == 409
    assert "您已经评价过了" in again.text
    assert Response.objects.get().score == 5


def test_two_submits_at_once_show_the_second_that_it_was_answered(link, invitation, visitor, rf):
    """Both read the invitation before either wrote: the action decides, the page tells."""
    stale = Invitation.objects.get(pk=invitation.pk)
    visitor.post(link, HAPPY)
    request = rf.post(link, UNHAPPY)
    request.csrf_processing_done = True

    assert views._ask(request, stale).status_code == 409
    assert Response.objects.get().score == 5


@pytest.mark.parametrize("token", ["0", "null", "[]", "a" * 43, "a" * 200, "..", "%E2%82%AC"])
def test_an_unknown_link_is_a_friendly_404(db, visitor, token):
    for page in (visitor.get(f"/s/{token}"), visitor.post(f"/s/{token}", HAPPY)):
        assert page.status_code == 404
        assert page["Cache-Control"] == "private, no-store"


def test_letter_case_matters(link, visitor):
    assert visitor.get(link.swapcase().replace("/S/", "/s/")).status_code == 404


def test_a_link_that_was_not_sent_yet_opens_nothing(scheduled, visitor):
    assert visitor.get(f"/s/{token_of(scheduled)}").status_code == 404


def test_a_cancelled_survey_is_gone(scheduled, resolved, leo, drain, visitor):
    Invitation.objects.update(state="cancelled", next_try_at=None)

    page = visitor.get(f"/s/{derive(scheduled.uid)}")
    assert page.status_code == 410
    assert visitor.post(f"/s/{derive(scheduled.uid)}", HAPPY).status_code == 410


def test_an_expired_survey_is_gone(link, visitor, advance_clock):
    advance_clock(days=14, minutes=1)

    assert visitor.get(link).status_code == 410
    assert visitor.post(link, HAPPY).status_code == 410
    assert not Response.objects.exists()


def test_an_answered_survey_asks_nothing_further_once_it_expired(link, visitor, advance_clock):
    visitor.post(link, UNHAPPY)
    advance_clock(days=14, minutes=1)

    assert 'id="further"' not in visitor.get(link).text
    assert visitor.post(link, {"further": "yes", "q-contact": "agree"}).status_code == 409


def test_who_asks_without_end_waits(link, visitor, monkeypatch):
    monkeypatch.setattr(views, "BURST", 2)
    monkeypatch.setattr(views, "PER_SECOND", 0.01)
    statuses = [visitor.get(link, REMOTE_ADDR="203.0.113.77").status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert visitor.get(link, REMOTE_ADDR="203.0.113.78").status_code == 200


def test_other_methods_are_refused(link, visitor):
    assert visitor.put(link).status_code == 405
    assert visitor.delete(link).status_code == 405


# -- results -------------------------------------------------------------------


def add_answers(invitation, scores):
    """Answers of other requests like this one; only the figures look at them."""
    for number, score in enumerate(scores):
        ticket = Ticket.objects.get(pk=invitation.ticket_id)
        ticket.pk, ticket.uid, ticket.number = None, f"{number:032x}", f"T-{number}"
        ticket._state.adding = True
        ticket.save()
        row = Invitation.objects.get(pk=invitation.pk)
        row.pk, row.uid, row.token_digest = None, f"{number:032x}", f"digest-{number}"
        row.ticket, row.state = ticket, "answered"
        row._state.adding = True
        row.save()
        Response.objects.create(
            invitation=row,
            shop_id=row.shop_id,
            answers={},
            score=score,
            answered_at=row.sent_at + timedelta(seconds=number + 1),
        )


def test_few_answers_show_counts_and_no_average(link, visitor, page_as, leo):
    visitor.post(link, HAPPY)
    page = page_as(leo).get("/surveys")

    assert page.status_code == 200
    assert "1 of 1 invitations answered" in page.text
    assert "Fewer than 30 answers" in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_enough_answers_show_the_average_with_its_margin(invitation, page_as, leo):
    add_answers(invitation, [4, 5] * (LEAST_ANSWERS // 2))
    page = page_as(leo).get("/surveys")

    assert "4.50 ± 0.18 of 5, from 30 answers" in page.text


def test_older_answers_are_paged_by_key(invitation, page_as, leo):
    add_answers(invitation, [5] * 51)
    client = page_as(leo)
    first = client.get("/surveys")
    following = re.search(r'href="(\?cursor=[^"]+)"', first.text).group(1)

    assert first.text.count(">T-") == 50
    assert "T-0<" in client.get(f"/surveys{following}").text
    assert client.get("/surveys?cursor=nonsense").status_code == 302


@pytest.mark.parametrize("answers", [1, 6])
def test_the_number_of_queries_does_not_grow_with_the_answers(
    invitation, page_as, leo, answers, django_assert_num_queries
):
    add_answers(invitation, [5] * answers)
    client = page_as(leo)
    with django_assert_num_queries(QUERIES):
        client.get("/surveys")


def test_a_stranger_sees_no_answers_of_this_shop(link, visitor, client, stage, mona):
    from staff.actions import add_member, create_user  # noqa: PLC0415 - needs the app registry
    from tests.factories import SYSTEM  # noqa: PLC0415

    visitor.post(link, HAPPY)
    stranger = create_user(by=SYSTEM, username="sue", role="supervisor", name_en="Sue", password="x" * 12)
    add_member(stage.other_team, stranger)
    client.force_login(stranger)
    page = client.get("/surveys")

    assert "Nobody has answered yet" in page.text
    assert "0 of 0 invitations answered" in page.text


def test_only_those_who_lead_or_judge_see_results(page_as, amy, wen, finn, bob, audrey, quinn, ada, client):
    assert client.get("/surveys").status_code == 302
    for person in (amy, wen, finn, bob):
        assert page_as(person).get("/surveys").status_code == 403
    for person in (audrey, quinn, ada):
        assert page_as(person).get("/surveys").status_code == 200
