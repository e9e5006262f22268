"""Money to give back: asked of the shop after a moment, settled by its answer, matched by our permanent key."""

from datetime import timedelta

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from returns.actions.settling import fail_resolution, finish_resolution, undo_resolution
from returns.models import Refund, RefundState
from returns.policies import may_propose
from returns.queries.words import told
from returns.workflow import REFUND_WORKFLOW
from tickets.actions.acting import ticket_action

UNDO_SECONDS = 10
DESK = Actor.system("desk")


def open_refund(resolution, *, by, cause):
    """Owe the refund: it leaves ten seconds from now, and can be taken back until then."""
    Refund.objects.create(
        resolution=resolution,
        ticket=resolution.ticket,
        shop_id=resolution.ticket.shop_id,
        amount_minor=resolution.amount_minor,
        currency=resolution.currency,
        created_at=now(),
        next_try_at=now() + timedelta(seconds=UNDO_SECONDS),
    )


def request_refunds(refunds):
    """Ask the shop for each refund that is due; the caller holds the requests and these rows."""
    for refund in refunds:
        REFUND_WORKFLOW.take(
            "request", refund, by=DESK, data=request_data(refund), requested_at=now(), next_try_at=None
        )


def request_data(refund):
    """All that the shop's payment side needs; it answers with the same key, however often it is asked."""
    resolution = refund.resolution
    order = refund.ticket.order
    items = resolution.items.select_related("ticket_line__order_line").order_by("id")
    return {
        **told(resolution),
        "refund": str(refund.key),
        "order": order.external_id,
        "order_number": order.number,
        "method": "original",
        "lines": [
            {
                "order_line": item.ticket_line.order_line.external_id,
                "quantity": item.quantity,
                "amount_minor": item.amount_minor,
            }
            for item in items
        ],
    }


@ticket_action("undo")
def undo_refund(ticket, *, by):
    """Take back what was approved and has not left yet."""
    if not may_propose(by, ticket):
        raise NotAllowed(_("Your role may not take this back."))
    refunds = Refund.objects.filter(ticket=ticket, state=RefundState.APPROVED).select_for_update(of=("self",))
    refund = refunds.select_related("resolution").order_by("-id").first()
    if refund is None:
        raise NotPossible(_("There is nothing left to take back."))
    resolution = refund.resolution
    resolution.ticket = refund.ticket = ticket
    event = REFUND_WORKFLOW.take("cancel", refund, by=by, data=told(resolution), next_try_at=None)
    undo_resolution(resolution, "cancel", by=by, cause=event)
    return event


@ticket_action("record_refund_result")
def record_refund_result(ticket, *, by, refund, status, gateway_refund_id="", detail=""):
    """What the shop's payment side answered. The same answer again changes nothing; another is refused."""
    refund = Refund.objects.select_for_update(of=("self",)).select_related("resolution").get(pk=refund.pk)
    refund.ticket = refund.resolution.ticket = ticket
    if is_known_answer(refund, status, gateway_refund_id):
        return None
    if status == "succeeded":
        return succeed(refund, gateway_refund_id, by)
    event = REFUND_WORKFLOW.take(
        "fail", refund, by=by, data={**told(refund.resolution), "failure": detail[:300]},
        failure=detail[:300], settled_at=now(),
    )  # fmt: skip  # one line less
    fail_resolution(refund.resolution, by=by, note=detail, cause=event)
    return event


def is_known_answer(refund, status, gateway_refund_id):
    """Whether this was said before; a second, different answer is a matter for people."""
    if refund.state not in (RefundState.SUCCEEDED, RefundState.FAILED):
        return False
    same_id = not gateway_refund_id or gateway_refund_id == refund.gateway_refund_id
    if status == refund.state and same_id:
        return True
    raise NotPossible(
        _("This refund is settled already: %(state)s. Finance has to look at it.")
        % {"state": RefundState(refund.state).label},
        code="already_settled",
    )


def succeed(refund, gateway_refund_id, by):
    # A payment side without ids of its own is matched by our key alone.
    gateway_refund_id = gateway_refund_id.strip() or str(refund.key)
    twin = Refund.objects.filter(shop_id=refund.shop_id, gateway_refund_id=gateway_refund_id).first()
    if twin is not None:
        raise NotPossible(
            _("The gateway's refund %(id)s belongs to another refund: %(key)s.")
            % {"id": gateway_refund_id, "key": twin.key},
            code="gateway_refund_used",
        )
    event = REFUND_WORKFLOW.take(
        "succeed", refund, by=by, data={**told(refund.resolution), "gateway_refund_id": gateway_refund_id},
        gateway_refund_id=gateway_refund_id, settled_at=now(),
    )  # fmt: skip
    finish_resolution(refund.resolution, by=by, cause=event)
    return event
