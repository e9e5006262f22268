"""What stands before every endpoint: who may come in, and what a body must look like."""

import json
import math

from django.utils.translation import gettext as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission

from aftersales.errors import BadRequest, NotAllowed, TooLarge
from aftersales.storable import is_storable

MAX_BODY = 2_621_440
MAX_DEPTH = 40


class Nobody(BasePermission):
    """The default: an endpoint that does not say who may is closed."""

    def has_permission(self, request, view):
        return False


class ScopedPermission(BasePermission):
    """A shop key needs the endpoint's scope; a person needs a role that writes, if it writes."""

    def has_permission(self, request, view):
        actor = request.user
        if actor is None:
            return False
        wanted = view.read_scope if request.method in ("GET", "HEAD", "OPTIONS") else view.write_scope
        if actor.kind == "shop":
            if wanted not in request.auth.scopes:
                raise NotAllowed(
                    _("This key lacks the scope “%(scope)s”.") % {"scope": wanted}, code="scope_missing"
                )
            return True
        return actor.kind == "staff"


class StrictJSONParser(JSONParser):
    """JSON that means one thing: an object, no duplicate names, no NaN, no NUL, no bottomless nesting."""

    def parse(self, stream, media_type=None, parser_context=None):
        raw = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise TooLarge(_("The body is larger than 2.5 MB."))
        try:
            data = json.loads(raw.decode("utf-8"), object_pairs_hook=unique_names, parse_constant=no_constant)
            check_text(data)
        except RecursionError as error:
            raise BadRequest(_("The JSON is nested too deeply.")) from error
        except ValueError as error:
            raise BadRequest(_("The body is not valid JSON: %(why)s.") % {"why": error}) from error
        if not isinstance(data, dict):
            raise BadRequest(_("The body must be a JSON object."))
        return data


def unique_names(pairs):
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return names


def no_constant(name):
    raise ValueError(f"{name} is not a number")


def check_text(value, depth=0):
    """Refuse what PostgreSQL cannot keep: NUL, lone surrogates, numbers without end; and nesting without end."""
    if depth > MAX_DEPTH:
        raise ValueError("it is nested too deeply")
    if isinstance(value, str):
        if not is_storable(value):
            raise ValueError("text holds a character that cannot be kept")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is too large")
    elif isinstance(value, dict):
        for name, inner in value.items():
            check_text(name, depth + 1)
            check_text(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check_text(inner, depth + 1)


class AlwaysJSON(DefaultContentNegotiation):
    """Whatever a client says it accepts, it gets JSON: shops' old clients send odd Accept headers."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
