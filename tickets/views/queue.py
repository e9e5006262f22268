"""The queue: what to do next, in a view and its filter; it holds still until the reader asks."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aftersales.clock import now
from aftersales.errors import BadRequest, Invalid, NotAllowed
from aftersales.web.pages import refusal, show, toast, wants_part
from staff.masking import sees_money
from tickets.actions.next_ticket import take_next
from tickets.foresight import offered_in_bulk
from tickets.models import Reach, Scope, Sort
from tickets.policies import is_desk, is_staff
from tickets.queries import filters
from tickets.queries.columns import COLUMNS, further
from tickets.queries.queue import SORTS, rows
from tickets.queries.saved_views import views_of
from tickets.queries.view_counts import counts
from tickets.views.asked import address, chips, read_address
from tickets.views.cells import with_cells
from tickets.views.filter_editor import draft, drawn
from tickets.views.gate import actor_of

PAGE, ROWS, FILTER = "tickets/queue.html", "tickets/_rows.html", "tickets/_filter.html"


@login_required
@require_safe
def queue(request):
    """A view with its filter, all in the address."""
    actor = actor_of(request)
    if request.GET.get("q", "").strip():  # as links and bookmarks have it
        return HttpResponseRedirect(reverse("search", query={"q": request.GET["q"]}))
    views = views_of(actor)
    asked = read_address(request.GET, actor, views)
    try:
        context = page_context(actor, asked, views, cursor=request.GET.get("cursor", ""))
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(asked.address())
    return show(request, PAGE, ROWS, context, status=422 if asked.refusal else 200)


def page_context(actor, asked, views, *, cursor="", panel=None):
    """Everything the page shows; `panel` is the form above the rows that was opened."""
    drawn_at = now()
    listed, following = rows(asked.requests(actor), cursor=cursor, sort=asked.sort, columns=asked.columns)
    in_bulk = offered_in_bulk(actor) if is_staff(actor, None) else []
    looks = {"is_ticked": bool(in_bulk), "shows_money": sees_money(actor)}
    return {
        **around(actor, views, asked.view),
        "asked": asked,
        "rows": with_cells(listed, asked.columns, **looks),
        "shown": set(asked.columns),
        "further": further(asked.columns),
        "sort_name": Sort(asked.sort).label,
        "next": following and asked.address(cursor=following),
        "first": asked.address() if cursor else "",
        "here": asked.address(),
        "chips": chips(asked, actor),
        "notes": asked.notes,
        "drawn_at": drawn_at,
        "pulse_view": "queue?" + asked.address().partition("?")[2],
        "panel": panel,
        "filter_url": reverse("queue_filter", query=asked.params()),
        "keep_url": reverse("queue_views", query=asked.params()),
        "may_work": is_staff(actor, None),
        "in_bulk": in_bulk,
    }


def around(actor, views, view=None):
    """What stands beside the rows, whichever they are."""
    numbers = counts(actor, views.values())
    links = [view_link(each, numbers.get(each.code), view) for each in views.values()]
    return {
        "section": "queue",
        "view": view,
        "groups": grouped(links),
        "counted": numbers.get(view.code) if view else None,
        "all_open": numbers["all"].number,
        "shows_money": sees_money(actor),
        "may_open": is_desk(actor, None),
    }


def view_link(view, counted, here):
    return {
        "view": view,
        "url": address(view=view.code),
        "count": counted,
        "is_here": here is not None and view.code == here.code,
        "is_hot": view.code == "due" and counted.number,
    }


def grouped(links):
    """[(heading, links)]: one's own, everybody's, then each team's and shop's."""
    found = {}
    for link in links:
        found.setdefault(heading(link["view"]), []).append(link)
    return list(found.items())


def heading(view):
    if view.saved is None:
        return _("Mine") if view.code == "mine" else _("Everybody's")
    if view.saved.reach == Reach.PERSONAL:
        return _("Mine")
    place = view.saved.team if view.saved.reach == Reach.TEAM else view.saved.shop
    return _("Team: %(name)s") % {"name": place.name} if view.saved.reach == Reach.TEAM else place.name


# -- editing the filter ----------------------------------------------------------------------


@login_required
@require_safe
def edit_filter(request):
    """The editor, fresh or after one of its buttons: rows come and go in it; “show” leads to the list."""
    actor = actor_of(request)
    views = views_of(actor)
    asked = read_address(request.GET, actor, views)
    does = request.GET.get("do", "")
    data, refused = draft(request.GET) if does else asked.group.data(), None
    if does == "show":
        try:
            return HttpResponseRedirect(shown_address(asked, filters.read(data, actor)))
        except Invalid as error:
            refused = error
    panel = {"template": FILTER, **editor(actor, asked, data, refused)}
    return show_panel(request, actor, asked, views, panel, status=422 if refused else 200)


def show_panel(request, actor, asked, views, panel, *, status=200):
    """The form above the rows: alone for htmx, else with the whole page."""
    if wants_part(request):
        return show(request, PAGE, panel["template"], {"asked": asked, "panel": panel}, status=status)
    return show(request, PAGE, ROWS, page_context(actor, asked, views, panel=panel), status=status)


def shown_address(asked, own):
    """The list's address with the filter that was put together; the view's own need not be said."""
    same = own.data() == asked.view.filter.data()
    return replace(asked, own=None if same else own, short={}, refusal="").address()


def editor(actor, asked, data, refused=None):
    """What the form shows."""
    return {
        "root": drawn(data, actor, refused),
        "refusal": str(refused) if refused is not None else asked.refusal,
        "scopes": Scope.choices,
        "sorts": [(sort, sort.label) for sort in SORTS[asked.scope]],
        "columns": [(code, each.label, code in asked.columns) for code, each in COLUMNS.items()],
    }


# -- the next request --------------------------------------------------------------------------


@login_required
@require_POST
def next_request(request):
    """To the most urgent request of the view that this person can do; when there is none, back with a word."""
    actor = actor_of(request)
    views = views_of(actor)
    asked = read_address(request.POST, actor, views)
    try:
        given = take_next(asked.requests(actor), by=actor, passing=request.POST.get("passing", "")[:20])
    except NotAllowed as refused:
        return refusal(request, PAGE, ROWS, refused, page_context(actor, asked, views))
    if given is not None:
        return HttpResponseRedirect(reverse("ticket", args=[given.number]))
    toast(request, _("Nothing in “%(view)s” waits on you now.") % {"view": asked.view.name})
    return HttpResponseRedirect(asked.address())
