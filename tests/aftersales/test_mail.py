"""Outgoing mail: queued once, sent once, given up after five tries, and seen by those who lead."""

import re

import pytest
from django.core import mail as box
from django.db import transaction

from aftersales import due
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.mail.actions import cancel_mail, queue_mail, retry_mail
from aftersales.mail.letters import letter
from aftersales.mail.models import MailState, OutgoingMail

pytestmark = pytest.mark.django_db

SENDER = due.KINDS.get("mail")


@pytest.fixture
def mail(shop):
    return written(shop, "hello")


def written(shop, key, **fields):
    return queue_mail(
        **{
            "key": key,
            "shop_id": shop.pk,
            "to": "wang@example.com",
            "subject": "Hello",
            "text": "Good day.",
            "ticket_number": "A26-00001",
            **fields,
        }
    )


@pytest.fixture
def dead(mail, settings, advance_clock):
    """Given up: no server was there on five tries."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for _try in range(due.MAX_TRIES):
        due.drain(SENDER)
        advance_clock(minutes=15)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.refresh_from_db()
    return mail


# -- queue and send --------------------------------------------------------------


def test_the_same_key_makes_one_mail(shop, mail):
    again = written(shop, "hello", subject="Another")

    assert again.pk == mail.pk
    assert again.subject == "Hello"


def test_mail_belongs_to_its_transaction(shop):
    with transaction.atomic():
        written(shop, "gone")
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()


def test_a_mail_is_sent_once_with_its_message_id(mail):
    due.drain(SENDER)
    due.drain(SENDER)

    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at) == (MailState.SENT, None)
    assert [message.extra_headers["Message-ID"] for message in box.outbox] == [mail.message_id]
    assert box.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_html_goes_beside_the_text(shop):
    written(shop, "both", html="<p>Good day.</p>")
    due.drain(SENDER)

    assert [(part.content, part.mimetype) for part in box.outbox[0].alternatives] == [
        ("<p>Good day.</p>", "text/html")
    ]


def test_a_subject_is_one_line_of_200_characters(shop):
    mail = written(shop, "long", subject="a\r\nBcc: x@example.com\n" + "é" * 300)

    assert "\n" not in mail.subject
    assert len(mail.subject) == 200


def test_what_was_taken_back_is_not_sent(mail):
    assert cancel_mail("hello")
    assert not cancel_mail("hello")
    due.drain(SENDER)

    mail.refresh_from_db()
    assert mail.state == MailState.CANCELLED
    assert box.outbox == []


def test_what_was_sent_cannot_be_taken_back(mail):
    due.drain(SENDER)

    assert not cancel_mail("hello")


def test_a_claimed_mail_is_left_alone_until_its_lease_ends(mail, advance_clock):
    """As if the sender had been killed after its claim: late, but sent, and sent once."""
    due.LeasedKind(OutgoingMail, name="killed", queue="mail", fire=lambda row: None).drain_once()
    due.drain(SENDER)
    assert box.outbox == []

    advance_clock(seconds=61)
    due.drain(SENDER)
    assert len(box.outbox) == 1


def test_five_failed_tries_leave_a_mail_dead(dead):
    assert (dead.state, dead.attempts, dead.next_try_at) == (MailState.DEAD, 5, None)
    assert "ConnectionRefused" in dead.last_error


def test_a_dead_mail_is_tried_again_under_the_same_message_id(dead, leo):
    retry_mail(dead, by=Actor.staff(leo))
    due.drain(SENDER)

    dead.refresh_from_db()
    assert dead.state == MailState.SENT
    assert box.outbox[0].extra_headers["Message-ID"] == dead.message_id
    event = Event.objects.get(stream=dead.stream)
    assert (event.kind, event.actor_id) == ("mail.retry", leo.pk)


def test_only_a_dead_mail_can_be_tried_again(mail, leo):
    with pytest.raises(NotPossible, match="not given up"):
        retry_mail(mail, by=Actor.staff(leo))


def test_who_only_reads_cannot_try_again(dead, audrey, amy):
    for person in (audrey, amy):
        with pytest.raises(NotAllowed):
            retry_mail(dead, by=Actor.staff(person))


def test_a_letter_is_written_in_its_readers_language_and_escapes_what_was_typed(shop):
    shop.name_zh = shop.name_en = "<Tea> & Co"
    context = {"shop": shop, "number": "A26-00001", "url": "https://x.example/s/1", "days": 14, "stars": [1]}
    english, chinese = (letter("survey_invitation", code, context) for code in ("en", "zh-hans"))

    assert "<Tea> & Co" in english["subject"]
    assert "&lt;Tea&gt; &amp; Co" in english["html"]
    assert "<Tea>" not in english["html"]
    assert re.search("[一-鿿]", chinese["text"])
    assert not re.search("[一-鿿]", english["text"])


# -- the page of sent mail ---------------------------------------------------------


def test_sent_mail_lists_what_was_written_to_whom(mail, page_as, leo):
    page = page_as(leo).get("/mail")

    assert page.status_code == 200
    assert "wang@example.com" in page.text
    assert f'href="/mail/{mail.pk}"' in page.text


def test_an_empty_page_says_what_will_stand_there(page_as, leo):
    assert "No mail was written yet" in page_as(leo).get("/mail").text
    assert "No mail in this state" in page_as(leo).get("/mail?state=dead").text


def test_a_state_narrows_the_list(shop, page_as, leo):
    written(shop, "sent", subject="This one went")
    due.drain(SENDER)
    written(shop, "waits", subject="This one waits")
    client = page_as(leo)

    assert "This one went" not in client.get("/mail?state=waiting").text
    assert "This one waits" not in client.get("/mail?state=sent").text
    assert "This one went" in client.get("/mail?state=nonsense").text


def test_older_mail_is_paged_by_key(shop, page_as, leo):
    for number in range(51):
        written(shop, f"m{number}", subject=f"Mail no. {number};")
    client = page_as(leo)
    first = client.get("/mail")
    following = re.search(r'href="(\?cursor=[^"]+)"', first.text).group(1)

    assert "Mail no. 0;" not in first.text
    assert "Mail no. 0;" in client.get(f"/mail{following}").text
    assert client.get("/mail?cursor=nonsense").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_mail(
    shop, page_as, leo, count, django_assert_num_queries
):
    for number in range(count):
        written(shop, f"m{number}")
    client = page_as(leo)
    with django_assert_num_queries(5):  # session, person, shops, notices, mail
        client.get("/mail")


def test_a_link_that_acts_for_the_customer_is_not_shown(shop, page_as, leo):
    token = "A" * 43
    mail = written(shop, "secret", text=f"Tell us: https://desk.example.com/s/{token} Thank you.")
    page = page_as(leo).get(f"/mail/{mail.pk}")

    assert token not in page.text
    assert "https://desk.example.com/s/…" in page.text


def test_what_is_in_a_mail_is_shown_as_text(shop, page_as, leo):
    mail = written(shop, "typed", text="<script>alert(1)</script>", subject="<b>")

    assert "<script>alert" not in page_as(leo).get(f"/mail/{mail.pk}").text


def test_a_dead_mail_offers_another_try(dead, page_as, leo):
    client = page_as(leo)
    assert f'action="/mail/{dead.pk}/retry"' in client.get(f"/mail/{dead.pk}").text

    assert client.post(f"/mail/{dead.pk}/retry").status_code == 302
    dead.refresh_from_db()
    assert dead.state == MailState.WAITING
    assert client.post(f"/mail/{dead.pk}/retry").status_code == 409


def test_an_auditor_reads_and_does_not_try_again(dead, page_as, audrey):
    client = page_as(audrey)

    assert "/retry" not in client.get(f"/mail/{dead.pk}").text
    assert client.post(f"/mail/{dead.pk}/retry").status_code == 403


def test_a_stranger_finds_no_mail_of_this_shop(mail, shop, stage, page_as):
    from staff.actions import add_member, create_user  # noqa: PLC0415 - needs the app registry

    sue = create_user(
        by=Actor.system("test"), username="sue", role="supervisor", name_en="Sue", password="x" * 12
    )
    add_member(stage.other_team, sue)
    client = page_as(sue)

    assert "wang@example.com" not in client.get("/mail").text
    assert client.get(f"/mail/{mail.pk}").status_code == 404
    assert client.post(f"/mail/{mail.pk}/retry").status_code == 404


def test_only_those_who_lead_or_audit_read_mail(mail, client, page_as, amy, wen, finn, bob, mona, ada):
    assert client.get("/mail").status_code == 302
    for person in (amy, wen, finn, bob):
        for path in ("/mail", f"/mail/{mail.pk}"):
            assert page_as(person).get(path).status_code == 403
        assert client.post(f"/mail/{mail.pk}/retry").status_code == 403
    for person in (mona, ada):
        assert page_as(person).get("/mail").status_code == 200
