"""What the shop answered when it was asked to ship."""

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid
from returns.actions.settling import fail_resolution, finish_resolution
from returns.models import Exchange, ExchangeState
from returns.queries.words import told
from returns.workflow import EXCHANGE_WORKFLOW
from tickets.actions.acting import ticket_action


@ticket_action("record_exchange_result")
def record_exchange_result(
    ticket, *, by, exchange, status, new_order_ref="", carrier="", waybill="", detail=""
):
    """Shipped under a new order, or refused; the same answer again changes nothing.

    The old unit is consumed and nothing is delivered again on the old line: the replacement is a line of
    the new order, which the shop sends us like any other, with claims and refunds of its own.
    """
    exchange = (
        Exchange.objects.select_for_update(of=("self",)).select_related("resolution").get(pk=exchange.pk)
    )
    exchange.resolution.ticket = ticket
    confirmed = status == "confirmed"
    if exchange.state == (ExchangeState.SHIPPED if confirmed else ExchangeState.CANCELLED):
        return None
    if not confirmed:
        data = {**told(exchange.resolution), "failure": detail[:300]}
        event = EXCHANGE_WORKFLOW.take("refuse", exchange, by=by, data=data)
        fail_resolution(exchange.resolution, by=by, note=detail, cause=event)
        return event
    if not new_order_ref.strip():
        raise Invalid(_("Name the new order under which it was shipped."), field="new_order_ref")
    shipped = {
        "new_order_ref": new_order_ref.strip(),
        "carrier": carrier.strip().lower(),
        "waybill": waybill.strip(),
    }
    data = {
        **told(exchange.resolution),
        "order": shipped["new_order_ref"],
        "carrier": carrier,
        "waybill": waybill,
    }
    event = EXCHANGE_WORKFLOW.take("ship", exchange, by=by, data=data, shipped_at=now(), **shipped)
    finish_resolution(exchange.resolution, by=by, cause=event)
    return event
