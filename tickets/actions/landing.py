"""Words and files for a request that was merged land on the one it went into."""

from functools import wraps

from aftersales.errors import NotPossible
from tickets.models import Ticket


def lands_where_it_went(action):
    """Done to a merged request, the action is done to the one it was merged into, unless a person does it:
    they are told the number. Not looked up first but refused first: a merge may be under way."""

    @wraps(action)
    def land(ticket, *, by, **fields):
        try:
            return action(ticket, by=by, **fields)
        except NotPossible:
            went = Ticket.objects.select_related("merged_into").get(pk=ticket.pk).merged_into
            if went is None or by.is_person:
                raise
            return land(went, by=by, **fields)

    return land
