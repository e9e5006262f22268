"""Reads of surveys shaped for the customer's page, the results and the API."""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Avg, Count, Q, StdDev

from aftersales.clock import now, offset
from surveys.links import digest_of, is_well_formed
from surveys.models import Invitation, InvitationState, Response

PERIOD = timedelta(days=90)
SETTLED = """
SELECT coalesce(min(xact_start), statement_timestamp()) FROM pg_stat_activity
 WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
LEAST_ANSWERS = 30  # under it an average says more about chance than about the desk


def invitation_by(token):
    """The invitation that was sent with this token, or None; what cannot be a token is not looked up."""
    if not is_well_formed(token):
        return None
    sent = Invitation.objects.exclude(state=InvitationState.SCHEDULED)
    return sent.select_related("ticket", "shop").filter(token_digest=digest_of(token)).first()


def responses(actor):
    """Answers this actor may read, with what a row shows."""
    return Response.objects.visible_to(actor).select_related(
        "shop", "invitation__ticket", "invitation__questionnaire"
    )


def settled_before():
    """The time up to which every answer is seen: no write that runs now can still add one before it.

    Answers carry the database's time, taken while their transaction already writes.
    """
    with connection.cursor() as cursor:
        cursor.execute(SETTLED)
        return cursor.fetchone()[0] + offset()


@dataclass(frozen=True)
class Results:
    """The figures of a period. `average` and `margin` are None until there are answers enough."""

    sent: int
    answered: int
    scored: int
    by_score: list  # of (score, how many, share in per cent), the best first
    average: float | None
    margin: float | None  # half the 95 % interval

    @property
    def rate(self):
        """Per cent of those asked who answered."""
        return round(100 * self.answered / self.sent) if self.sent else None


def results(actor):
    """Scores and the response rate of the last 90 days, test requests left out."""
    since = now() - PERIOD
    live = Response.objects.visible_to(actor).filter(
        invitation__ticket__is_test=False, invitation__sent_at__gte=since
    )
    scores = live.filter(score__isnull=False)
    figures = scores.aggregate(
        n=Count("pk"),
        mean=Avg("score"),
        spread=StdDev("score", sample=True),
        **{f"of_{score}": Count("pk", filter=Q(score=score)) for score in range(1, 6)},
    )
    n = figures["n"]
    enough = n >= LEAST_ANSWERS
    return Results(
        sent=_asked(actor).filter(sent_at__gte=since).count(),
        answered=live.count(),
        scored=n,
        by_score=[
            (score, figures[f"of_{score}"], 100 * figures[f"of_{score}"] / n if n else 0)
            for score in range(5, 0, -1)
        ],
        average=figures["mean"] if enough else None,
        margin=1.96 * figures["spread"] / math.sqrt(n) if enough else None,
    )


def _asked(actor):
    shops = actor.user.shop_ids() if actor.user is not None else [actor.shop_id]
    return Invitation.objects.filter(
        shop_id__in=shops, ticket__is_test=False, state__in=[InvitationState.SENT, InvitationState.ANSWERED]
    )
