"""The digest: once a day at one's hour, what is unread, and nothing when there is nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from aftersales.clock import now
from aftersales.errors import NotAllowed
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.mail.models import OutgoingMail
from staff.actions import choose_digest, mark_read, notify, reactivate_person
from staff.actions.digests import next_due
from staff.models import Digest
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db


def at_eight(person):
    choose_digest(person, by=Actor.staff(person), hour=8)
    return Digest.objects.get(user=person)


def tell(person, number=1, **fields):
    fields = {"shop_id": person.shop_ids()[0], "data": {"by": "Amy"}, **fields}
    notify([person], "mention", key=f"m{number}", ticket_number=f"A26-{number}", **fields)


@pytest.fixture
def a_day_on(drain, advance_clock):
    def later():
        advance_clock(days=1)
        drain()
        advance_clock(seconds=1)
        drain()

    return later


@pytest.mark.parametrize(
    ("moment", "hour", "due"),
    [
        ("2026-03-01T00:30+08:00", 8, "2026-03-01T08:00+08:00"),
        ("2026-03-01T08:00+08:00", 8, "2026-03-02T08:00+08:00"),
        ("2026-03-01T23:59+08:00", 0, "2026-03-02T00:00+08:00"),
        ("2026-12-31T20:00+00:00", 8, "2027-01-01T08:00+08:00"),
    ],
)
def test_the_hour_is_that_of_the_first_shop(leo, moment, hour, due):
    assert next_due(leo, hour, after=datetime.fromisoformat(moment)) == datetime.fromisoformat(due)


def test_summer_time_moves_the_hour_along(leo, shop):
    shop.time_zone = "Europe/Berlin"
    shop.save()

    due = next_due(leo, 8, after=datetime(2026, 3, 28, 12, tzinfo=UTC))

    assert due.astimezone(UTC) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_what_is_unread_comes_in_one_mail_and_once(leo, a_day_on, mailoutbox):
    at_eight(leo)
    tell(leo, 1)
    tell(leo, 2)

    a_day_on()
    a_day_on()

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["leo@example.com"], "2 notices for you · Greenleaf")
    ]
    assert "A26-1: Amy mentions you in a note" in mailoutbox[0].body
    assert "/inbox" in mailoutbox[0].body


def test_an_empty_day_sends_nothing_and_the_next_is_due(leo, a_day_on, mailoutbox):
    digest = at_eight(leo)
    tell(leo)
    mark_read(leo, up_to_id=leo.notifications.get().pk)

    a_day_on()

    before, digest = digest.next_try_at, Digest.objects.get()
    assert mailoutbox == []
    assert digest.next_try_at == before + timedelta(days=1)


def test_it_is_in_the_persons_language(leo, a_day_on, mailoutbox):
    leo.language = "zh-hans"
    leo.save()
    at_eight(leo)
    tell(leo)

    a_day_on()

    assert "Amy 在备注里提到您" in mailoutbox[0].body


def test_words_of_people_are_data_in_the_mail(leo, a_day_on):
    at_eight(leo)
    tell(leo, data={"by": "<script>{{ 7|add:7 }}</script>"})

    a_day_on()

    html = OutgoingMail.objects.get().html
    assert "&lt;script&gt;{{ 7|add:7 }}&lt;/script&gt;" in html


def test_each_shops_mail_tells_of_that_shop_alone(leo, stage, other_shop, a_day_on):
    stage.team.shops.add(other_shop)
    at_eight(leo)
    tell(leo, 1)
    tell(leo, 2, shop_id=other_shop.pk)

    a_day_on()

    mails = {mail.shop_id: mail.text for mail in OutgoingMail.objects.all()}
    assert len(mails) == 2
    assert "A26-2" not in mails[stage.shop.pk]


def test_what_one_may_not_see_any_more_is_not_told(leo, other_shop, a_day_on, mailoutbox):
    at_eight(leo)
    tell(leo, shop_id=other_shop.pk)

    a_day_on()

    assert mailoutbox == []


@pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}])
def test_nobody_is_mailed_who_cannot_be(leo, a_day_on, mailoutbox, changes):
    at_eight(leo)
    tell(leo)
    type(leo).objects.filter(pk=leo.pk).update(**changes)

    a_day_on()

    assert mailoutbox == []
    assert (Digest.objects.get().next_try_at is None) is ("is_active" in changes)


def test_fifty_and_no_more_stand_in_a_mail(leo, a_day_on, mailoutbox):
    at_eight(leo)
    for number in range(52):
        tell(leo, number)

    a_day_on()

    assert mailoutbox[0].body.count("A26-") == 50
    assert "and more" in mailoutbox[0].body


def test_what_is_left_out_is_told_in_the_mail_of_its_shop(leo, stage, other_shop, a_day_on, mailoutbox):
    stage.team.shops.add(other_shop)
    at_eight(leo)
    tell(leo, 999, shop_id=other_shop.pk)
    for number in range(51):
        tell(leo, number)

    a_day_on()

    mails = {mail.shop_id: mail.text for mail in OutgoingMail.objects.all()}
    assert {shop: text.count("A26-") for shop, text in mails.items()} == {stage.shop.pk: 50, other_shop.pk: 1}
    assert ["and more" in mails[shop.pk] for shop in (stage.shop, other_shop)] == [True, False]


@pytest.mark.parametrize("again", [at_eight, lambda leo: reactivate_person(leo, by=SYSTEM)])
def test_an_account_opened_again_has_its_digest_again(leo, a_day_on, mailoutbox, again):
    at_eight(leo)
    leo.is_active = False
    leo.save()
    a_day_on()
    assert Digest.objects.get().next_try_at is None
    if again is at_eight:
        leo.is_active = True
        leo.save()

    again(leo)
    tell(leo)
    a_day_on()

    assert mailoutbox[0].body.count("A26-1") == 1
    assert Event.objects.filter(stream=leo.stream, kind="user.change").count() == 1


def test_ones_choice_is_ones_own_and_told_once(leo, amy):
    at_eight(leo)
    at_eight(leo)

    assert Event.objects.filter(stream=leo.stream, kind="user.change").count() == 1
    with pytest.raises(NotAllowed):
        choose_digest(leo, by=Actor.staff(amy), hour=9)


def test_the_inbox_page_sets_and_ends_it(leo, page_as):
    browser = page_as(leo)

    browser.post("/inbox/mute", {"digest": "7"})
    assert Digest.objects.get().hour == 7
    assert '<option value="7" selected>' in browser.get("/inbox").text
    browser.post("/inbox/mute", {"digest": ""})
    assert not Digest.objects.exists()
    browser.post("/inbox/mute", {"digest": "25"})
    assert not Digest.objects.exists()


def test_a_new_digest_tells_nothing_of_the_past(leo, a_day_on, mailoutbox):
    tell(leo)
    assert at_eight(leo).told_up_to <= now()

    a_day_on()

    assert mailoutbox == []
