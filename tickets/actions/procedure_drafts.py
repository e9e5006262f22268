"""What leads do with a shop's procedures: draft, change, discard, restore, publish."""

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, InvalidFields, NotAllowed, NotPossible, Stale
from aftersales.versions import actions as versions
from aftersales.versions.models import State
from staff.actions.guarding import lock_shops
from tickets.content.procedures import problems_of
from tickets.content.sketch import check_sketch
from tickets.loading.files import PackError, read_text
from tickets.policies import may_edit_procedures
from tickets.queries.procedures import (
    KIND,
    categories_following,
    forget,
    standing_of,
    versions_for,
    vocabulary,
)


def problems_in(body, code):
    """All that keeps a body from being published here, as [(pointer, sentence)]."""
    found = problems_of(body, known=vocabulary())
    listed = body.get("applies_to") if isinstance(body.get("applies_to"), list) else []
    for missing in sorted(
        set(categories_following(code)) - {each for each in listed if isinstance(each, str)}
    ):
        sentence = _("Requests of the category “%(name)s” follow this procedure; it has to be listed.")
        found.append(("/applies_to", sentence % {"name": missing}))
    return found


def _edit(shop, code, by, seen=None):
    """The Standing of a procedure under its shop's lock, for an actor who may edit it and has seen its draft.

    `seen` is the mark of the draft that the actor read ("0" for none); None does not ask.
    """
    by = lock_shops([shop.pk], by)
    require_editor(by, shop)
    standing = standing_of(shop, code)
    if standing is None:
        raise NotPossible(_("There is no procedure “%(code)s” here.") % {"code": code}, code="no_procedure")
    if seen is not None and seen != standing.mark:
        raise Stale(stale_sentence(standing.draft), mark=standing.mark)
    return standing


def require_editor(by, shop):
    if not may_edit_procedures(by, shop):
        raise NotAllowed(_("Procedures are edited by supervisors, managers and administrators."))


def stale_sentence(draft):
    if draft is None:
        return _("The draft you read was published or discarded.")
    return _("%(name)s has changed this draft since you read it.") % {"name": draft.author_name}


def _draft_of(standing):
    if standing.draft is None:
        raise NotPossible(_("There is no draft: it was published or discarded."), code="no_draft")
    return standing.draft


@transaction.atomic
def begin_draft(shop, code, *, by):
    """A draft of what is in force; the one that is there, if there is one."""
    standing = _edit(shop, code, by)
    return standing.draft or _put(standing, standing.in_force.body, by, based_on=standing.in_force)


def _put(standing, body, by, *, based_on):
    if standing.draft is not None:
        return versions.change_draft(standing.draft, body, by=by)
    return versions.begin_draft(KIND, standing.code, body, by=by, shop_id=standing.shop.pk, based_on=based_on)


@transaction.atomic
def save_draft(shop, code, body, *, by, seen=None):
    """Keep this body as the draft, which is begun if there is none; it may be unfinished."""
    check_sketch(body, code)
    standing = _edit(shop, code, by, seen)
    return _put(standing, body, by, based_on=standing.in_force)


@transaction.atomic
def restore_version(shop, code, version_id, *, by, seen=None):
    """Put a past version, the shop's or the content's, into the draft."""
    standing = _edit(shop, code, by, seen)
    past = versions_for(shop).filter(code=code, pk=version_id).exclude(state=State.DRAFT).first()
    if past is None:
        raise NotPossible(_("There is no such version of this procedure."), code="no_version")
    return _put(standing, past.body, by, based_on=past)


def import_draft(shop, code, data, name, *, by, seen=None):
    """A file of a content pack as the draft: all of it, or nothing and the lines that are wrong."""
    try:
        file = read_text(name, data)
        with file.place():
            check_sketch(file.data, code)
        wrong = [
            {"pointer": pointer, "detail": file.told(pointer, sentence), "code": "invalid_content"}
            for pointer, sentence in problems_in(file.data, code)
        ]
    except PackError as error:
        raise Invalid(str(error), field="file", code="bad_file") from None
    if wrong:
        raise InvalidFields(wrong)
    return save_draft(shop, code, file.data, by=by, seen=seen)


@transaction.atomic
def discard_draft(shop, code, *, by, seen=None):
    versions.discard_draft(_draft_of(_edit(shop, code, by, seen)), by=by)


@transaction.atomic
def publish_draft(shop, code, *, by, seen=None):
    """Put the draft in force for requests that are opened from now on; those that run keep their version."""
    standing = _edit(shop, code, by, seen)
    draft = _draft_of(standing)
    if draft.digest == standing.in_force.digest:
        raise NotPossible(_("The draft is the same as what is in force."), code="nothing_changed")
    problems = problems_in(draft.body, code)
    if problems:
        raise InvalidFields(
            [
                {"pointer": pointer, "detail": sentence, "code": "invalid_content"}
                for pointer, sentence in problems
            ]
        )
    published = versions.publish(draft, by=by)
    transaction.on_commit(forget)
    return published
