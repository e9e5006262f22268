"""What of goods and money becomes due: refunds whose moment to be taken back is over."""

from aftersales import due
from returns.actions.refunds import request_refunds
from returns.models import Refund
from tickets.models import Ticket

due.register(
    due.DueKind(
        Refund, name="refund", queue="events", fire=request_refunds, owner=(Ticket, "ticket_id"), batch=50
    )
)
