"""What one writes on a ticket's page: the composer with its draft, its files, canned replies and answers."""

import uuid

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from aftersales import llm
from aftersales.errors import Invalid, Refused, Stale
from aftersales.web.templatetags.desk import lang
from staff.masking import sees_conversation
from tickets.actions.attachments import attach_file
from tickets.actions.message_drafts import SIDES, draft_for_files, save_draft, was_sent
from tickets.actions.messages import UNDO_SECONDS
from tickets.macro_runs import told
from tickets.models import Draft
from tickets.queries.macros import macros_for, prepared, titles_for
from tickets.queries.placeholders import gaps_in
from tickets.registry import verb_named
from tickets.step_forms import html_lang
from tickets.views.answers import answers

SAYING = ("reply", "ask", "note")  # the verbs of the composer
LONGEST_SEARCH = 100


def composer(ticket, actor, *, params, attempt=None):
    """Reply, question or note: what was refused, else the draft; `?macro=` adds a canned reply below it."""
    verbs = [verb_named(name) for name in SAYING]
    kinds = [verb for verb in verbs if verb.check(ticket, actor) is None and speaks(actor, verb.name)]
    names = [verb.name for verb in kinds]
    drafts = drafts_of(ticket, actor)
    kind = kind_shown(names, drafts, attempt.verb if attempt else params.get("kind", ""))
    draft = next((each for each in drafts if each.visibility == SIDES.get(kind)), None)
    shown = {
        "kinds": kinds,
        "speaks": names != ["note"],
        "kind": kind,
        "draft": draft,
        "waits": [each.kind for each in drafts if each is not draft],
        "version": draft.version if draft else 0,
        "composing": draft.composing if draft else uuid.uuid4(),
        "body": attempt.data.get("body", "") if attempt else draft.body if draft else "",
        "is_by_model": draft is not None and draft.is_by_model,
        "has_model": llm.is_on(),
        "then": draft.macro if draft else then_named(ticket, actor, params),
        "words": words_sought(params),
        "replies": replies_listed(ticket, actor, words_sought(params)) if kinds else [],
        "focus": bool(attempt or params.get("focus") or params.get("macro")),
        "undo_seconds": UNDO_SECONDS,
        "refusal": str(attempt.refused) if attempt else "",
        "conflict": conflict_in(attempt),
        "html_lang": html_lang(ticket.language),
        "writes_mail": bool(ticket.contact.get("email") or (ticket.customer and ticket.customer.email)),
    }
    if shown["conflict"]:  # until one is chosen, nothing is written over
        shown["version"] = attempt.data.get("draft_version", "0")
    shown["reply_options"] = options_of(shown["replies"])
    shown |= with_reply(ticket, actor, params.get("macro", ""), shown)
    shown |= {"gaps": gaps_in(shown["body"]), "does": told(shown["then"])}
    return shown | answers(ticket, params, names)


def draft_state(ticket, actor, kind, attempt=None):
    """Of the composer only what changes while one types: when it was saved, or why it was not."""
    drafts = Draft.objects.filter(user=actor.id, ticket=ticket.pk, visibility=SIDES[kind])
    draft, conflict = drafts.first(), conflict_in(attempt)
    return {
        "draft": draft,
        "conflict": conflict,
        # Until one of two is chosen, nothing is written over.
        "version": attempt.data.get("draft_version", "0") if conflict else draft.version if draft else 0,
        "refusal": str(attempt.refused) if attempt else "",
    }


def speaks(actor, verb):
    """Who does not read the conversation may leave a note, not answer in it."""
    return verb == "note" or sees_conversation(actor)


def drafts_of(ticket, actor):
    """One's own, the newest first: at most one to the customer and one to colleagues."""
    drafts = Draft.objects.filter(user=actor.id, ticket=ticket.pk).select_related("macro")
    return list(drafts.prefetch_related("attachments").order_by("-saved_at"))


def kind_shown(names, drafts, wanted):
    """What was asked for, else the side of the newest draft, else the first that is possible."""
    candidates = (wanted, *(draft.kind for draft in drafts), *names)
    return next((name for name in candidates if name in names), "")


def words_sought(params):
    return params.get("words", "")[:LONGEST_SEARCH].strip()


def replies_listed(ticket, actor, words):
    """[(code, title)] of the canned replies to choose from; with words, of those that hold them all."""
    if not words:
        return titles_for(ticket, actor)
    return [(macro.code, macro.title) for macro in macros_for(ticket, actor, words)]


def options_of(replies):
    """Drawn here: a hundred of them through the template cost as much as the conversation."""
    rows = ((code, lang(title)) for code, title in replies)
    return format_html_join("", '<option value="{}">{}</option>', rows)


def conflict_in(attempt):
    """The draft that another window of the same person saved meanwhile."""
    refused = attempt.refused if attempt else None
    return refused.extra.get("draft") if isinstance(refused, Stale) else None


def with_reply(ticket, actor, code, shown):
    """What is typed with the canned reply below it, or why there is none."""
    if not code:
        return {}
    try:
        macro = chosen(ticket, actor, code)
    except Refused as refused:
        return {"refusal": str(refused)}
    text = prepared(macro, ticket, actor).text
    return {"body": below(shown["body"], text), "then": macro}


def below(typed, text):
    """A prepared text goes under what is typed already."""
    return "\n\n".join(filter(None, (typed.strip(), text)))


def then_named(ticket, actor, params):
    """A reply without words of its own: nothing is kept of it before it is sent."""
    code = params.get("then", "")
    return next((macro for macro in macros_for(ticket, actor) if macro.code == code), None) if code else None


def chosen(ticket, actor, code):
    """A reply that this person may use here, by its code."""
    for macro in macros_for(ticket, actor):
        if macro.code == code:
            return macro
    raise Invalid(_("There is no canned reply “%(code)s”.") % {"code": code}, field="macro")


def macro_chosen(request, ticket, actor):
    """The reply whose other deeds the composer announced, if it did."""
    code = "" if "only" in request.POST else request.POST.get("then", "")
    return chosen(ticket, actor, code) if code else None


# -- keeping what is typed ------------------------------------------------------------------


def keep_typed(request, ticket, actor, *, body=None, macro=None, kind=None, is_by_model=False):
    """Save what the composer holds, files too; a form without a sheet (no `composing`) has no draft."""
    typed = request.POST
    composing, kind = uuid_read(typed.get("composing", "")), kind or typed.get("kind", "")
    if composing is None or kind not in SAYING:
        return None
    draft = save_draft(
        ticket,
        by=actor,
        kind=kind,
        body=lines_of(typed.get("body", "") if body is None else body),
        composing=composing,
        version=whole(typed.get("draft_version")),
        over=whole(typed.get("over")),
        macro=macro or macro_chosen(request, ticket, actor),
        is_by_model=is_by_model,
    )
    uploads = request.FILES.getlist("file")
    if uploads and was_sent(composing):  # a second click: they went with the first
        return None
    for upload in uploads:
        draft = draft_for_files(ticket, by=actor, kind=kind, composing=composing)
        attach_file(ticket, upload, by=actor, draft=draft)
    return draft


def lines_of(text):
    """A browser ends lines by CR LF when it sends a form and by LF when a script reads the box."""
    return text.replace("\r\n", "\n")


def uuid_read(text):
    """What names a sheet or a file; None where it is no such name."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def whole(text):
    return int(text[:9]) if text and text.isascii() and text.isdigit() else 0
