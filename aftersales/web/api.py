"""What every endpoint shares: who may, repeatable POSTs, versions."""

from functools import wraps

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.views import APIView

from aftersales.errors import BadRequest, Stale
from aftersales.web.addresses import has_nul
from aftersales.web.doors import AlwaysJSON, ScopedPermission
from aftersales.web.idempotency import repeatable
from aftersales.web.limits import KeyThrottle


class ApiView(APIView):
    """Base of every endpoint. Each says its scopes; every POST is repeatable by Idempotency-Key.

    `request.user` is the Actor, `request.auth` the key.
    """

    permission_classes = [ScopedPermission]
    throttle_classes = [KeyThrottle]
    content_negotiation_class = AlwaysJSON
    read_scope = write_scope = None

    def __init_subclass__(cls, **options):
        """Wrap `post` once, here, so that no endpoint can forget that a POST may come twice."""
        super().__init_subclass__(**options)
        if "post" in cls.__dict__ and not getattr(cls, "writes_nothing", False):
            cls.post = repeatable(cls.post)
        for method in ("put", "patch", "delete"):
            if method in cls.__dict__:
                setattr(cls, method, in_transaction(cls.__dict__[method]))

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if has_nul(request):
            raise BadRequest(_("The request cannot be read."))

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(request, "rate_headers", {}).items():
            response[name] = value
        return response


def in_transaction(method):
    """The method's writes commit together."""

    @wraps(method)
    def wrapper(self, request, *args, **kwargs):
        with transaction.atomic():
            return method(self, request, *args, **kwargs)

    return wrapper


def etag(version):
    return f'"{version}"'


def check_if_match(request, version, current):
    """Refuse a write on an older version than the one that stands; `current()` gives the state to show."""
    given = request.headers.get("If-Match")
    if given and given.strip() not in ("*", etag(version), f"W/{etag(version)}"):
        raise Stale(
            _("This was changed since you read it. Read it again, then repeat your change."),
            current=current(),
        )


class Nowhere(ApiView):
    """What the API does not have, said as the API speaks: 404 for those with a key, 401 for others."""

    schema = None
    writes_nothing = True

    def check_permissions(self, request):
        raise Http404

    def get(self, request, **path):
        raise Http404
