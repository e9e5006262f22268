"""What these pages share: their people, a refusal shown in place with its status, rows of a posted table, photos."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _

from aftersales.errors import BadRequest, Invalid, InvalidFields, NotAllowed, Refused, Stale
from aftersales.events.actors import Actor
from returns.forms.goods import BoxForm
from tickets.actions.attachments import MAX_FILES, attach_file

STATUSES = ((NotAllowed, 403), (Stale, 412), (BadRequest, 400), (Invalid, 422), (InvalidFields, 422))


def for_those_who(allowed):
    """A page for some roles; `allowed(actor)` is asked of the person."""

    def wrap(view):
        @login_required
        @wraps(view)
        def guarded(request, *args, **kwargs):
            request.actor = Actor.staff(request.user)
            if not allowed(request.actor):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def status_of(refused):
    return next((status for kind, status in STATUSES if isinstance(refused, kind)), 409)


def refused_page(request, template, refused, context):
    """The same page with the sentence in it, beside its field too, and what was typed kept."""
    told = {**context, "refusal": sentence_of(refused), "errors": errors_of(refused)}
    return render(request, template, told, status=status_of(refused))


def errors_of(refused):
    """{field: sentence} of what was refused."""
    if isinstance(refused, InvalidFields):
        return {row["pointer"].lstrip("/"): row["detail"] for row in refused.errors}
    return {refused.field: str(refused)} if isinstance(refused, Invalid) and refused.field else {}


def sentence_of(refused):
    """Everything that is wrong, each under the name of its field where the sentence does not say it."""
    if not isinstance(refused, InvalidFields):
        return str(refused)
    fields = BoxForm.base_fields
    rows = [(fields.get(row["pointer"].lstrip("/")), row["detail"]) for row in refused.errors]
    return " ".join(
        _("%(field)s: %(sentence)s") % {"field": field.label, "sentence": told} if field else told
        for field, told in rows
    )


def posted_rows(data, prefix):
    """Inputs named <prefix>-<key>-<field> as {key: {field: value}}."""
    rows = {}
    for name in data:
        if name.startswith(f"{prefix}-"):
            key, _dash, field = name[len(prefix) + 1 :].rpartition("-")
            rows.setdefault(key, {})[field] = data[name]
    return rows


def keep_photos(request, ticket, step):
    """What was photographed for a step: each file under the name of the check that it is of.

    They stay when the rest is refused, for a browser sends a chosen file once; and so do the good ones
    among bad ones.
    """
    wrong = []
    for name in request.FILES:
        for upload in request.FILES.getlist(name):
            check = name.removeprefix("photo-") if name.startswith("photo-") else ""
            upload.name = f"{check}-{upload.name}" if check else upload.name
            try:
                attach_file(ticket, upload, by=request.actor, step=step)
            except Refused as refused:
                wrong.append((name, upload.name, refused))
    refuse_files(wrong)


def refuse_files(wrong):
    """Tell of each file that could not be kept, by its name."""
    if any(not isinstance(refused, Invalid) for _name, _file, refused in wrong):
        raise next(refused for _name, _file, refused in wrong if not isinstance(refused, Invalid))
    if wrong:
        raise InvalidFields([
            {"pointer": f"/{name}", "detail": f"{file}: {refused}", "code": refused.code}
            for name, file, refused in wrong
        ])  # fmt: skip


def photos_of(ticket, step):
    """The files of a step that are here, the same picture once."""
    files = ticket.attachments.kept().filter(step_code=step).order_by("-id")[:MAX_FILES]
    return list({file.sha256: file for file in files}.values())[::-1]
