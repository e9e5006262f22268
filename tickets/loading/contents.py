"""What a pack holds: rows and versions, checked one by one and against each other, before any is written."""

from collections import defaultdict

from django.utils.translation import gettext as _

from aftersales.versions.bodies import Part
from aftersales.versions.registry import PARSERS
from tickets.loading.articles import read_articles
from tickets.loading.catalogue import (
    read_categories,
    read_macros,
    read_named,
    read_placeholders,
    read_reasons,
)
from tickets.loading.files import FOLDER, open_pack
from tickets.loading.policies import read_eligibility, read_sla
from tickets.loading.procedures import read_checklists, read_procedure, read_surveys

READERS = {
    "placeholders.yaml": read_placeholders,
    "facts.yaml": read_named("facts", "fact"),
    "verbs.yaml": read_named("verbs", "verb"),
    "macros.yaml": read_macros,
    "sla_profiles.yaml": read_sla,
    "inspection_checklists.yaml": read_checklists,
    "categories.yaml": read_categories,
    "reasons.yaml": read_reasons,
    "eligibility.yaml": read_eligibility,
    "surveys.yaml": read_surveys,
    "faq.yaml": read_articles,
}


class Contents:
    """Everything read so far. What one piece says of another is kept with its place until all are known."""

    def __init__(self):
        self.groups = []  # of rows to be written, as the model's fields
        self.categories = []
        self.reasons = []
        self.macros = []
        self.articles = []
        self.versions = []  # (kind, code, body) in the order of the pack
        self.applies_to = {}  # procedure -> its categories
        self._known = defaultdict(set)  # what it is -> names
        self._references = []  # (what it is, part, file)
        self._followed = []  # (part that names a procedure, category, file)
        self._file = None

    def read(self, file):
        """Read one file of the pack by its name."""
        self._file = file
        reader = read_procedure if FOLDER in file.name else READERS[file.name]
        with file.place():
            reader(Part(file.data), self)

    def define(self, what, part):
        """Something of this name is in the pack; a second of the same name is refused."""
        name = part.text(60)
        if name in self._known[what]:
            part.refuse(_("“%(value)s” stands here twice.") % {"value": name})
        self._known[what].add(name)
        return name

    def refer(self, what, part):
        """Something of this name has to be in the pack, here or further on."""
        self._references.append((what, part, self._file))
        return part.text(60)

    def follow(self, part, category):
        """A category follows a procedure, which has to be made for it."""
        self._followed.append((part, category, self._file))
        return self.refer("sop", part)

    def add_version(self, kind, code_part, body, *, prefix=(), origins=None):
        """A piece of versioned content; its parser looks at it at once, and gives the object.

        Its body stands at `prefix`, but for those entries of which `origins` says otherwise.
        """
        code = self.define(kind, code_part)
        with self._file.place(*prefix, origins=origins):
            parsed = PARSERS[kind](body)
        self.versions.append((kind, code, body))
        return parsed

    def names(self, what):
        return self._known[what]

    def check(self):
        """Refuse the first reference to something that the pack does not have."""
        for what, part, file in self._references:
            with file.place():
                if part.value not in self._known[what]:
                    part.refuse(
                        _("This pack has no %(what)s “%(name)s”.")
                        % {"what": what.replace("_", " "), "name": part.value}
                    )
        for part, category, file in self._followed:
            if category not in self.applies_to[part.value]:
                with file.place():
                    part.refuse(
                        _("The procedure “%(procedure)s” does not apply to “%(category)s”.")
                        % {"procedure": part.value, "category": category}
                    )


def read_pack(folder):
    """The pack in this folder, not yet looked into."""
    return open_pack(folder, set(READERS))


def contents_of(pack):
    """What the pack holds; refused as a whole when one line of it is wrong."""
    contents = Contents()
    for file in pack.files():
        contents.read(file)
    contents.check()
    return contents
