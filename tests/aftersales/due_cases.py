"""Due rows to be fired, and kinds that note what they fired."""

from datetime import timedelta

from aftersales import due
from aftersales.clock import now
from aftersales.mail.models import OutgoingMail

MINUTE = timedelta(minutes=1)


def mails(count, *, at=-MINUTE):
    """So many rows that wait; the first is due first."""
    return OutgoingMail.objects.bulk_create(
        OutgoingMail(
            key=f"{number}-{at}",
            shop_id=1,
            to="a@example.com",
            subject="s",
            text="t",
            message_id="m",
            created_at=now(),
            next_try_at=now() + at + timedelta(milliseconds=number),
        )
        for number in range(count)
    )


class Log(list):
    """What was fired, in order; a row whose key is in `poison` always fails."""

    def __init__(self, *poison):
        self.poison = poison

    def fire(self, rows):
        for row in rows:
            self.fire_one(row)

    def act(self, row):
        """Outside: what fails has settled nothing."""
        if row.key in self.poison:
            raise ValueError("poison")
        self.fire_one(row)

    def fire_one(self, row):
        row.sent_at, row.next_try_at = now(), None
        row.save()
        if row.key in self.poison:
            raise ValueError("poison")
        self.append(row.pk)


def kind_of(log, **options):
    return due.DueKind(OutgoingMail, name="test", queue="mail", fire=log.fire, **options)


def leased(log, lease=MINUTE, **options):
    kind = due.LeasedKind(OutgoingMail, name="test", queue="mail", fire=log.act, **options)
    kind.lease = lease
    return kind
