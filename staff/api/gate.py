"""Which shop an endpoint is asked about: one way to say it, everywhere."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from aftersales.errors import BadRequest
from staff.models import Shop


def shop_asked(request):
    """A shop key's own; for a person the one shop they serve, or the one of ?shop=."""
    if request.user.kind == "shop":
        return request.auth.shop
    served = Shop.objects.filter(pk__in=request.user.user.shop_ids())
    if code := request.query_params.get("shop"):
        return get_object_or_404(served, code=code)
    shops = list(served[:2])
    if len(shops) != 1:
        raise BadRequest(_("You serve several shops: name one by ?shop=."), code="shop_needed")
    return shops[0]
