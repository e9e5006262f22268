"""Which requests somebody means: a view, a filter or a list of numbers, always within what they may see.

Pages, the API and whatever acts on many requests at once start here.
"""

from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from aftersales.errors import BadRequest, Invalid
from aftersales.storable import is_storable
from tickets.models import OPEN_STATUSES, Scope, Ticket
from tickets.queries import filters
from tickets.queries.saved_views import views_of

MOST_NUMBERS = 2000
# Ended requests are looked for among the newest so many of one's shops: further back one asks by number.
LOOKED_BACK = 100_000


def selected(actor, *, view="", filter=None, numbers=None, scope=None):
    """The visible requests of a view's code, of a filter as data (in its scope), or of these numbers.

    With a view and a filter both hold. Raises a refusal with a sentence; nothing is evaluated yet.
    """
    if numbers is not None:
        return numbered(actor, numbers)
    if not view and filter is None:
        raise Invalid(_("Name a view, a filter or numbers."), field="view")
    found = named(actor, view) if view else None
    parts = [found.filter] if found else []
    if filter is not None:
        parts.append(filters.read(filter, actor))
    return within(actor, filters.Group("all", tuple(parts)), scope or (found.scope if found else Scope.OPEN))


def named(actor, code):
    """The view of this code, or a refusal: another's does not exist."""
    found = views_of(actor).get(code)
    if found is None:
        raise BadRequest(_("There is no view “%(code)s”.") % {"code": str(code)[:40]}, code="unknown_view")
    if actor.user is None and found.filter.is_personal:
        raise Invalid(_("“me” is a person; this key is a shop's."), field="view")
    return found


def numbered(actor, numbers):
    if not isinstance(numbers, list) or not all(isinstance(each, str) for each in numbers):
        raise Invalid(_("Give a list of request numbers."), field="numbers")
    if len(numbers) > MOST_NUMBERS:
        raise Invalid(_("At most %(most)s requests at once.") % {"most": MOST_NUMBERS}, field="numbers")
    return Ticket.objects.visible_to(actor).filter(
        number__in=[each.upper()[:20] for each in numbers if is_storable(each)]
    )


def within(actor, group, scope=Scope.OPEN):
    """The visible requests of a scope that meet a filter that was read."""
    return in_scope(actor, scope).filter(filters.query(group, actor))


def in_scope(actor, scope):
    """Open ones all; of ended ones the newest, so that no look reads the whole of many years."""
    visible = Ticket.objects.visible_to(actor)
    if scope == Scope.OPEN:
        return visible.open()
    newest = visible.order_by("-id").values("pk")[LOOKED_BACK : LOOKED_BACK + 1]
    recent = visible.filter(pk__gte=Coalesce(Subquery(newest), Value(0)))
    return recent.exclude(status__in=OPEN_STATUSES) if scope == Scope.ENDED else recent
