"""What lands in inboxes: which request, said once, never to whoever did it; of many done at once one notice."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from aftersales import due
from aftersales.clock import now
from aftersales.events.actors import Actor
from staff.actions.notices import Notice, count_up, mark_read, notify_many, take_back_notices
from staff.inbox import told
from staff.models import Membership
from tests.factories import SYSTEM, ticket_body
from tickets.actions import bulks
from tickets.actions.assignment import assign_ticket, escalate_ticket, take_ticket
from tickets.actions.bulks import start_bulk
from tickets.actions.conversation import add_note
from tickets.actions.intake import open_ticket
from tickets.actions.marking import follow_ticket
from tickets.foresight import bulk_verb, foresee
from tickets.models import Status
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(shop, order):
    """`opened(3)`: so many requests without goods."""

    def build(count, by=SYSTEM):
        body = ticket_body(lines=[], category="usage_help", subject="怎么用")
        return [open_ticket(shop, read_ticket(body), by=by)[0] for _n in range(count)]

    return build


@pytest.fixture
def in_bulk(advance_clock):
    """`in_bulk(leo, "assign", tickets, to="amy")`: asked for and done."""

    def do(user, verb, tickets, **data):
        actor, numbers = Actor.staff(user), [ticket.number for ticket in tickets]
        foreseen = foresee(bulk_verb(verb), data, {"numbers": numbers}, by=actor)
        bulk = start_bulk(foreseen, by=actor, key=f"{verb}-{data}")
        advance_clock(seconds=bulks.UNDO_SECONDS + 5)
        due.drain(due.KINDS["bulk"])
        return bulk

    return do


def inbox(user, language="en"):
    with override(language):
        return [told(notice)["sentence"] for notice in user.notifications.order_by("id")]


# -- of one request ---------------------------------------------------------------------------


def test_a_notice_says_what_happened_to_which_request_and_what_to_do(ticket, amy, leo, page_as):
    assign_ticket(ticket, by=Actor.staff(leo), to=amy)

    page = page_as(amy).get("/inbox").text

    for words in ("Leo gave you this request", ticket.number, "杯子裂了", "Do its next step, or give it on."):
        assert words in page


def test_who_did_it_is_named_in_the_readers_language(ticket, amy, leo):
    with override("en"):
        assign_ticket(ticket, by=Actor.staff(leo), to=amy)

    assert inbox(amy, "zh-hans") == ["李欧 把这张工单指派给您"]


def test_nobody_is_told_of_what_they_did_themselves(ticket, leo):
    me = Actor.staff(leo)
    follow_ticket(ticket, by=me)
    assign_ticket(ticket, by=me, to=leo)
    escalate_ticket(ticket, by=me, reason="late")
    add_note(ticket, by=me, body="@leo @after-sales look")

    assert inbox(leo) == []


def test_a_follower_who_is_called_or_given_it_hears_once(ticket, amy, leo):
    follow_ticket(ticket, by=Actor.staff(amy))
    assign_ticket(ticket, by=Actor.staff(leo), to=amy)
    add_note(ticket, by=Actor.staff(leo), body="@amy please")
    add_note(ticket, by=Actor.staff(leo), body="no call")

    assert inbox(amy) == [
        "Leo gave you this request",
        "Leo mentions you in a note",
        "Leo: Wrote an internal note",
    ]


def test_who_muted_the_kind_hears_of_it_as_a_follower(ticket, amy, leo):
    follow_ticket(ticket, by=Actor.staff(amy))
    amy.muted_kinds = ["assigned"]
    amy.save()

    assign_ticket(ticket, by=Actor.staff(leo), to=amy)

    assert [notice.kind for notice in amy.notifications.all()] == ["followed"]


# -- of many ----------------------------------------------------------------------------------


def test_many_given_at_once_make_one_notice(opened, in_bulk, amy, leo, page_as):
    in_bulk(leo, "assign", opened(5), to="amy")

    assert inbox(amy) == ["Leo gave you 5 requests"]
    assert inbox(amy, "zh-hans") == ["李欧 指派给您 5 张工单"]
    assert 'href="/queue?view=mine"' in page_as(amy).get("/inbox").text
    assert inbox(leo) == []


def test_one_given_in_bulk_is_told_like_any_other(opened, in_bulk, amy, leo):
    (ticket,) = opened(1)

    in_bulk(leo, "assign", [ticket], to="amy")

    assert inbox(amy) == ["Leo gave you this request"]
    assert amy.notifications.get().ticket_number == ticket.number


def test_followers_of_many_are_told_once(opened, in_bulk, amy, leo):
    tickets = opened(3)
    for ticket in tickets:
        follow_ticket(ticket, by=Actor.staff(amy))

    in_bulk(leo, "hold", tickets, reason="strike", waiting_on="carrier")

    assert inbox(amy) == ["Leo, on 3 requests that you follow: Put on hold: strike"]


def test_who_muted_the_kind_is_not_counted_for(leo, amy, shop):
    leo.muted_kinds = ["assigned"]
    about = {"shop_id": shop.pk, "ticket_number": "A26-1", "data": {"subject": "x"}}

    count_up([leo, amy], "assigned", key="k", **about)
    count_up([leo, amy], "assigned", key="k", **about)

    assert not leo.notifications.exists()
    assert amy.notifications.get().data == {"count": 2}


def test_who_read_the_first_of_many_is_told_of_the_rest(amy, shop):
    about = {"shop_id": shop.pk, "ticket_number": "A26-1", "data": {"subject": "x"}}
    count_up([amy], "assigned", key="k", **about)
    mark_read(amy, up_to_id=amy.notifications.get().pk)

    count_up([amy], "assigned", key="k", **about)

    notice = amy.notifications.get()
    assert (notice.read_at, notice.data) == (None, {"count": 2})


# -- the newest word --------------------------------------------------------------------------


def clock_notice(user, kind, key, number="A26-1", replaces=("sla.warn",)):
    notify_many([Notice([user], kind, key, user.shop_ids()[0], number, {"level": 75}, replaces)])


def test_unread_notices_of_the_same_request_give_way_to_the_newest(amy, leo):
    clock_notice(amy, "sla.warn", "1")
    clock_notice(leo, "sla.warn", "1")
    clock_notice(amy, "sla.warn", "other", number="A26-2")

    clock_notice(amy, "sla.breach", "2", replaces=("sla.warn", "sla.breach"))

    assert [notice.key for notice in amy.notifications.order_by("id")] == ["other", "2"]
    assert [notice.key for notice in leo.notifications.all()] == ["1"]


def test_what_was_read_stays_and_a_warning_hides_no_breach(amy):
    clock_notice(amy, "sla.warn", "read")
    amy.notifications.update(read_at=now())
    clock_notice(amy, "sla.breach", "late")

    clock_notice(amy, "sla.warn", "soon")

    assert [notice.key for notice in amy.notifications.order_by("id")] == ["read", "late", "soon"]


def test_rows_of_an_inbox_are_locked_in_one_order_whatever_is_done_with_them(amy):
    for number in "12":
        clock_notice(amy, "sla.warn", number, number=number, replaces=())

    with CaptureQueriesContext(connection) as asked:
        clock_notice(amy, "sla.warn", "3", number="1")
        take_back_notices([amy], "3")
        mark_read(amy, up_to_id=amy.notifications.latest("id").pk)

    locking = [each["sql"] for each in asked if each["sql"].startswith(("UPDATE", "DELETE", "\nDELETE"))]
    assert len(locking) == 3
    for sql in locking:
        assert re.search(r"ORDER BY (id|1 ASC)\s+FOR UPDATE", sql), sql


# -- whose a request is that somebody opened --------------------------------------------------


def test_who_opens_a_request_for_a_customer_has_it(opened, amy):
    (ticket,) = opened(1, by=Actor.staff(amy))

    assert (ticket.assignee, ticket.status) == (amy, Status.OPEN)
    assert inbox(amy) == []


def test_what_goes_to_another_team_is_nobodys_yet(opened, amy):
    Membership.objects.filter(user=amy).delete()

    (ticket,) = opened(1, by=Actor.staff(amy))

    assert (ticket.assignee, ticket.status) == (None, Status.NEW)


def test_what_a_shop_sends_is_nobodys_yet(opened, amy):
    (ticket,) = opened(1)

    assert (ticket.assignee, ticket.status) == (None, Status.NEW)
    take_ticket(ticket, by=Actor.staff(amy))
