"""Whom a level tells, who follows, who gets the request: by name, team, role, address and load."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales import due
from aftersales.clock import now
from aftersales.events.models import Event
from aftersales.mail.models import OutgoingMail
from aftersales.versions.registry import InvalidContent
from staff.models import Shift
from tests.tickets.sla_cases import clock_of, open_tickets, policy_body, publish_policy
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(shop):
    """Put a policy in force whose breach does this; what is opened from then on is under it."""

    def put(*actions, **changes):
        levels = [{"at_percent": 100, "actions": list(actions), **changes}]
        publish_policy(shop, levels=levels, targets={"first_response": 60, "resolution": 9000})

    return put


@pytest.fixture
def late(advance_clock, drain):
    """The request once its reply was late."""

    def go(ticket):
        advance_clock(hours=1, seconds=1)
        drain()
        ticket.refresh_from_db()
        return ticket

    return go


@pytest.fixture
def at_breach(shop, policy, late):
    """A request whose reply was late, under a policy whose breach does this."""

    def go(*actions):
        policy(*actions)
        return late(open_tickets(shop, 1)[0])

    return go


def heard(*people):
    return [person.notifications.filter(kind="sla.breach").count() for person in people]


# -- whom it tells -----------------------------------------------------------------


def test_a_person_by_name(at_breach, amy, wen, leo):
    at_breach("notify:person/wen")

    assert heard(wen, amy, leo) == [1, 0, 0]


def test_everybody_of_a_team(at_breach, stage, amy, wen, bob):
    at_breach("notify:team/after-sales")

    assert heard(amy, wen, stage.ada, bob) == [1, 1, 1, 0]


def test_a_role(at_breach, finn, amy):
    at_breach("notify:finance")

    assert heard(finn, amy) == [1, 0]


def test_an_address_by_mail_once(at_breach, shop, drain):
    ticket = at_breach("notify:email/boss@example.com")
    drain()

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.ticket_number, mail.shop_id) == ("boss@example.com", ticket.number, shop.pk)
    assert ticket.number in mail.subject
    assert "/inbox" not in mail.text


def test_by_mail_who_wants_it(at_breach, leo):
    leo.mailed_kinds = ["sla.breach"]
    leo.save()

    at_breach("notify:person/leo")

    assert heard(leo) == [1]
    assert OutgoingMail.objects.get().to == "leo@example.com"


def test_nobody_is_told_of_what_they_do_not_see(policy, late, shop, stage, leo, finn):
    """Leo left the team after the policy was published."""
    policy("notify:person/leo", "notify:team/after-sales")
    ticket = open_tickets(shop, 1)[0]
    leo.memberships.all().delete()

    late(ticket)

    assert heard(leo, finn) == [0, 1]


# -- who follows --------------------------------------------------------------------


def test_a_watcher_really_follows(at_breach, leo, wen):
    ticket = at_breach("add_watcher:supervisor", "add_watcher:person/wen")

    assert ticket.followers == [leo.pk, wen.pk]
    assert heard(leo, wen) == [1, 1]
    assert Event.objects.get(kind="sla.breach").data["followers"] == ["leo", "wen"]


def test_who_follows_already_follows_once(policy, late, shop, leo):
    policy("add_watcher:person/leo")
    ticket = open_tickets(shop, 1)[0]
    Ticket.objects.update(followers=[leo.pk])

    assert late(ticket).followers == [leo.pk]


# -- who gets it --------------------------------------------------------------------


@pytest.fixture
def two(stage, amy, wen):
    """A team of Amy, who has three requests, and Wen, who has none."""
    stage.team.memberships.exclude(user__in=[amy, wen]).delete()
    held = [ticket.pk for ticket in open_tickets(stage.shop, 3)]
    Ticket.objects.filter(pk__in=held).update(assignee=amy)


def test_who_has_least_gets_it(two, at_breach, wen):
    ticket = at_breach("reassign_least_loaded:team/after-sales")

    assert (ticket.assignee, heard(wen)) == (wen, [1])
    assert Event.objects.get(kind="sla.breach", stream=ticket.stream).data["assignee"] == "wen"


def test_what_one_batch_gives_out_counts(two, policy, late, shop, amy, wen):
    policy("reassign_least_loaded:team/after-sales")
    tickets = open_tickets(shop, 5)

    late(tickets[0])

    got = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    assert (got.filter(assignee=wen).count(), got.filter(assignee=amy).count()) == (4, 1)


def test_who_is_off_shift_is_passed_by(two, at_breach, amy, wen):
    Shift.objects.create(user=wen, calendar="24x7", away_until=now().replace(year=2100))

    assert at_breach("reassign_least_loaded:team/after-sales").assignee == amy


def test_where_nobody_is_on_shift_somebody_gets_it_all_the_same(two, at_breach, amy, wen):
    for person in (amy, wen):
        Shift.objects.create(user=person, calendar="24x7", away_until=now().replace(year=2100))

    assert at_breach("reassign_least_loaded:team/after-sales").assignee == wen


def test_who_has_it_keeps_it(policy, late, shop, amy):
    policy("reassign_least_loaded:team/after-sales")
    ticket = open_tickets(shop, 1)[0]
    Ticket.objects.filter(pk=ticket.pk).update(assignee=amy)

    assert late(ticket).assignee == amy


# -- cost ---------------------------------------------------------------------------


def test_all_actions_together_cost_the_same_for_one_and_for_many(shop, stage, advance_clock):
    actions = [
        *("notify:person/leo", "notify:team/after-sales", "notify:finance", "notify:email/a@example.com"),
        *("add_watcher:person/wen", "reassign_least_loaded:agent", "raise_priority"),
    ]
    levels = [{"at_percent": 100, "actions": actions, "in_working_time": True}]
    publish_policy(shop, levels=levels, targets={"first_response": 60, "resolution": 9000})
    counts = []
    for many in (1, 5):
        open_tickets(shop, many)
        advance_clock(hours=1, seconds=1)
        with CaptureQueriesContext(connection) as queries:
            due.KINDS["sla"].drain_once()
        counts.append(len(queries))
        due.drain_all()

    assert counts[0] == counts[1] <= 28


# -- what is refused when a policy is published --------------------------------------


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("notify:person/nobody", "Nobody who works here has the user name “nobody”"),
        ("notify:person/bob", "Nobody who works here has the user name “bob”"),  # of another shop
        ("notify:team/others", "There is no team “others” here"),
        ("reassign_to:team/nowhere", "There is no team “nowhere” here"),
        ("start_step:moonwalk", "No procedure here has a step “moonwalk”"),
        ("notify:everybody", "is no action"),
        ("notify:email/boss", "is no e-mail address"),
    ],
)
def test_who_is_not_there_is_refused(shop, action, sentence):
    with pytest.raises(InvalidContent, match=sentence):
        publish_policy(shop, levels=[{"at_percent": 75, "actions": ["show_amber", action]}])


def test_the_refusal_names_the_place(api_as, leo, shop):
    body = policy_body(levels=[{"at_percent": 75, "actions": ["show_amber", "notify:person/nobody"]}])
    answer = api_as(leo).put("/sla-policies/quality", body)

    assert answer.status_code == 422
    assert "/levels/0/actions/1" in answer.text


def test_who_works_here_is_known(shop, stage):
    actions = ["notify:person/leo", "notify:team/after-sales", "start_step:centre"]

    assert publish_policy(shop, levels=[{"at_percent": 75, "actions": actions}])


# -- what cannot be done ---------------------------------------------------------------


def refuse_notices(ticket):
    """As if the inbox could not take what concerns this request."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE staff_notification ADD CONSTRAINT full_inbox CHECK (ticket_number <> %s)",
            [ticket.number],
        )


def test_effects_that_fail_undo_no_breach_and_harm_no_other_request(shop, leo, advance_clock, drain, caplog):
    publish_policy(shop)
    broken, whole = open_tickets(shop, 2)
    refuse_notices(broken)
    advance_clock(hours=1, seconds=1)
    drain()

    for ticket, priority, followers in ((broken, "normal", []), (whole, "high", [leo.pk])):
        ticket.refresh_from_db()
        clock = clock_of(ticket, "first_response")
        assert (clock.breached_at, clock.fired, clock.attempts) == (clock.due_at, 100, 0)
        assert list(clock.firings.order_by("id").values_list("level", flat=True)) == [50, 75, 100]
        assert (ticket.priority, ticket.followers) == (priority, followers)
        event = Event.objects.get(stream=ticket.stream, kind="sla.breach")
        assert event.data.get("followers", []) == [user.username for user in [leo] if followers]
    assert leo.notifications.filter(kind="sla.breach", ticket_number=whole.number).exists()
    clock = clock_of(broken, "first_response")
    assert f"the levels of clock {clock.pk} do cannot be done" in caplog.text
