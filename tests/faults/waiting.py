"""Clocks and surveys that fall due one after the other, and what must have become of them."""

from collections import Counter
from datetime import timedelta

from django.db import connection
from django.db.models import Q

from aftersales import due
from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.mail.models import OutgoingMail
from aftersales.versions.actions import draft, publish
from aftersales.versions.models import Version
from staff.models import Notification
from surveys.models import Invitation, InvitationState
from tests.tickets.sla_cases import policy_body
from tickets.actions.intake import open_ticket
from tickets.actions.moves import resolve_ticket
from tickets.models import SlaClock, SlaFiring

SYSTEM = Actor.system("test")
QUESTION = {"category": "quality_other", "subject": "Cup", "message": "It has a crack.", "channel": "chat"}
TARGET = timedelta(minutes=60)
SPREAD_CLOCKS = """
UPDATE tickets_slaclock clock
   SET due_at = %(first)s::timestamptz + (n - 1) * %(step)s::interval,
       next_try_at = %(first)s::timestamptz + (n - 1) * %(step)s::interval,
       started_at = %(first)s::timestamptz + (n - 1) * %(step)s::interval - %(target)s::interval
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM tickets_slaclock
         WHERE state = 'running' AND target = 'first_response') numbered
 WHERE numbered.id = clock.id
"""
# The time a ticket was resolved decides when its survey is due, whatever the row says.
SPREAD_SURVEYS = """
WITH due AS (
    SELECT i.id, i.ticket_id,
           %(first)s::timestamptz + (row_number() OVER (ORDER BY i.id) - 1) * %(step)s::interval AS at
      FROM surveys_invitation i WHERE i.state = 'scheduled'
), tickets AS (
    UPDATE tickets_ticket t SET resolved_at = due.at - %(delay)s::interval FROM due WHERE t.id = due.ticket_id
)
UPDATE surveys_invitation i SET next_try_at = due.at FROM due WHERE i.id = due.id
"""
SHOW_NEXT_DUE = """
UPDATE tickets_ticket t SET next_due_at = clock.due_at
  FROM (SELECT ticket_id, min(due_at) AS due_at FROM tickets_slaclock WHERE state = 'running' GROUP BY ticket_id) clock
 WHERE clock.ticket_id = t.id
"""


class Waiting:
    """So many clocks with one level each, and so many invitations; `spread` sets them falling due."""

    def __init__(self, shop, clocks, surveys):
        self.shop, self.clocks, self.surveys = shop, clocks, surveys
        self.last = now()
        one_level = [{"at_percent": 100, "actions": ["notify_supervisor"]}]
        targets = {"first_response": 60, "resolution": 10_000}  # the second will not be due in our time
        self.publish("sla", policy_body(levels=one_level, targets=targets, promise_hours=None))
        procedure = Version.objects.get(
            kind="sop", code="quality_other", state="published", shop_id=None
        ).body
        optional = [{**step, "mandatory": False} for step in procedure["steps"][:1]]
        self.publish("sop", {**procedure, "steps": optional})
        for _ticket in range(clocks):
            open_ticket(shop, QUESTION, by=SYSTEM)
        for number in range(surveys):
            contact = {"email": f"customer{number}@example.com"}
            ticket, _created = open_ticket(shop, {**QUESTION, "contact": contact}, by=SYSTEM)
            resolve_ticket(ticket, by=SYSTEM)
        due.drain_all()
        self.ours = Q(
            clock__lte=SlaClock.objects.latest("pk").pk
        )  # firings; what is opened meanwhile comes behind

    def publish(self, kind, body):
        body = {name: value for name, value in body.items() if value is not None}
        code = body.get("code") or body["id"]
        publish(draft(kind, code, body, by=SYSTEM, shop_id=self.shop.pk), by=SYSTEM)

    def spread(self, begin, seconds):
        """The first of each falls due after `begin` seconds, the last so many seconds later."""
        first = now() + timedelta(seconds=begin)
        self.last = first + timedelta(seconds=seconds)
        delay = timedelta(minutes=self.shop.survey_delay_minutes)
        with connection.cursor() as cursor:
            step = timedelta(seconds=seconds) / self.clocks
            cursor.execute(SPREAD_CLOCKS, {"first": first, "step": step, "target": TARGET})
            cursor.execute(SHOW_NEXT_DUE)
            step = timedelta(seconds=seconds) / self.surveys
            cursor.execute(SPREAD_SURVEYS, {"first": first, "step": step, "delay": delay})

    @property
    def unfired(self):
        """Clocks of ours whose time has not come to an end: due, or put off after a failure."""
        return Q(next_try_at__lte=self.last) | Q(next_try_at__isnull=False, attempts__gt=0)

    def clocks_are_over(self):
        return not SlaClock.objects.filter(self.unfired).exists()

    def is_over(self):
        """Every clock fired, every invitation sent, every mail gone; what was opened meanwhile is due later."""
        return self.clocks_are_over() and not (
            Invitation.objects.filter(next_try_at__isnull=False).exists()
            or OutgoingMail.objects.filter(next_try_at__isnull=False).exists()
        )

    # -- what became of them ---------------------------------------------------------

    def clocks_fired(self):
        """How often each clock's breach happened: {1: all of them} is right.

        What a process with a wrong clock opens meanwhile may be late, too, but once like all.
        """
        told = Counter(Event.objects.filter(kind="sla.breach").values_list("stream", flat=True))
        fired = Counter(SlaFiring.objects.values_list("clock__ticket_id", flat=True))
        notices = Notification.objects.filter(kind="sla.breach").values_list("ticket_number", flat=True)
        assert len(set(notices)) == len(notices) == len(fired)
        assert told == {f"ticket:{pk}": times for pk, times in fired.items()}
        assert set(fired.values()) <= {1}
        ours = SlaFiring.objects.filter(self.ours).values_list("clock__ticket_id", flat=True)
        return Counter(Counter(ours).values())

    def surveys_sent(self):
        invited = Counter(Event.objects.filter(kind="survey.invite").values_list("stream", flat=True))
        assert Invitation.objects.filter(state=InvitationState.SENT).count() == len(invited)
        return Counter(invited.values())

    def lateness(self):
        """Seconds after their time: {"SLA clocks": sorted, "surveys": sorted}."""
        clocks = SlaFiring.objects.filter(self.ours).values_list("fired_at", "clock__due_at")
        invitations = Invitation.objects.filter(state=InvitationState.SENT).select_related("ticket", "shop")
        return {
            "SLA clocks": sorted((fired - at).total_seconds() for fired, at in clocks),
            "surveys": sorted((one.sent_at - due_at(one)).total_seconds() for one in invitations),
        }


def due_at(invitation):
    delay = timedelta(minutes=invitation.shop.survey_delay_minutes)
    return invitation.ticket.resolved_at + delay
