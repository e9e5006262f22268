"""Which side of what is kept in two languages is read: what the desk keeps for people has a "zh" and an "en"."""

from django.utils.translation import get_language


def side_of(language=None):
    """Of this language, a locale or a code; of whoever reads, where none is named."""
    if language is None:
        language = get_language() or ""
    return "zh" if language.lower().startswith("zh") else "en"
