"""Form teams and settle which shops they serve, which is what their people see."""

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import Invalid
from aftersales.events.log import record_event
from staff.actions.guarding import keeping_an_admin, lock_shops, require
from staff.actions.people import create_team
from staff.models import Team
from staff.policies import rules, rules_team


@transaction.atomic
def form_team(*, by, code, shops, **fields):
    """A new team that serves shops of one's own."""
    by = lock_shops([shop.pk for shop in shops], by)
    check_shops(shops, by)
    if Team.objects.filter(code=code).exists():
        raise Invalid(_("There is a team with this code. Choose another."), field="code")
    team = create_team(by=by, code=code, shops=shops, **fields)
    record_event(team, "team.form", by=by, data={"code": code, "shops": [shop.code for shop in shops]})
    return team


@transaction.atomic
def change_team(team, *, by, shops, **fields):
    """Change what a team is called, which stages it works and which shops it serves."""
    before = {shop.pk: shop for shop in team.shops.all()}
    by = lock_shops({*before, *(shop.pk for shop in shops)}, by)
    team = Team.objects.get(pk=team.pk)
    require(rules_team(by, team), _("This team also serves shops that are not yours to settle."))
    check_shops(shops, by)
    changed = [name for name, value in fields.items() if getattr(team, name) != value]
    if {shop.pk for shop in shops} != set(before):
        changed.append("shops")
    if not changed:
        return team
    with keeping_an_admin(before):
        for name, value in fields.items():
            setattr(team, name, value)
        team.save(update_fields=list(fields))
        closed = [shop for shop in before.values() if not shop.is_active]
        team.shops.set([*shops, *closed])
    data = {"code": team.code, "fields": changed, "shops": [shop.code for shop in shops]}
    record_event(team, "team.change", by=by, data=data)
    return team


def check_shops(shops, by):
    if not shops:
        raise Invalid(_("Choose at least one shop that the team serves."), field="shops")
    require(rules(by, [shop.pk for shop in shops]))
