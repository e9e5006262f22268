"""What every action on people and teams minds: one at a time, who may, and that no shop is left to nobody."""

from contextlib import contextmanager
from dataclasses import replace

from django.utils.translation import gettext as _

from aftersales.errors import NotAllowed, NotPossible
from staff.models import Role, Shop, User


def require(permitted, sentence=""):
    if not permitted:
        raise NotAllowed(sentence or _("Your role or your teams do not reach this far."))


def lock_shops(shop_ids, by):
    """Lock the shops, by id, and read the actor anew: who was demoted a moment ago may do nothing more.

    Whatever changes who serves a shop holds its lock, so two who take each other's place do it in turn.
    """
    ids = sorted(shop_ids)
    list(Shop.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    if by.user is None:
        return by
    user = User.objects.get(pk=by.user.pk)
    require(user.is_active)
    return replace(by, role=user.role, user=user)


@contextmanager
def keeping_an_admin(shop_ids):
    """Refuse what was written inside if it leaves a shop without anybody who could settle it."""
    before = shops_with_admin(shop_ids)
    yield
    for shop in Shop.objects.filter(pk__in=before - shops_with_admin(shop_ids)):
        raise NotPossible(
            _("%(shop)s would have no administrator left. Make somebody else one first.") % {"shop": shop}
        )


def shops_with_admin(shop_ids):
    """Those that have one now: a shop that never had one is not kept from every change."""
    having = Shop.objects.filter(
        pk__in=shop_ids, is_active=True, teams__people__role=Role.ADMIN, teams__people__is_active=True
    )
    return set(having.values_list("pk", flat=True))
