"""What happened, once, for good: audit entry, timeline line and outbox in one row."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aftersales.due import DueRow


class Event(models.Model):
    """One thing that happened. Append-only: triggers refuse UPDATE, DELETE and TRUNCATE.

    `seq`, `prev` and `hash` are written by a BEFORE INSERT trigger from the stream's head, and chain
    the rows of a stream: whatever inserts, by ORM or in sets, gets them. `commitment` binds personal
    text that lies beside the event and can be erased without breaking the chain.
    """

    stream = models.CharField(max_length=64)  # "ticket:17", "order:9": text, no generic foreign key
    seq = models.IntegerField(default=0)
    shop_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)  # "<subject>.<verb>", the verb in the imperative
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    data = models.JSONField(default=dict)
    commitment = models.BinaryField(default=b"")
    cause_id = models.BigIntegerField(null=True)  # the outermost event of the same action
    request_id = models.CharField(max_length=64, default="")
    happened_at = models.DateTimeField(db_default=Now())
    prev = models.BinaryField(default=b"")
    hash = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_seq_once_per_stream")]


class EventText(models.Model):
    """Personal text of an event, kept apart so that it can be erased; the event holds its salted hash."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="private")
    salt = models.BinaryField()
    text = models.TextField()


class StreamHead(models.Model):
    """The last link of each chain; only the trigger writes it."""

    stream = models.CharField(max_length=64, primary_key=True)
    seq = models.IntegerField()
    hash = models.BinaryField()


class Delivery(DueRow):
    """One event owed to one handler, until `done_at`."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries", db_index=False)
    handler = models.CharField(max_length=80)
    done_at = models.DateTimeField(null=True)

    class Meta(DueRow.Meta):
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="one_delivery_per_handler")]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="delivery_waiting", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["dead_at"], name="delivery_dead", condition=Q(dead_at__isnull=False)),
        ]


class FeedPending(models.Model):
    """A committed event that has no feed number yet; the trigger writes it, the drain takes it away."""

    event = models.OneToOneField(
        Event, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )  # no foreign key: the trigger writes it before the event's own row is there
    shop_id = models.BigIntegerField()


class FeedHead(models.Model):
    """How far each shop's feed is numbered."""

    shop_id = models.BigIntegerField(primary_key=True)
    last_no = models.BigIntegerField()


class FeedEntry(models.Model):
    """The shop's feed in the order of commit: what `GET /events?after=` and webhooks follow.

    An event's id and time are taken before its commit, so a reader that used them as a cursor would
    skip rows; `feed_no` is given afterwards, by one drain at a time, without gaps.
    """

    shop_id = models.BigIntegerField()
    feed_no = models.BigIntegerField()
    event = models.OneToOneField(Event, models.PROTECT, related_name="feed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop_id", "feed_no"], name="feed_no_once_per_shop")]
