"""The queue: what to do next, nearest due first; it holds still until the reader asks."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from aftersales.clock import now
from aftersales.errors import BadRequest
from aftersales.web.pages import show
from staff.masking import sees_money
from tickets.policies import is_desk
from tickets.queries.queue import VIEWS, counts, first_view, in_view, rows
from tickets.queries.queue_filters import chosen, conditions, filters_for
from tickets.views.gate import actor_of


@login_required
@require_safe
def queue(request):
    """A view with its filters, all in the address."""
    actor = actor_of(request)
    if request.GET.get("q", "").strip():  # as links and bookmarks have it
        return HttpResponseRedirect(reverse("search", query={"q": request.GET["q"]}))
    code = request.GET.get("view", "")
    view = VIEWS.get(code) or VIEWS[first_view(actor.role)]
    filters = filters_for(actor)
    values, notes = chosen(filters, request.GET)
    drawn_at = now()
    try:
        listed, following = rows(
            in_view(actor, view.code, conditions(filters, values)), cursor=request.GET.get("cursor", "")
        )
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(address(view=view.code, **values))
    context = {
        "view": view,
        "rows": listed,
        "next": following and address(view=view.code, **values, cursor=following),
        "first": address(view=view.code, **values) if "cursor" in request.GET else "",
        "here": address(view=view.code, **values),
        "filters": [(choice, values.get(choice.name, "")) for choice in filters],
        "chosen": removable(view, filters, values),
        "notes": notes,
        "drawn_at": drawn_at,
        "pulse_view": pulse_view(view, values),
    }
    return show(request, "tickets/queue.html", "tickets/_rows.html", {**around(actor, view), **context})


def around(actor, view):
    """What stands beside the rows, whichever they are."""
    numbers = counts(actor)
    return {
        "section": "queue",
        "views": [
            {
                "code": each.code,
                "name": each.name,
                "url": address(view=each.code),
                "count": numbers[each.code],
                "is_here": each.code == view.code,
                "is_hot": each.code == "due" and numbers[each.code],
            }
            for each in VIEWS.values()
        ],
        "open_count": numbers[view.code],
        "shows_money": sees_money(actor),
        "may_open": is_desk(actor, None),
    }


def removable(view, filters, values):
    """The chosen filters in words, each with the address without it."""
    return [
        {
            "label": choice.label,
            "value": dict(choice.choices)[values[choice.name]],
            "without": address(
                view=view.code, **{name: value for name, value in values.items() if name != choice.name}
            ),
        }
        for choice in filters
        if choice.name in values
    ]


def pulse_view(view, values):
    """What the pulse asks about: the view and its filters, as the address says them."""
    return "queue?" + address(view=view.code, **values).partition("?")[2]


def address(**params):
    return reverse("queue", query=params)
