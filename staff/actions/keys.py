"""Issue and revoke API keys."""

from datetime import timedelta

from django.db import transaction

from aftersales.clock import now
from aftersales.events.log import record_event
from staff.keys import SCOPES, digest, new_secret
from staff.models import ApiKey


@transaction.atomic
def issue_key(*, by, label, shop=None, user=None, scopes=SCOPES, days=365, allowed_ips=(), is_test=False):
    """Make a key of a shop or a person; returns (key, token). The token is shown now and never again."""
    prefix, secret = new_secret()
    key = ApiKey.objects.create(
        shop=shop,
        user=user,
        label=label,
        prefix=prefix,
        secret_digest=digest(secret),
        scopes=list(scopes) if shop else [],
        allowed_ips=list(allowed_ips),
        is_test=is_test,
        created_at=now(),
        expires_at=now() + timedelta(days=days),
    )
    record_event(key, "key.issue", by=by, data={"label": label, "prefix": prefix})
    return key, f"ask_{prefix}_{secret}"


@transaction.atomic
def revoke_key(key, *, by):
    """End a key now; revoking twice changes nothing."""
    if key.revoked_at is None:
        key.revoked_at = now()
        key.save(update_fields=["revoked_at"])
        record_event(key, "key.revoke", by=by, data={"label": key.label, "prefix": key.prefix})
    return key
