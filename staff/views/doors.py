"""What stands before these pages, and how their forms are answered."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect

from aftersales.errors import Invalid, Refused
from aftersales.events.actors import Actor
from aftersales.web.pages import refusal, show, toast
from staff.policies import may_settle
from staff.queries import shops_of


def settlers_only(view):
    """Managers and administrators; the view gets the actor in place of asking who it is."""

    @login_required
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        actor = Actor.staff(request.user)
        if not may_settle(actor):
            raise PermissionDenied
        return view(request, actor, *args, **kwargs)

    return wrapper


def private(view):
    """Neither kept by a cache nor shown again by the browser's way back: the page may hold a secret."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return wrapper


def around(actor, tab, **context):
    """The settings' own navigation beside what the page shows."""
    return {"section": "settings", "tab": tab, "shops": list(shops_of(actor)), **context}


class Sheet:
    """One form on one page: whole for a browser, its part for htmx, with what was typed kept on a refusal."""

    def __init__(self, request, page, partial, context):
        self.request, self.page, self.partial, self.context = request, page, partial, context

    def show(self, status=200, **more):
        return show(self.request, self.page, self.partial, self.context | more, status=status)

    def refuse(self, form, refused, **more):
        """The sentence at its field when it names one, above the form else."""
        if isinstance(refused, Invalid) and refused.field in form.fields:
            form.add_error(refused.field, str(refused))
            return self.show(422, **more)
        return refusal(self.request, self.page, self.partial, refused, self.context | more)

    def submit(self, form, action, done):
        """Run the action with a valid form; `done` makes the answer of its result."""
        if not form.is_valid():
            return self.show(422)
        try:
            result = action(form.cleaned_data)
        except Refused as refused:
            return self.refuse(form, refused)
        return done(result)


def saved(request, sentence, url):
    """Say it once and show the page as it stands now."""
    toast(request, sentence)
    return HttpResponseRedirect(url)
