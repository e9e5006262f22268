"""The notices of a day in one mail, at the hour a person chose: what is still unread, and nothing else."""

from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import translation

from aftersales.clock import now
from aftersales.events.log import record_event
from aftersales.mail.actions import queue_mail
from aftersales.mail.letters import letter
from aftersales.web.addresses import absolute
from staff.actions.guarding import require
from staff.inbox import notices_of, told
from staff.models import Digest

MOST = 50  # notices in the mail of one shop; the inbox has the others


@transaction.atomic
def choose_digest(person, *, by, hour):
    """At this hour of each day, or never (None)."""
    require(by.id == person.pk)
    standing = Digest.objects.select_for_update().filter(user=person).first()
    if hour == (standing.hour if standing else None):
        arm_digest(person)
        return
    if hour is None:
        standing.delete()
    else:
        due = next_due(person, hour, after=now())
        Digest.objects.update_or_create(
            user=person,
            defaults={"hour": hour, "next_try_at": due, "attempts": 0, "dead_at": None},
            create_defaults={"hour": hour, "next_try_at": due, "told_up_to": now()},
        )
    record_event(
        person, "user.change", by=by, data={"username": person.username, "changes": {"digest": hour}}
    )


def arm_digest(person):
    """Due again where nothing was due any more: the account had been closed, or writing had failed too often."""
    for digest in Digest.objects.select_for_update().filter(user=person, next_try_at=None):
        digest.next_try_at = next_due(person, digest.hour, after=now())
        digest.attempts, digest.dead_at = 0, None
        digest.save(update_fields=["next_try_at", "attempts", "dead_at"])


def next_due(person, hour, *, after):
    """The next time that it is this hour where the person's first shop is."""
    shops = person.places()[1]
    zone = ZoneInfo(shops[0].time_zone if shops else settings.TIME_ZONE)
    here = after.astimezone(zone)
    wanted = datetime(here.year, here.month, here.day, hour, tzinfo=zone)
    if wanted <= here:
        day = here.date() + timedelta(days=1)
        wanted = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
    return wanted


def fire_digests(digests):
    """A mail for each shop that told something since the last one; a day without news has none."""
    moment = now()
    for digest in digests:
        person = digest.user
        if person.is_active and person.email:
            write_digests(person, since=digest.told_up_to, moment=moment)
        digest.told_up_to = moment
        digest.next_try_at = next_due(person, digest.hour, after=moment) if person.is_active else None
        digest.attempts, digest.last_error = 0, ""
        digest.save(update_fields=["told_up_to", "next_try_at", "attempts", "last_error"])


def write_digests(person, *, since, moment):
    """One mail per shop: sent mail is read by those who lead the shop, so it tells of no other."""
    shops = {shop.pk: shop for shop in person.places()[1]}
    fresh = notices_of(person).filter(read_at=None, created_at__gt=since, shop_id__in=shops)
    place = Window(RowNumber(), partition_by=F("shop_id"), order_by=F("id").desc())
    notices = fresh.annotate(place=place).filter(place__lte=MOST + 1).order_by("shop_id", "place")
    language = person.language or settings.LANGUAGE_CODE
    for shop_id, rows in groupby(notices, key=lambda notice: notice.shop_id):
        rows = list(rows)
        with translation.override(language):
            lines = [line_of(notice) for notice in rows[:MOST]]
        words = letter(
            "digest",
            language,
            {
                "person": person,
                "shop": shops[shop_id],
                "lines": lines,
                "has_more": len(rows) > MOST,
                "inbox": absolute("inbox"),
            },
        )
        queue_mail(
            key=f"digest-{person.pk}-{shop_id}-{moment:%Y%m%d%H}",
            shop_id=shop_id,
            to=person.email,
            language=language,
            **words,
        )


def line_of(notice):
    said = told(notice)
    return {"sentence": said["sentence"], "number": notice.ticket_number, "subject": said["subject"]}
