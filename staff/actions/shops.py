"""Open shops and change their settings."""

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, Stale
from aftersales.events.log import record_event
from staff.actions.guarding import lock_shops, require
from staff.actions.people import create_shop
from staff.models import Shop, Team
from staff.policies import may_open_shops, rules, rules_team


@transaction.atomic
def open_shop(*, by, team, code, **fields):
    """A further shop, served by a team that is there: its people see it from now on."""
    by = lock_shops([shop.pk for shop in team.shops.all()], by)
    require(may_open_shops(by), _("Only an administrator opens shops."))
    require(rules_team(by, team), _("The team %(team)s is not yours to fill.") % {"team": team})
    check_code(code)
    shop = create_shop(by=by, code=code, **fields)
    team = Team.objects.get(pk=team.pk)
    team.shops.add(shop)
    record_event(team, "team.change", by=by, data={"code": team.code, "fields": ["shops"]})
    return shop


@transaction.atomic
def change_shop(shop, *, by, version, **fields):
    """Change a shop's settings, if nobody else did since the caller read `version`."""
    by = lock_shops([shop.pk], by)
    shop = Shop.objects.get(pk=shop.pk)
    require(rules(by, [shop.pk]))
    changed = {name: value for name, value in fields.items() if getattr(shop, name) != value}
    if not changed:
        return shop
    if shop.version != version:
        raise Stale(_("These settings were changed while you were at them."))
    changes = {name: [getattr(shop, name), value] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(shop, name, value)
    shop.version += 1
    shop.save(update_fields=[*changed, "version"])
    record_event(shop, "shop.change", by=by, data={"changes": changes})
    return shop


def check_code(code):
    if Shop.objects.filter(code=code).exists():
        raise Invalid(_("There is a shop with this code. Choose another."), field="code")
