"""How many units stand in the way, in words: guards, facts and cards say it alike."""

from django.utils.translation import ngettext


def still_to_arrive(count):
    """Nothing where none is."""
    told = ngettext("%(count)s unit is still to arrive.", "%(count)s units are still to arrive.", count)
    return told % {"count": count} if count else ""


def not_inspected(count):
    told = ngettext("%(count)s unit is not inspected yet.", "%(count)s units are not inspected yet.", count)
    return told % {"count": count} if count else ""


def without_outcome(count):
    told = ngettext(
        "%(count)s unit that came back has no outcome yet.",
        "%(count)s units that came back have no outcome yet.",
        count,
    )
    return told % {"count": count} if count else ""


def here_already(count):
    told = ngettext(
        "%(count)s unit is already here; send it back or settle it first.",
        "%(count)s units are already here; send them back or settle them first.",
        count,
    )
    return told % {"count": count} if count else ""
