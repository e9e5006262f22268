"""What people keep of the queue: save a view, change it, take it away, bring it back."""

import secrets
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.events.log import record_event
from aftersales.storable import is_storable
from tickets.models import Reach, SavedView, Scope, Sort
from tickets.policies import may_keep_view
from tickets.queries import filters
from tickets.queries.columns import COLUMNS, DEFAULT
from tickets.queries.queue import SORTS, sort_in

MOST_VIEWS = 20  # of one person, one team, one shop: each is counted beside the queue
LONGEST_NAME = 60
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LOOK = ("filter", "scope", "sort", "columns")


@transaction.atomic
def save_view(name, *, by, reach=Reach.PERSONAL, team=None, shop=None, **look):
    """A new view for oneself, or by who leads there for a team or a shop."""
    place = place_of(reach, team, shop)
    refuse_unless_kept_by(by, reach, team, shop)
    fields = {"name": read_name(name), **place, **read_look(look, by)}
    refuse_too_many(by.id, place)
    moment = now()
    with one_of_a_name():
        view = SavedView.objects.create(
            code=new_code(), owner_id=by.id, created_at=moment, updated_at=moment, **fields
        )
    record_event(view, "view.save", by=by, data=told(view))
    return view


@transaction.atomic
def change_view(view, *, by, **changes):
    """Another name, filter, order, columns or reach; `expected_version` refuses a stale one."""
    expected = changes.pop("expected_version", None)
    view = locked(view, by)
    if expected is not None and view.version != expected:
        raise Stale(_("This view was changed since you read it. Read it again, then repeat your change."))
    fields = read_changes(view, changes, by)
    changed = [name for name, value in fields.items() if getattr(view, name) != value]
    if not changed:
        return view
    for name in changed:
        setattr(view, name, fields[name])
    with one_of_a_name():
        view.save(update_fields=[*changed, *view.bump()])
    record_event(view, "view.change", by=by, data=told(view) | {"fields": changed})
    return view


@transaction.atomic
def remove_view(view, *, by):
    """Take it away; what it was can be brought back."""
    view = locked(view, by)
    view.removed_at = now()
    view.save(update_fields=["removed_at", *view.bump()])
    record_event(view, "view.remove", by=by, data=told(view))
    return view


@transaction.atomic
def restore_view(view, *, by):
    """Bring a view back that was taken away; twice is once."""
    view = locked(view, by, removed=None)
    if view.removed_at is None:
        return view
    refuse_too_many(view.owner_id, {"reach": view.reach, "team": view.team, "shop": view.shop})
    view.removed_at = None
    with one_of_a_name():
        view.save(update_fields=["removed_at", *view.bump()])
    record_event(view, "view.restore", by=by, data=told(view))
    return view


def locked(view, by, *, removed=False):
    """The fresh row, if this actor may write it."""
    rows = SavedView.objects.select_for_update(no_key=True, of=("self",)).select_related("team", "shop")
    fresh = rows.get(pk=view.pk)
    refuse_unless_kept_by(by, fresh.reach, fresh.team, fresh.shop, owner_id=fresh.owner_id)
    if removed is False and fresh.removed_at is not None:
        raise NotPossible(_("This view was taken away meanwhile."))
    return fresh


def refuse_unless_kept_by(by, reach, team, shop, owner_id=None):
    if may_keep_view(by, reach, team, shop, by.id if owner_id is None else owner_id):
        return
    if reach == Reach.PERSONAL:
        raise NotAllowed(_("Your role may not keep views, or this one is somebody else's."))
    raise NotAllowed(_("Views that others share are kept by who leads the team, or by supervisors."))


def place_of(reach, team, shop):
    """The reach with the one place that belongs to it."""
    if reach not in Reach.values:
        raise Invalid(_("A view is for one person, a team or a shop."), field="reach")
    if reach == Reach.TEAM and team is None:
        raise Invalid(_("Say which team the view is for."), field="team")
    if reach == Reach.SHOP and shop is None:
        raise Invalid(_("Say which shop the view is for."), field="shop")
    return {
        "reach": reach,
        "team": team if reach == Reach.TEAM else None,
        "shop": shop if reach == Reach.SHOP else None,
    }


def read_changes(view, changes, by):
    """What is to be written; another reach asks for the right to it as well."""
    fields = {}
    if "name" in changes:
        fields["name"] = read_name(changes["name"])
    if "reach" in changes:
        place = place_of(changes["reach"], changes.get("team"), changes.get("shop"))
        refuse_unless_kept_by(by, **place)
        if any(getattr(view, name) != value for name, value in place.items()):
            refuse_too_many(by.id, place)
        fields |= place | ({"owner_id": by.id} if place["reach"] == Reach.PERSONAL else {})
    look = {name: changes[name] for name in LOOK if name in changes}
    return fields | (read_look({name: getattr(view, name) for name in LOOK} | look, by) if look else {})


def read_name(name):
    name = " ".join(name.split()) if isinstance(name, str) and is_storable(name) else ""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(
            _("Give the view a name of up to %(most)s characters.") % {"most": LONGEST_NAME}, field="name"
        )
    return name


def read_look(look, by):
    """Filter, scope, order and columns, checked for whoever saves them."""
    scope, sort = look.get("scope") or Scope.OPEN, look.get("sort")
    columns = look.get("columns")
    if scope not in Scope.values:
        raise Invalid(
            _("scope must be one of: %(known)s.") % {"known": ", ".join(Scope.values)}, field="scope"
        )
    if sort and sort not in SORTS[scope]:
        known = ", ".join(SORTS[scope])
        raise Invalid(_("sort must be one of: %(known)s.") % {"known": known}, field="sort")
    columns = list(DEFAULT) if columns is None else columns
    if not isinstance(columns, list) or not all(isinstance(code, str) for code in columns):
        raise Invalid(_("columns is a list of names."), field="columns")
    if unknown := sorted(set(columns) - set(COLUMNS)):
        raise Invalid(_("There is no column “%(name)s”.") % {"name": unknown[0][:40]}, field="columns")
    return {
        "filter": filters.read(look.get("filter", {}), by).data(),
        "scope": scope,
        "sort": sort or sort_in(scope, Sort.DUE),
        "columns": [code for code in COLUMNS if code in columns],
    }


def refuse_too_many(owner_id, place):
    rows = SavedView.objects.filter(removed_at=None, **place)
    if place["reach"] == Reach.PERSONAL:
        rows = rows.filter(owner=owner_id)
    if rows[:MOST_VIEWS].count() >= MOST_VIEWS:
        raise NotPossible(
            _("There are %(most)s views here already. Take one away first.") % {"most": MOST_VIEWS},
            code="too_many_views",
        )


@contextmanager
def one_of_a_name():
    """The database keeps names apart; of two at once one is told."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Invalid(_("There is a view of this name already."), field="name", code="duplicate") from error


def new_code():
    return "v-" + "".join(secrets.choice(ALPHABET) for _each in range(8))


def told(view):
    return {"name": view.name, "code": view.code, "reach": view.reach}
