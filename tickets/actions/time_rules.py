"""What leads do with the rules of time of their shop: SLA policies and calendars."""

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotAllowed
from aftersales.versions import actions as versions
from aftersales.versions.models import State, Version
from aftersales.versions.registry import compiled, current_id
from staff.actions.guarding import lock_shops
from tickets.policies import may_edit_procedures


@transaction.atomic
def publish_rule(shop, kind, code, body, *, by):
    """Put a shop's own policy or calendar in force, from now on; clocks that run keep the version they began
    with. The same again changes nothing."""
    by = lock_shops([shop.pk], by)
    if not may_edit_procedures(by, shop):
        raise NotAllowed(_("Rules of time are edited by supervisors, managers and administrators."))
    own = Version.objects.filter(kind=kind, code=code, shop_id=shop.pk, state=State.PUBLISHED).first()
    if own and own.digest == versions.digest_of(body):
        return own
    draft = versions.draft(kind, code, body, by=by, shop_id=shop.pk)
    _check_names(draft, compiled(draft.pk).content)
    return versions.publish(draft, by=by)


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
