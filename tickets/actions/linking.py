"""Ties between requests that change neither: related, a duplicate of, caused by."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotPossible
from aftersales.events.telling import in_both
from tickets.actions.acting import ticket_action
from tickets.models import LINKS, Relation, RelationKind
from tickets.workflow import TICKET_WORKFLOW


@ticket_action("link")
def link_ticket(ticket, *, by, to, kind=RelationKind.RELATED):
    """Say how this request belongs to another one of its shop."""
    if to.pk == ticket.pk or to.shop_id != ticket.shop_id:
        raise NotPossible(_("Only two requests of one shop can be linked."))
    event = TICKET_WORKFLOW.take("link", ticket, by=by, data=told(kind, to))
    try:
        with transaction.atomic():
            Relation.objects.create(ticket=ticket, other=to, kind=kind, made_by=by.name, made_at=now())
    except IntegrityError as error:
        raise NotPossible(_("%(number)s is linked like this already.") % {"number": to.number}) from error
    return event


@ticket_action("unlink")
def unlink_ticket(ticket, *, by, to):
    """Take every link between the two back, whichever of them said it."""
    both = Q(ticket=ticket, other=to) | Q(ticket=to, other=ticket)
    links = list(Relation.objects.filter(both, kind__in=LINKS).select_for_update().order_by("id"))
    if not links:
        raise NotPossible(_("%(number)s is not linked to this request.") % {"number": to.number})
    event = TICKET_WORKFLOW.take("unlink", ticket, by=by, data=told(links[0].kind, to))
    for link in links:
        link.delete()
    return event


def told(kind, to):
    """What the event says, in both languages."""
    return {"kind": str(kind), "number": to.number, **in_both("kind", RelationKind(kind).label)}
