"""How we did: the panels of some days, each number with the requests behind it, and each panel as a sheet."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from aftersales.errors import BadRequest
from aftersales.events.actors import Actor
from aftersales.history.drawing import drawn
from aftersales.history.policies import may_read
from aftersales.history.queries.asking import SPANS, asked
from aftersales.history.queries.behind import asked_number, facts_behind
from aftersales.history.queries.panels import PANELS, panels
from aftersales.history.sheets import sheet_of
from aftersales.history.words import measure_name, number_words
from aftersales.web.pages import attachment, show
from tickets.models import Category

PAGE = 50


@login_required
@require_safe
def history(request):
    """`?days=` or `?from=&to=`, `?shop=`, `?team=`, `?category=`; what they do not know is left out."""
    question = question_of(request)
    context = {**around(request, question), **drawn(question, panels(question))}
    return show(request, "history/history.html", "history/_history.html", context)


@login_required
@require_safe
def behind(request):
    """The requests that a number counts, newest first."""
    question = question_of(request)
    number = asked_number(question, request.GET)
    kept = {name: value for name, value in request.GET.items() if name != "cursor"}
    try:
        facts, following = facts_behind(question, number, cursor=request.GET.get("cursor", ""), limit=PAGE)
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(f"{reverse('history_behind')}?{urlencode(kept)}")
    for fact in facts:
        fact.clock = measure_name(fact.measure) if number.measure == "sla" else ""
    context = {
        "section": "history",
        "question": question,
        "words": number_words(number),
        "number": number,
        "facts": facts,
        "back": reverse("history", query=question.parameters()),
        "next": following and f"?{urlencode({**kept, 'cursor': following})}",
        "first": f"?{urlencode(kept)}" if "cursor" in request.GET else "",
    }
    return show(request, "history/behind.html", "history/_behind.html", context)


@login_required
@require_safe
def sheet(request, panel):
    """One panel of the same question, to be opened in a spreadsheet."""
    question = question_of(request)
    if panel not in PANELS:
        raise Http404
    name = f"{panel}-{question.first}-{question.last}.csv"
    return attachment(sheet_of(panel, PANELS[panel](question)), name, "text/csv")


def question_of(request):
    """Who may not read the history is told so."""
    actor = Actor.staff(request.user)
    if not may_read(actor):
        raise PermissionDenied
    return asked(actor, request.GET, timezone.get_current_timezone_name())


def around(request, question):
    """What one may choose from."""
    rows = Category.objects.order_by("position", "id")
    groups = [group for group in rows if group.parent_id is None]
    leaves = [leaf for leaf in rows if leaf.parent_id is not None]
    return {
        "section": "history",
        "question": question,
        "spans": SPANS,
        "shops": question.shops,
        "teams": question.teams,
        "groups": [(group, [leaf for leaf in leaves if leaf.parent_id == group.pk]) for group in groups],
        "keep": urlencode({name: value for name, value in question.parameters().items() if name != "shop"}),
    }
