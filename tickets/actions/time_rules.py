"""What leads do with the rules of time of their shop: SLA policies and calendars."""

import re

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotAllowed, Stale
from aftersales.versions import actions as versions
from aftersales.versions.models import State, Version
from aftersales.versions.registry import PARSERS, current_id
from staff.actions.guarding import lock_shops
from tickets import sla
from tickets.policies import may_edit_procedures

CODE = re.compile(r"[-\w]{1,60}", re.ASCII)


@transaction.atomic
def publish_rule(shop, kind, code, body, *, by, seen=None):
    """Put a shop's own policy or calendar in force, from now on; clocks that run keep the version they began
    with. The same again changes nothing; `seen` is the version that the writer read (`mark_of`)."""
    by = lock_shops([shop.pk], by)
    require_rule_editor(by, shop)
    standing = rule_in_force(shop, kind, code)
    if standing and standing.shop_id and standing.digest == versions.digest_of(body):
        return standing
    check_rule(shop, kind, code, body, seen=seen)
    return versions.publish(versions.draft(kind, code, body, by=by, shop_id=shop.pk), by=by)


def require_rule_editor(by, shop):
    if not may_edit_procedures(by, shop):
        raise NotAllowed(_("Rules of time are edited by supervisors, managers and administrators."))


def check_rule(shop, kind, code, body, *, seen=None):
    """Refuse what could not be put in force; nothing is written. Returns what stands now."""
    _refuse_what_is_every_shops(kind, code)
    standing = rule_in_force(shop, kind, code)
    if seen is not None and seen != mark_of(standing):
        raise Stale(_("This was changed since you read it. Read it again, then repeat your change."))
    refuse_no_code(code)
    content = PARSERS[kind](body)
    version = Version(kind=kind, code=code, shop_id=shop.pk, body=body)
    _check_names(version, content)
    versions.check_beside_others(version, content)
    return standing


def rule_in_force(shop, kind, code):
    """The shop's own version, else the one for every shop, else None; as the database has it now."""
    rows = Version.objects.filter(Q(shop_id=shop.pk) | Q(shop_id=None), kind=kind, code=code)
    return rows.filter(state=State.PUBLISHED).order_by(F("shop_id").asc(nulls_last=True)).first()


def mark_of(version):
    """What tells one version from another, be it the shop's own or every shop's."""
    return str(version.pk) if version else ""


def _refuse_what_is_every_shops(kind, code):
    """The law and promises run by it: with office hours they would run no more at night."""
    if (kind, code) == ("calendar", sla.AROUND_THE_CLOCK):
        raise Invalid(
            _(
                "“%(code)s” is the clock on the wall: promises and deadlines of the law run by it in every shop."
            )
            % {"code": code},
            field="/code",
        )


def refuse_no_code(code):
    """What a rule is called stands in addresses, and in policies that name their calendar."""
    if not CODE.fullmatch(code):
        raise Invalid(
            _("“%(value)s” is no code. Use small letters, digits and underscores.") % {"value": code[:80]},
            field="/code",
        )


def _check_names(draft, content):
    """The body is of the code it is kept under, and a policy runs in a calendar that there is."""
    if content.code != draft.code:
        raise Invalid(
            _("This has to be “%(code)s”, as in the address.") % {"code": draft.code}, field="/code"
        )
    if draft.kind == "sla" and current_id("calendar", content.calendar, draft.shop_id) is None:
        raise Invalid(
            _("There is no calendar “%(code)s” here.") % {"code": content.calendar}, field="/calendar"
        )
