"""What search looks at: the tokens of each request, and the requests whose tokens are out of date."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from aftersales.due import DueRow
from tickets.models.orders import Customer, Order
from tickets.models.tickets import Ticket


class SearchText(models.Model):
    """The tokens of one request (tickets/words.py): enough to find it, not to read it.

    It is made anew from the request whenever that changes; nothing else depends on it.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="+")
    tokens = SearchVectorField()

    class Meta:
        # Without a pending list: searches would have to read it, and whoever fills it up would wait.
        indexes = [GinIndex(fields=["tokens"], name="search_tokens", fastupdate=False)]


class SearchDue(DueRow):
    """A request whose tokens are out of date, or all requests of an order or a customer, however many: they are
    indexed by and by, in the order of their ids. A row per change: whoever writes never waits for the drain.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+", db_index=False)
    done_up_to = models.BigIntegerField(default=0, db_default=0)  # the last request that was indexed

    class Meta(DueRow.Meta):
        constraints = [
            models.CheckConstraint(
                name="search_due_is_of_one_thing",
                condition=Q(ticket__isnull=False, order__isnull=True, customer__isnull=True)
                | Q(ticket__isnull=True, order__isnull=False, customer__isnull=True)
                | Q(ticket__isnull=True, order__isnull=True, customer__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="search_waiting", condition=Q(next_try_at__isnull=False)
            )
        ]
