"""Goods and money as the API shows them, masked by who reads."""

from staff import masking


def parcel_shape(parcel):
    """One parcel with what it should hold and what was in it."""
    return {
        "id": str(parcel.uid),
        "ticket": parcel.ticket.number if parcel.ticket_id else None,
        "direction": parcel.direction,
        "state": parcel.state,
        "label_code": parcel.label_code,
        "label": f"/api/v1/parcels/{parcel.uid}/label.pdf" if has_label(parcel) else None,
        "carrier": parcel.carrier,
        "waybill": parcel.waybill,
        "freight_payer": parcel.freight_payer or None,
        "conditions": parcel.conditions,
        "note": parcel.note,
        "weight_g": parcel.weight_g,
        "items": [item_shape(item) for item in sorted(parcel.items.all(), key=lambda item: item.pk)],
        "version": parcel.version,
        "created_at": parcel.created_at,
        "shipped_at": parcel.shipped_at,
        "received_at": parcel.received_at,
    }


def has_label(parcel):
    return parcel.direction == "in" and parcel.ticket_id is not None


def item_shape(item):
    return {
        "line": str(item.ticket_line.uid) if item.ticket_line_id else None,
        "sku": item.sku,
        "expected": item.expected,
        "received": item.received,
        "note": item.note,
    }


def with_items(parcels):
    return parcels.select_related("ticket", "shop").prefetch_related("items__ticket_line")


def inspection_shape(inspection):
    return {
        "id": str(inspection.uid),
        "line": str(inspection.ticket_line.uid),
        "sku": inspection.ticket_line.order_line.sku,
        "quantity": inspection.quantity,
        "grade": inspection.grade,
        "fault": inspection.fault,
        "finding": inspection.finding,
        "disposition": inspection.disposition,
        "answers": inspection.answers,
        "checklist": inspection.checklist.code if inspection.checklist_id else None,
        "checklist_version": inspection.checklist.number if inspection.checklist_id else None,
        "serial": inspection.serial,
        "inspector": inspection.inspector_name,
        "created_at": inspection.created_at,
    }


def resolution_shape(resolution, actor):
    """One resolution with what carries it out; amounts only for those who see money."""
    money = masking.sees_money(actor)
    return {
        "id": str(resolution.uid),
        "ticket": resolution.ticket.number,
        "kind": resolution.kind,
        "state": resolution.state,
        "amount_minor": resolution.amount_minor if money else None,
        "currency": resolution.currency or None,
        "approver_role": resolution.approver_role or None,
        "awaits_customer": resolution.awaits_customer,
        "reason": resolution.reason,
        "decision_note": resolution.decision_note,
        "details": resolution.details,
        "proposed_by": resolution.proposed_by_name,
        "approved_by": resolution.approved_by.display_name if resolution.approved_by_id else None,
        "accepted_at": resolution.accepted_at,
        "lines": [
            {
                "line": str(item.ticket_line.uid),
                "quantity": item.quantity,
                "amount_minor": item.amount_minor if money else None,
            }
            for item in resolution.items.all()
        ],
        "refund": refund_shape(resolution.refund) if money and hasattr(resolution, "refund") else None,
        "exchange": exchange_shape(resolution.exchange) if hasattr(resolution, "exchange") else None,
        "repair": repair_shape(resolution.repair) if hasattr(resolution, "repair") else None,
        "version": resolution.version,
        "created_at": resolution.created_at,
        "decided_at": resolution.decided_at,
        "done_at": resolution.done_at,
    }


def with_settlements(resolutions):
    related = ("ticket", "approved_by", "refund__ticket__order", "exchange", "repair")
    return resolutions.select_related(*related).prefetch_related("items__ticket_line")


def refund_shape(refund):
    """`id` is the permanent key: the payment side is asked with it and answers to it."""
    return {
        "id": str(refund.key),
        "ticket": refund.ticket.number,
        "order": refund.ticket.order.external_id,
        "amount_minor": refund.amount_minor,
        "currency": refund.currency,
        "status": refund.state,
        "gateway_refund_id": refund.gateway_refund_id or None,
        "failure": refund.failure or None,
        "created_at": refund.created_at,
        "requested_at": refund.requested_at,
        "settled_at": refund.settled_at,
    }


def exchange_shape(exchange):
    return {
        "id": str(exchange.uid),
        "sku": exchange.sku,
        "state": exchange.state,
        "new_order_ref": exchange.new_order_ref or None,
        "carrier": exchange.carrier,
        "waybill": exchange.waybill,
        "shipped_at": exchange.shipped_at,
    }


def repair_shape(repair):
    return {
        "id": str(repair.uid),
        "state": repair.state,
        "warranty": repair.warranty,
        "fault": repair.fault,
        "work_done": repair.work_done,
        "serial_before": repair.serial_before,
        "serial_after": repair.serial_after,
        "due_on": repair.due_on,
        "repaired_at": repair.repaired_at,
        "sent_back_at": repair.sent_back_at,
    }


def evaluation_shape(found):
    """The policy's answer, each clause in both languages."""
    return {
        "decision": found.decision,
        "requested_resolution": found.resolution,
        "goods_required": found.goods_required,
        "deadlines": {"apply_by": found.apply_by},
        "freight_payer": found.freight_payer,
        "evidence": found.evidence,
        "allowed_resolutions": found.allowed_resolutions,
        "explanation": found.explanation,
        "policy_version": found.policy_version,
    }


def preview_shape(found, role):
    """A refund before it is proposed: line by line, with reasons."""
    return {
        "resolution": "refund",
        "currency": found.currency,
        "amount_minor": found.amount_minor,
        "lines_minor": found.lines_minor,
        "left_minor": found.left_minor,
        "is_capped": found.is_capped,
        "approver_role": role or None,
        "lines": [
            {
                "line": str(line.line.uid),
                "sku": line.line.order_line.sku,
                "quantity": line.quantity,
                "bought": line.bought,
                "paid_minor": line.paid_minor,
                "given_back_minor": line.already_minor,
                "amount_minor": line.amount_minor,
                "reason": line.why,
            }
            for line in found.lines
        ],
    }
