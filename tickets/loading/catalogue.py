"""Reads what becomes rows: categories, reasons and canned replies, and the names others refer to."""

from django.utils.translation import gettext as _

from aftersales.versions.bodies import Part
from tickets.content import STAGES
from tickets.models import Priority, Resolution
from tickets.queries.placeholders import PLACEHOLDERS, WRITTEN

CATEGORY_TEXTS = ("name", "description", "keywords", "requested_resolutions")
NEEDS_GOODS = ("never", "maybe", "always")
DESCRIBING = ("answers", "needs", "acts_on", "sample")  # for people who read the file


def read_named(listing, what):
    """A reader of a list of names with their words in both languages."""

    def read(root, contents):
        for part in root.entries(required=(listing,))[listing].items():
            _named(part, what, contents)

    return read


def _named(part, what, contents):
    entries = part.entries(required=("id", "zh", "en"), optional=DESCRIBING)
    entries["zh"].text(200)
    entries["en"].text(200)
    return contents.define(what, entries["id"])


def read_placeholders(root, contents):
    """The names that this pack's replies may use: of those that the desk can fill in or ask for."""
    for part in root.entries(required=("placeholders",))["placeholders"].items():
        name = _named(part, "placeholder", contents)
        if name not in PLACEHOLDERS:
            part.refuse(_("The desk knows no placeholder “%(name)s”.") % {"name": name})


def read_macros(root, contents):
    """Canned replies: placeholders of the pack's list only, and the same in both languages."""
    listed = root.entries(required=("macros",), optional=("stages",))["macros"]
    for position, part in enumerate(listed.items()):
        entries = part.entries(required=("id", "stage", "title", "body"), optional=("placeholders",))
        body = entries["body"].both_languages(4000)
        used = {language: set(WRITTEN.findall(text)) for language, text in body.items()}
        if used["zh"] != used["en"]:
            entries["body"].refuse(
                _("Both languages need the same placeholders; these differ: %(names)s.")
                % {"names": ", ".join(sorted(used["zh"] ^ used["en"]))}
            )
        for name in sorted(used["zh"]):
            contents.refer("placeholder", Part(name, *entries["body"].place))
        contents.macros.append(
            {
                "code": contents.define("macro", entries["id"]),
                "stage": entries["stage"].one_of(STAGES),
                "title": entries["title"].both_languages(200),
                "body": body,
                "position": position,
            }
        )


def read_categories(root, contents):
    """Groups and the categories in them; a category names its procedure and its SLA policy."""
    entries = root.entries(required=("resolutions", "groups", "categories"), optional=("priorities",))
    for part in entries["resolutions"].items():
        _named(part, "resolution", contents)
    for position, part in enumerate(entries["groups"].items()):
        group = part.entries(required=("id", "name", "description"))
        contents.define("category_or_group", group["id"])
        contents.groups.append(
            {
                "code": contents.define("group", group["id"]),
                "name": group["name"].both_languages(200),
                "description": group["description"].both_languages(),
                "position": position,
            }
        )
    for position, part in enumerate(entries["categories"].items()):
        contents.categories.append(_category(part, contents) | {"position": position})


def _category(part, contents):
    entries = part.entries(
        required=(*CATEGORY_TEXTS, "id", "group", "priority", "needs_goods", "sla_profile", "sop")
    )
    contents.define("category_or_group", entries["id"])
    code = contents.define("category", entries["id"])
    keywords = entries["keywords"].entries(required=("zh", "en"))
    asked = [
        contents.refer("resolution", item) for item in entries["requested_resolutions"].items(at_least=1)
    ]
    return {
        "code": code,
        "group": contents.refer("group", entries["group"]),
        "name": entries["name"].both_languages(200),
        "description": entries["description"].both_languages(),
        "keywords": {key: [word.text(60) for word in words.items()] for key, words in keywords.items()},
        "priority": entries["priority"].one_of(Priority.values),
        # What only the desk decides (reject) is nothing a customer can ask for.
        "resolutions": [resolution for resolution in asked if resolution in Resolution.values],
        "needs_goods": entries["needs_goods"].one_of(NEEDS_GOODS),
        "sla_policy": contents.refer("sla", entries["sla_profile"]),
        "procedure": contents.follow(entries["sop"], code),
    }


def read_reasons(root, contents):
    """Why customers ask, grouped, with who is at fault to begin with and the evidence to ask for."""
    entries = root.entries(required=("fault_parties", "groups", "reasons"))
    for part in entries["fault_parties"].items():
        _named(part, "fault_party", contents)
    for part in entries["groups"].items():
        _named(part, "reason_group", contents)
    for position, part in enumerate(entries["reasons"].items()):
        reason = part.entries(required=("id", "group", "name", "fault_party", "evidence"))
        contents.reasons.append(
            {
                "code": contents.define("reason", reason["id"]),
                "group": contents.refer("reason_group", reason["group"]),
                "name": reason["name"].both_languages(200),
                "fault_party": contents.refer("fault_party", reason["fault_party"]),
                "evidence": _evidence(reason["evidence"]),
                "position": position,
            }
        )


def _evidence(part):
    entries = part.entries(required=("photos", "video"), optional=("hint",))
    evidence = {"photos": entries["photos"].whole(at_most=20), "video": entries["video"].flag()}
    if "hint" in entries:
        evidence["hint"] = entries["hint"].both_languages(200)
    return evidence
