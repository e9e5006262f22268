"""One person's shift: when they work, and until when they are away."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aftersales.clock import now
from aftersales.events.actors import Actor
from staff.actions import set_shift
from staff.forms.shifts import ShiftForm
from staff.models import Shift
from staff.policies import may_plan
from staff.queries import people_of
from staff.shifts import Shifts
from staff.views.doors import Sheet, saved


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def shift(request, username):
    """Read by whoever serves a shop with the person; set by the person and by those who lead there."""
    actor = Actor.staff(request.user)
    person = get_object_or_404(people_of(actor), username=username)
    standing, at = Shift.objects.filter(user=person).first(), now()
    shifts = Shifts(person.shop_ids(), [person.pk])
    initial = {"calendar": standing.calendar, "away_until": standing.away_until} if standing else {}
    form = ShiftForm(
        request.POST if request.method == "POST" else None, initial=initial, shop_ids=person.shop_ids()
    )
    context = {
        "section": "account" if person.pk == actor.id else "wall",
        "person": person,
        "form": form,
        "may_plan": may_plan(actor, person),
        "standing": shifts.standing(person.pk, at),
        "leaves_at": shifts.leaves_at(person.pk, at),
    }
    page = Sheet(request, "staff/shift.html", "staff/_shift.html", context)
    if request.method != "POST":
        return page.show()
    if not context["may_plan"]:
        raise PermissionDenied
    return page.submit(
        form,
        lambda data: set_shift(person, by=actor, **data),
        lambda _shift: saved(request, _("Saved."), reverse("shift", args=[person.username])),
    )
