"""Issue, replace and revoke API keys."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotPossible
from aftersales.events.log import record_event
from staff.actions.guarding import require
from staff.keys import SCOPES, digest, forget, new_secret
from staff.models import ApiKey
from staff.policies import may_hold_key


@transaction.atomic
def issue_key(
    *, by, label, shop=None, user=None, scopes=SCOPES, days=365, allowed_ips=(), is_test=False, replaces=None
):
    """Make a key of a shop or a person; returns (key, token). The token is shown now and never again."""
    require(may_hold_key(by, shop=shop, user=user))
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
        replaces=replaces,
    )
    data = {"label": label, "prefix": prefix, "replaces": replaces.prefix if replaces else ""}
    record_event(key, "key.issue", by=by, data=data)
    return key, f"ask_{prefix}_{secret}"


@transaction.atomic
def rotate_key(key, *, by):
    """Issue the key's successor; both live until the old one is revoked, so that no call fails between."""
    key = (
        ApiKey.objects.select_for_update(of=["self"], no_key=True)
        .select_related("shop", "user")
        .get(pk=key.pk)
    )
    if not key.is_live:
        raise NotPossible(_("This key is at its end. Issue a new one."))
    if key.successors.filter(revoked_at=None).exists() or (key.replaces and key.replaces.is_live):
        raise NotPossible(_("Two keys are live already. Revoke the old one first."))
    return issue_key(
        by=by,
        label=key.label,
        shop=key.shop,
        user=key.user,
        scopes=key.scopes,
        days=max((key.expires_at - key.created_at).days, 1),
        allowed_ips=key.allowed_ips,
        is_test=key.is_test,
        replaces=key,
    )


@transaction.atomic
def revoke_key(key, *, by):
    """End a key now; revoking twice changes nothing."""
    require(may_hold_key(by, shop=key.shop, user=key.user))
    end_keys([key], by=by)
    return key


def end_keys(keys, *, by):
    """End keys without asking whose they are: for actions that have asked already."""
    for key in keys:
        moment = now()
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=moment):
            key.revoked_at = moment
            forget()
            record_event(key, "key.revoke", by=by, data={"label": key.label, "prefix": key.prefix})
