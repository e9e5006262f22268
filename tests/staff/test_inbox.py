"""The inbox: what lands in it, who reads it, what is muted."""

import pytest

from staff.actions import notify
from staff.inbox import KINDS, mute_choices, told
from staff.models import Notification
from tickets.actions.conversation import add_note

pytestmark = pytest.mark.django_db
SLA = {"target_en": "First reply", "target_zh": "首次回复", "level": 75}


def tell(user, kind="mention", number=1, **fields):
    fields = {"shop_id": user.shop_ids()[0], "ticket_number": "A26-TEST", "data": {"by": "Amy"}, **fields}
    notify([user], kind, key=f"{kind}-{number}", **fields)
    return Notification.objects.latest("id")


def test_a_mention_lands_in_the_inbox(ticket, amy, leo, as_staff, page_as):
    add_note(ticket, by=as_staff(amy), body="@leo 请看一下")

    page = page_as(leo).get("/inbox")

    assert page.status_code == 200
    assert "Amy mentions you in a note" in page.text
    assert ticket.number in page.text


def test_a_deadline_is_told_in_the_readers_language(leo, page_as):
    tell(leo, "sla.warn", data=SLA)
    browser = page_as(leo)

    assert "First reply: 75 % of the time is used" in browser.get("/inbox").text
    assert "首次回复：时间已用 75%" in browser.get("/inbox", headers={"accept-language": "zh-CN"}).text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_sentence_even_without_its_data(leo, kind):
    row = told(tell(leo, kind, data={}))

    assert row["sentence"]
    assert "%(" not in row["sentence"]


def test_a_kind_that_nobody_declared_is_shown_by_its_name(leo):
    assert told(tell(leo, "100 % new"))["sentence"] == "100 % new"


def test_an_empty_inbox_says_so(leo, page_as):
    assert "Nothing to tell you" in page_as(leo).get("/inbox").text


def test_nobody_reads_the_notices_of_another(leo, amy, page_as):
    tell(leo)

    assert "A26-TEST" not in page_as(amy).get("/inbox").text


def test_what_a_shop_told_is_gone_with_the_shop(leo, stage, other_shop, page_as):
    tell(leo, shop_id=other_shop.pk)

    assert "A26-TEST" not in page_as(leo).get("/inbox").text


def test_reading_all_leaves_what_came_since(leo, page_as):
    seen, since = tell(leo, number=1), tell(leo, number=2)

    page_as(leo).post("/inbox/read", {"up_to": seen.pk})

    seen.refresh_from_db()
    since.refresh_from_db()
    assert (seen.read_at is None, since.read_at is None) == (False, True)


@pytest.mark.parametrize("up_to", ["", "-1", "x", "9" * 40, "²"])
def test_a_number_that_is_none_reads_nothing(leo, page_as, up_to):
    notice = tell(leo)

    response = page_as(leo).post("/inbox/read", {"up_to": up_to})

    notice.refresh_from_db()
    assert (response.status_code, notice.read_at) == (302, None)


def test_nobody_reads_for_another(leo, amy, page_as):
    notice = tell(leo)

    page_as(amy).post("/inbox/read", {"up_to": notice.pk})

    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize(
    ("view", "shown"), [("", 3), ("unread", 2), ("mentions", 1), ("clocks", 1), ("no", 3)]
)
def test_a_view_narrows_the_inbox(leo, page_as, view, shown):
    tell(leo, "mention")
    tell(leo, "sla.breach", data=SLA)
    old = tell(leo, "assigned")
    Notification.objects.filter(pk=old.pk).update(read_at=old.created_at)

    page = page_as(leo).get("/inbox", {"view": view})

    assert len(page.context["rows"]) == shown


def test_muted_kinds_are_kept_and_obeyed(leo, page_as):
    browser = page_as(leo)

    response = browser.post("/inbox/mute", {"muted_kinds": ["sla.warn"]}, follow=True)

    leo.refresh_from_db()
    notify([leo], "sla.warn", key="k", data=SLA)
    assert leo.muted_kinds == ["sla.warn"]
    assert "Saved." in response.text
    assert not leo.notifications.exists()


def test_a_kind_that_does_not_exist_is_not_muted(leo, page_as):
    page_as(leo).post("/inbox/mute", {"muted_kinds": ["payday"]})

    leo.refresh_from_db()
    assert leo.muted_kinds == []


def test_every_kind_can_be_muted():
    assert [code for code, _text in mute_choices()] == list(KINDS)


def test_older_notices_are_a_page_away(leo, page_as):
    for number in range(51):
        tell(leo, number=number, ticket_number=f"A26-{number:03}")
    browser = page_as(leo)

    first = browser.get("/inbox")
    following = first.context["next"]
    second = browser.get("/inbox", {"cursor": following})

    assert ("A26-000" in first.text, "A26-000" in second.text) == (False, True)
    assert browser.get("/inbox", {"cursor": "junk"}).status_code == 302


def test_the_inbox_costs_the_same_for_one_and_for_many(leo, page_as, django_assert_max_num_queries):
    browser = page_as(leo)
    for number in range(3):
        tell(leo, number=number)
        with django_assert_max_num_queries(6):
            browser.get("/inbox")


def test_strangers_are_asked_to_log_in(client):
    assert client.get("/inbox").status_code == 302
    assert client.post("/inbox/read").status_code == 302
