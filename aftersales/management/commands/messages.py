"""Keep the Chinese translations complete: extract what is said, keep what was translated, compile it.

Needs Babel, which only developers have; so the compiled `.mo` files are committed.
"""

import io
import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

try:
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_python
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po
except ImportError as missing:
    raise CommandError("Babel is needed for this: pip install '.[dev]'") from missing

APPS = ("aftersales", "staff", "tickets", "returns", "surveys")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = {"migrations", "locale", "static"}


class Command(BaseCommand):
    requires_system_checks = []  # words are written while the rest is under construction
    help = "Extract messages into each app's django.po, keep its translations, compile django.mo."

    def add_arguments(self, parser):
        parser.add_argument("apps", nargs="*", help="only these apps; all of them when none is named")
        parser.add_argument("--check", action="store_true", help="write nothing; fail naming what is missing")

    def handle(self, *args, apps, check, **options):
        unknown = set(apps) - set(APPS)
        if unknown:
            raise CommandError(f"No such app: {', '.join(sorted(unknown))}. There are {', '.join(APPS)}.")
        chosen = apps or APPS
        if check:
            problems = find_problems(settings.BASE_DIR, chosen)
            if problems:
                raise CommandError("\n".join(problems))
            self.stdout.write("Every message is translated.")
            return
        for app in chosen:
            total, missing = refresh(settings.BASE_DIR, app)
            self.stdout.write(f"{app}: {total} messages, {missing} without a translation")


def refresh(root, app):
    """Write the app's django.po and django.mo; says how many messages there are and how many lack Chinese."""
    catalog = merged(root, app)
    if not len(catalog):
        return 0, 0
    path = po_path(root, app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(catalog))
    path.with_suffix(".mo").write_bytes(as_mo(catalog))
    return len(catalog), len(untranslated(catalog))


def find_problems(root, apps=APPS):
    """What keeps the translations from being whole, a line each."""
    problems = []
    for app in apps:
        problems += _problems_of(root, app)
    return problems + _disagreements(root)


def _problems_of(root, app):
    catalog, path = merged(root, app), po_path(root, app)
    old = stored(path)
    problems = [f"{app}: no Chinese for {message.id!r}" for message in untranslated(catalog)]
    problems += [
        f"{app}: nobody says {key!r} any more" for key in sorted(_keys(old) - _keys(catalog), key=str)
    ]
    for message in catalog:
        problems += [f"{app}: {message.id!r}: {error}" for error in message.check(catalog)]
    compiled = path.with_suffix(".mo")
    if len(catalog) and (not compiled.exists() or compiled.read_bytes() != as_mo(old)):
        problems.append(f"{app}: django.mo is older than django.po; run manage.py messages {app}")
    return problems


def _disagreements(root):
    """One sentence has one translation: Django merges all catalogues, and the first one wins."""
    said, problems = {}, []
    for app in APPS:
        for message in stored(po_path(root, app)):
            if not message.id or not message.string:
                continue
            key = (message.context, message.id)
            first_app, first = said.setdefault(key, (app, message.string))
            if first != message.string:
                problems.append(f"{message.id!r} is {first!r} in {first_app} but {message.string!r} in {app}")
    return problems


# -- catalogues ---------------------------------------------------------------


def merged(root, app):
    """What the app says today, with the translations that it has."""
    catalog, old = _empty(), stored(po_path(root, app))
    for path in sources(root, app):
        for message, comments, context in extract(path):
            known = old.get(message if isinstance(message, str) else message[0], context)
            catalog.add(
                message,
                known.string if known else "",
                locations=[(path.relative_to(root).as_posix(), 0)],
                auto_comments=comments,
                user_comments=known.user_comments if known else (),
                context=context,
            )
    return catalog


def stored(path):
    if not path.exists():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", ignore_obsolete=True)


def untranslated(catalog):
    return [message for message in catalog if message.id and not _is_translated(message)]


def _is_translated(message):
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(strings) and not message.fuzzy


def _keys(catalog):
    return {(message.context, message.id) for message in catalog if message.id}


def _empty():
    return Catalog(locale="zh_Hans", fuzzy=False)


def po_path(root, app):
    return Path(root) / app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def as_po(catalog):
    """Sorted, without dates and line numbers, so that two people's changes meet as rarely as possible."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, sort_output=True, omit_header=True, include_lineno=False)
    head = (
        'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    return head.encode() + buffer.getvalue().rstrip() + b"\n"


class Compiled(Catalog):
    """Without the date and the version that Babel would write: the same translations give the same bytes."""

    mime_headers = (
        ("Language", "zh_Hans"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Plural-Forms", "nplurals=1; plural=0;"),
    )


def as_mo(catalog):
    plain = Compiled(locale="zh_Hans", fuzzy=False)
    for message in catalog:
        if message.id and _is_translated(message):
            plain.add(message.id, message.string, context=message.context)
    buffer = io.BytesIO()
    write_mo(buffer, plain)
    return buffer.getvalue()


# -- extraction ---------------------------------------------------------------


def sources(root, app):
    """The app's Python files and templates; templates that belong to no app belong to aftersales."""
    root = Path(root)
    python = [p for p in (root / app).rglob("*.py") if not SKIPPED.intersection(p.relative_to(root).parts)]
    return sorted(python) + sorted(
        p for p in _templates(root) if _owner(p.relative_to(root / "templates")) == app
    )


def _templates(root):
    return [p for p in (root / "templates").rglob("*") if p.suffix in (".html", ".txt")]


def _owner(path):
    return path.parts[0] if path.parts[0] in APPS else "aftersales"


def extract(path):
    """(message, comments, context) of everything that the file says."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        if "gettext" not in text:
            return
    else:
        # The Python that templatize makes is for a lenient reader; ours minds indentation.
        text = re.sub(r"^\s+", "", templatize(text, origin=str(path)), flags=re.MULTILINE)
    file = io.BytesIO(text.encode())
    for _line, function, found, comments in extract_python(
        file, KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
    ):
        message, context = _called(function, found)
        if message:
            yield message, comments, context


def _called(function, found):
    """The message and its context from a call's string arguments; a call without a literal says nothing."""
    texts = list(found) if isinstance(found, (tuple, list)) else [found]
    context = texts.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    wanted = 2 if "ngettext" in function or "npgettext" in function else 1
    texts = texts[:wanted]
    if len(texts) < wanted or not all(texts):
        return None, None
    return (tuple(texts) if wanted == 2 else texts[0]), context
