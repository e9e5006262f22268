"""Write to the ledger of goods; balances and what may follow what are the database's own matter."""

from aftersales.clock import now
from returns.models import GoodsMovement


def move_goods(line, quantity, source, target, *, by, parcel=None):
    """Move units of a line from one bucket to another; nought moves nothing."""
    if not quantity:
        return None
    return GoodsMovement.objects.create(
        ticket_line=line,
        quantity=quantity,
        from_bucket=source,
        to_bucket=target,
        parcel=parcel,
        actor_name=by.name,
        occurred_at=now(),
    )
