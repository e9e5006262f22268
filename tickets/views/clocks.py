"""The page of one clock: why it is due when it is."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from staff.masking import sees_money
from tickets.queries.clock_pages import asked_cycle, met_words, other_words, row_words, told_clock
from tickets.views.gate import actor_of, visible


@login_required
@require_safe
def clock(request, number, target):
    """The newest run of the clock, or an earlier one by `?cycle=`."""
    tickets = visible(request).select_related("shop").prefetch_related("clocks", "pauses")
    ticket = get_object_or_404(tickets, number=number)
    cycle, shows_money = asked_cycle(request.GET.get("cycle", "")), sees_money(actor_of(request))
    why = told_clock(ticket, target, cycle, shows_money=shows_money)
    if why is None:
        raise Http404
    return render(
        request,
        "tickets/clock.html",
        {
            "section": "queue",
            "ticket": ticket,
            "why": why,
            "seconds": why["target_minutes"] * 60,
            "usual": why["policy_minutes"] * 60,
            "rows": row_words(row for row in why["rows"] if not row["ahead"]),
            "ahead": row_words(row for row in why["rows"] if row["ahead"]),
            "counted": why["counted_minutes"] * 60,
            "left": (why["left_minutes"] or 0) * 60,
            "met": met_words(why["choice"]),
            "others": other_words(why["choice"]),
        },
    )
