"""The customer's page behind the link, and the results for those who lead the desk."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aftersales.errors import BadRequest, NotPossible
from aftersales.events.actors import Actor
from aftersales.versions.registry import compiled
from aftersales.web.addresses import client_address, household
from aftersales.web.keyset import Keyset
from aftersales.web.limits import take_token
from surveys.actions import answer_survey, complete_survey
from surveys.forms import AnswerForm
from surveys.models import InvitationState
from surveys.policies import may_read_results
from surveys.queries import LEAST_ANSWERS, invitation_by, responses, results
from surveys.questions import first_questions, further_questions

PER_SECOND, BURST = 20, 200  # per address: a family behind one router, and nobody who guesses
NEWEST = Keyset("answered_at", "id", descending=True)


def private(view):
    """Neither kept by a cache nor found by a search engine; other sites never learn the address."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not `no-referrer`: browsers then hide the form's origin too, which the CSRF check needs.
        response["Referrer-Policy"] = "same-origin"
        return response

    return wrapper


@private
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request, token):
    """Ask, keep, thank: one address for all of it, without a login and without JavaScript."""
    if not _within_limit(request):
        return _closed(request, 429, _("Too many requests from your network. Try again in a minute."))
    invitation = invitation_by(token)
    if invitation is None:
        return _closed(request, 404, _("There is no survey at this address. Check that the link is whole."))
    with translation.override(_language(request, invitation)):
        response = _of(request, invitation)
        response["Content-Language"] = translation.get_language()
    return response


def _of(request, invitation):
    """What an invitation shows in its present state."""
    if invitation.state == InvitationState.ANSWERED:
        return _after(request, invitation)
    if invitation.state == InvitationState.CANCELLED or invitation.is_expired:
        return _closed(request, 410, _("This survey is closed. Thank you for wanting to answer."), invitation)
    return _ask(request, invitation)


def _ask(request, invitation):
    """The questions; a valid answer is kept at once, before anything further is asked."""
    questionnaire = compiled(invitation.questionnaire_id).content
    overall = questionnaire.overall
    chosen = {overall.code: request.GET["score"]} if overall and "score" in request.GET else {}
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        questions=first_questions(questionnaire),
        overall=overall,
        initial=chosen,
    )
    if request.method == "POST" and form.is_valid():
        try:
            answer_survey(invitation, answers=form.cleaned_data)
        except NotPossible as refused:
            return _thanks(request, invitation, None, status=409, already=str(refused))
        return HttpResponseRedirect(request.path)
    context = {"form": form, "questionnaire": questionnaire, **_about(invitation)}
    return render(request, "surveys/survey.html", context, status=422 if form.errors else 200)


def _after(request, invitation):
    """Thanks; while the time runs, also what a low score asks further."""
    questionnaire = compiled(invitation.questionnaire_id).content
    response = invitation.response
    asked = further_questions(questionnaire, response.answers)
    is_open = bool(asked) and not response.completed_at and not invitation.is_expired
    if request.method != "POST":
        return _thanks(request, invitation, AnswerForm(questions=asked) if is_open else None)
    if not is_open or "further" not in request.POST:
        already = _("You have answered already. Thank you!")
        return _thanks(request, invitation, None, status=409, already=already)
    form = AnswerForm(request.POST, questions=asked)
    if not form.is_valid():
        return _thanks(request, invitation, form, status=422)
    try:
        complete_survey(invitation, answers=form.cleaned_data)
    except NotPossible as refused:
        return _thanks(request, invitation, None, status=409, already=str(refused))
    return HttpResponseRedirect(request.path)


def _thanks(request, invitation, form, *, status=200, already=""):
    context = {"form": form, "already": already, **_about(invitation)}
    return render(request, "surveys/thanks.html", context, status=status)


def _closed(request, status, why, invitation=None):
    response = render(
        request,
        "surveys/closed.html",
        {"why": why, **(_about(invitation) if invitation else {})},
        status=status,
    )
    if status == 429:
        response["Retry-After"] = "60"
    return response


def _about(invitation):
    """What the page says of the request: its number, and nothing of the person it is about."""
    return {"shop_name": invitation.shop.name, "number": invitation.ticket.number}


def _language(request, invitation):
    """The invitation's language, unless this visitor has chosen one."""
    has_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return translation.get_language() if has_chosen else invitation.language


def _within_limit(request):
    """A bucket per address; without Redis nobody is turned away."""
    answer = take_token(f"survey:{household(client_address(request))}", PER_SECOND, BURST)
    return answer is None or bool(answer[0])


@login_required
@require_safe
def survey_results(request):
    """What customers of one's own shops answered; an average only where there are enough of them."""
    actor = Actor.staff(request.user)
    if not may_read_results(actor):
        raise PermissionDenied
    try:
        rows, following = NEWEST.page(responses(actor), cursor=request.GET.get("cursor", ""))
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(request.path)
    context = {
        "section": "surveys",
        "responses": rows,
        "next": following,
        "results": results(actor),
        "least": LEAST_ANSWERS,
    }
    return render(request, "surveys/results.html", context)
