"""Mail at once: of the kinds that a person chose, one of each matter, and never a storm."""

import pytest

from aftersales.mail.models import OutgoingMail
from staff.actions import change_account, notify
from staff.actions.mails import MOST
from staff.actions.notices import Notice, notify_many

pytestmark = pytest.mark.django_db
SLA = {"target_en": "First reply", "target_zh": "首次回复", "level": 75, "subject": "杯子 <b>"}


@pytest.fixture
def mailed(leo, as_staff):
    """Leo, who wants a mail of each deadline that comes near."""
    return change_account(leo, by=as_staff(leo), mailed_kinds=["sla.warn"], language="en")


def warn(shop, *users, key="w-1"):
    notify(users, "sla.warn", key=key, shop_id=shop.pk, ticket_number="A26-TEST", data=SLA)


def test_a_mail_says_what_the_notice_says(shop, mailed):
    warn(shop, mailed)

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.shop_id, mail.language) == ("leo@example.com", shop.pk, "en")
    assert mail.subject == "A26-TEST: First reply: 75 % of the time is used · Greenleaf"
    assert "Hello Leo," in mail.text
    assert "/inbox" in mail.text
    assert "杯子 &lt;b&gt;" in mail.html
    assert mailed.notifications.count() == 1


def test_each_reads_it_in_their_own_language(shop, mailed, as_staff):
    change_account(mailed, by=as_staff(mailed), language="zh-hans")
    warn(shop, mailed)

    assert OutgoingMail.objects.get().subject == "A26-TEST: 首次回复：时间已用 75% · 青禾"


def test_who_chose_nothing_gets_no_mail(shop, amy, mailed, django_assert_num_queries):
    with django_assert_num_queries(1):
        warn(shop, amy)

    assert not OutgoingMail.objects.exists()


def test_the_same_matter_is_mailed_once(shop, mailed):
    warn(shop, mailed)
    warn(shop, mailed)

    assert OutgoingMail.objects.count() == 1


def test_what_is_muted_is_not_mailed(shop, mailed, as_staff):
    change_account(mailed, by=as_staff(mailed), muted_kinds=["sla.warn"])
    warn(shop, mailed)

    assert not OutgoingMail.objects.exists()


def test_without_an_address_there_is_no_mail(shop, mailed):
    mailed.email = ""
    mailed.save()
    warn(shop, mailed)

    assert not OutgoingMail.objects.exists()
    assert mailed.notifications.count() == 1


def test_many_at_once_are_no_storm(shop, mailed):
    notify_many([Notice([mailed], "sla.warn", f"w-{n}", shop.pk, f"A-{n}", SLA) for n in range(MOST + 5)])

    assert OutgoingMail.objects.count() == MOST
    assert mailed.notifications.count() == MOST + 5


def test_many_mails_cost_as_one(shop, mailed, django_assert_num_queries):
    for many in (1, 5):
        with django_assert_num_queries(3):
            notify_many([Notice([mailed], "sla.warn", f"{many}-{n}", shop.pk, "", SLA) for n in range(many)])


def test_one_chooses_it_in_the_inbox(leo, page_as):
    browser = page_as(leo)
    browser.post("/inbox/mute", {"mailed_kinds": ["sla.breach"], "muted_kinds": [], "digest": ""})

    leo.refresh_from_db()
    assert leo.mailed_kinds == ["sla.breach"]
    assert "Mail me at once when" in browser.get("/inbox").text


def test_and_by_the_api(leo, api_as):
    answer = api_as(leo).patch("/me", {"mailed_kinds": ["sla.breach", "mention"]})

    assert answer.json()["mailed_kinds"] == ["mention", "sla.breach"]
    assert api_as(leo).patch("/me", {"mailed_kinds": ["nonsense"]}).status_code == 422
