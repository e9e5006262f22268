"""The link of an invitation: a token nobody can guess, derived under the secret key and never stored."""

import base64
import hashlib
import re

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from aftersales.errors import NotPossible
from aftersales.web.addresses import absolute

PURPOSE = "surveys.invitation"  # a token made for anything else never opens a survey
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def derive(uid, secret=None):
    """256 bits as 43 characters; the same uid gives the same token for as long as the secret key stands."""
    mac = salted_hmac(PURPOSE, uid.hex, secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def digest_of(token):
    """What the row keeps. SHA-256 suffices for 256 bits: there is nothing to guess from a dictionary."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_well_formed(token):
    return WELL_FORMED.fullmatch(token) is not None


def token_of(invitation):
    """The token that the row's digest belongs to, under the present secret key or one it replaced."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = derive(invitation.uid, secret)
        if digest_of(token) == invitation.token_digest:
            return token
    raise NotPossible(
        _("This survey's link was made under a secret key that was replaced; it cannot be shown again."),
        code="link_lost",
    )


def url_of(invitation):
    """The address to send, on the site's configured name and never on that of a request."""
    return absolute("survey", token_of(invitation))
