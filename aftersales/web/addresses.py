"""Where a request comes from and goes to: read in one place, so that nobody trusts it by accident."""

import ipaddress

from django.conf import settings
from django.urls import reverse

from aftersales.storable import is_storable

UNKNOWN = "0.0.0.0"  # noqa: S104 - named, not bound to


def client_address(request):
    """The visitor's address: the peer's, or what the outermost of our own proxies saw.

    TRUSTED_PROXIES says how many of ours stand before the desk; each adds one entry at the right of
    X-Forwarded-For, and whatever stands further left was written by the visitor.
    """
    candidates = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        seen = request.headers.get("X-Forwarded-For", "").split(",")
        candidates[:0] = [part.strip() for part in seen[-settings.TRUSTED_PROXIES :][:1]]
    return next(filter(_is_address, candidates), UNKNOWN)


def _is_address(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def household(address):
    """What one visitor can hardly leave: an IPv4 address, the /64 of an IPv6 one."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def has_nul(request):
    """Whether the address or its query holds a NUL, written out or as %00."""
    query = request.META.get("QUERY_STRING", "")
    return not all(is_storable(text) for text in (request.path, query)) or "%00" in query


def absolute(name, *args, **query):
    """The address of a page for a mail or a link to copy: on the site's configured name, never on a request's."""
    return settings.SITE_URL + reverse(name, args=args, query=query or None)
