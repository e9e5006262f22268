"""Reads a body strictly: each part knows its place, so that a refusal can name what is wrong where."""

import re
from collections.abc import Hashable
from typing import NamedTuple

from django.utils.translation import gettext as _

from aftersales.versions.registry import InvalidContent

CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,59}", re.ASCII)


class Choice(NamedTuple):
    """One answer to choose from, in both languages."""

    id: str
    zh: str
    en: str


class Strictly:
    """Reads a body up to the first thing that is wrong, which is refused."""

    def __call__(self, reading, *args, **options):
        return reading(*args, **options)

    def entries(self, part, required=(), optional=()):
        """Like `Part.entries`, entry by entry, so that one that is wrong hides no other."""
        found = self(part.mapping)
        if found is None:
            return {}
        for key in required:
            if key not in found:
                self(Part(None, *part.place, key).refuse, _("This is missing."))
        for key, entry in found.items():
            if key not in required and key not in optional:
                self(entry.refuse, _("There is no such entry here."))
        return found

    def both_languages(self, part, longest):
        """Like `Part.both_languages`, each language for itself."""
        entries = self.entries(part, ("zh", "en"))
        return {language: self(entry.text, longest) for language, entry in entries.items()}


class Gathering(Strictly):
    """Reads all of a body and keeps what is wrong as (pointer, sentence); what cannot be read is None."""

    def __init__(self):
        self.problems = []

    def __call__(self, reading, *args, **options):
        try:
            return reading(*args, **options)
        except InvalidContent as refused:
            self.problems.append((refused.field, refused.sentence))
            return None


class Part:
    """A value of a body with its place: the keys and positions that lead to it."""

    def __init__(self, value, *place):
        self.value = value
        self.place = place

    def refuse(self, sentence):
        """Raise the refusal; people count from one, JSON pointers from nought."""
        shown = " › ".join(str(step + 1 if isinstance(step, int) else step) for step in self.place)
        pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.place)
        raise InvalidContent(f"{shown}: {sentence}" if shown else sentence, field=pointer, sentence=sentence)

    def entries(self, required=(), optional=()):
        """The named entries as parts; one that is missing or unknown is refused."""
        found = self.mapping(*required)
        for key, part in found.items():
            if key not in required and key not in optional:
                part.refuse(_("There is no such entry here."))
        return found

    def mapping(self, *required):
        """Entries whose names are free, but for those that have to be there."""
        if not isinstance(self.value, dict):
            self.refuse(_("This has to be a set of named entries."))
        for key in self.value:
            if not isinstance(key, str):
                Part(None, *self.place, key).refuse(_("Names have to be text; put it in quotation marks."))
        for key in required:
            if key not in self.value:
                Part(None, *self.place, key).refuse(_("This is missing."))
        return {key: Part(value, *self.place, key) for key, value in self.value.items()}

    def items(self, at_least=0):
        """The parts of a list."""
        if not isinstance(self.value, list | tuple):
            self.refuse(_("This has to be a list."))
        if len(self.value) < at_least:
            self.refuse(_("This list is too short; it needs at least %(count)d.") % {"count": at_least})
        return [Part(value, *self.place, number) for number, value in enumerate(self.value)]

    def text(self, longest=2000):
        """Text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse(_("This cannot be empty."))
        if len(self.value) > longest:
            self.refuse(_("This is longer than %(longest)d characters.") % {"longest": longest})
        return self.value

    def code(self):
        """A name that rows and other content refer to."""
        if not isinstance(self.value, str) or not CODE.fullmatch(self.value):
            self.refuse(
                _("“%(value)s” is no code. Use small letters, digits and underscores.") % self._shown()
            )
        return self.value

    def codes(self, at_least=0, among=None):
        """A list of codes, each once."""
        parts = self.items(at_least)
        found = tuple(part.code() if among is None else part.one_of(among) for part in parts)
        for number, part in enumerate(parts):
            if part.value in found[:number]:
                part.refuse(_("“%(value)s” stands here twice.") % part._shown())
        return found

    def one_of(self, allowed):
        """One of a closed set."""
        if not isinstance(self.value, Hashable) or self.value not in allowed:
            self.refuse(
                _("“%(value)s” is not known here. Known are: %(allowed)s.")
                % {**self._shown(), "allowed": ", ".join(sorted(map(str, allowed)))}
            )
        return self.value

    def flag(self):
        """Yes or no; a text or a number is neither."""
        if not isinstance(self.value, bool):
            self.refuse(_("This has to be true or false."))
        return self.value

    def whole(self, at_least=0, at_most=2**31 - 1):
        """A whole number in a range."""
        if (
            not isinstance(self.value, int)
            or isinstance(self.value, bool)
            or not at_least <= self.value <= at_most
        ):
            self.refuse(
                _("This has to be a whole number from %(at_least)d to %(at_most)d.")
                % {"at_least": at_least, "at_most": at_most}
            )
        return self.value

    def both_languages(self, longest=2000):
        """{"zh", "en"}, both written: nobody meets a page half in another language."""
        parts = self.entries(required=("zh", "en"))
        return {language: part.text(longest) for language, part in parts.items()}

    def choices(self):
        """Answers to choose from: at least two, or there is nothing to choose."""
        seen, found = set(), []
        for part in self.items(at_least=2):
            entries = part.entries(required=Choice._fields)
            found.append(Choice(entries["id"].once(seen), entries["zh"].text(200), entries["en"].text(200)))
        return tuple(found)

    def once(self, seen):
        """A code that no other of its kind has; `seen` collects them."""
        code = self.code()
        if code in seen:
            self.refuse(_("“%(value)s” stands here twice.") % self._shown())
        seen.add(code)
        return code

    def _shown(self):
        return {"value": str(self.value)[:80]}
