"""The views that the demo's supervisor keeps for everybody at its shops, named for readers of either language."""

from aftersales.events.actors import Actor
from staff.models import Role
from tickets.actions.saved_views import save_view
from tickets.models import Reach, SavedView

LOOKS = (
    {
        "name": "≥ ¥500",
        "filter": {
            "all": [{"field": "amount", "op": "at_least", "value": {"minor": 50_000, "currency": "CNY"}}]
        },
    },
    {
        "name": "等我们答复 · Waits for us",
        "filter": {
            "all": [
                {"field": "waiting_on", "op": "is", "value": "us"},
                {"any": [
                    {"field": "replied", "op": "is", "value": "yes"},
                    {"field": "we_wrote", "op": "never"},
                ]},
            ]
        },
        "sort": "untouched",
        "columns": ["due", "customer", "priority", "customer_wrote", "we_wrote", "assignee"],
    },
)  # fmt: skip


def keep_looks(cast):
    """Save those that no shop of the demo has had before; who took one away is not given it again."""
    supervisor = Actor.staff(cast.first(Role.SUPERVISOR))
    for shop in supervisor.user.places()[1][:1]:
        had = set(SavedView.objects.filter(shop=shop).values_list("name", flat=True))
        for look in LOOKS:
            if look["name"] not in had:
                save_view(by=supervisor, reach=Reach.SHOP, shop=shop, **look)
