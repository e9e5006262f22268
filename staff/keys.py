"""API keys: how a secret is made, kept and recognised."""

import hashlib
import ipaddress
import secrets
import time
from copy import copy
from hmac import compare_digest

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from aftersales.events.actors import Actor
from aftersales.web.addresses import client_address
from staff.models import ApiKey

FRESH_SECONDS = 1.0
MOST_REMEMBERED = 1000
_remembered = {}

SCOPES = (
    "orders:write",
    "orders:read",
    "tickets:write",
    "tickets:read",
    "returns:write",
    "returns:read",
    "surveys:read",
    "webhooks:manage",
)


def new_secret():
    """(prefix, secret): what the key is looked up by, and 256 random bits that are shown once."""
    return secrets.token_hex(5), secrets.token_urlsafe(32)


def digest(secret):
    """SHA-256 suffices for 256 random bits: there is nothing to guess from a dictionary."""
    return hashlib.sha256(secret.encode()).hexdigest()


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer ask_<prefix>_<secret>` → (Actor, ApiKey). Absent and wrong look the same: 401."""

    def authenticate(self, request):
        header = request.headers.get("Authorization", "")
        kind, _space, token = header.partition(" ")
        parts = token.split("_", 2)
        if kind.lower() != "bearer" or len(parts) != 3 or parts[0] != "ask":
            raise self.refused()
        key = key_with(parts[1][:12])
        if (
            key is None
            or not compare_digest(key.secret_digest, digest(parts[2]))
            or not is_usable(key, request)
        ):
            raise self.refused()
        # A copy, because a person remembers the shops they serve, and that is for one request only.
        actor = Actor.staff(copy(key.user), key.is_test) if key.user_id else Actor.shop(key)
        return actor, key

    def authenticate_header(self, request):
        return 'Bearer realm="aftersales"'

    @staticmethod
    def refused():
        return AuthenticationFailed(_("No valid API key. Send “Authorization: Bearer ask_…”."))


def key_with(prefix):
    """The key with this prefix, or None. Remembered for a second: a busy shop asks with every request.

    So another process goes on accepting a key for at most a second after it was revoked.
    """
    until, key = _remembered.get(prefix, (0.0, None))
    if until < time.monotonic():
        key = ApiKey.objects.select_related("user", "shop").filter(prefix=prefix).first()
        if key is None:
            return None  # guesses are not worth remembering
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[prefix] = (time.monotonic() + FRESH_SECONDS, key)
    return key


def forget():
    """Ask the database again: after a key or its owner changed here."""
    _remembered.clear()


def is_usable(key, request):
    """Whether a recognised key may be used now, from there, by whom it belongs to."""
    if not key.is_live:
        return False
    if key.user_id and not key.user.is_active:
        return False
    if key.shop_id and not key.shop.is_active:
        return False
    if not key.allowed_ips:
        return True
    address = ipaddress.ip_address(client_address(request))
    return any(address in ipaddress.ip_network(allowed, strict=False) for allowed in key.allowed_ips)


class KeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document describes the keys."""

    target_class = "staff.keys.KeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "bearerFormat": "ask_<prefix>_<secret>"}
