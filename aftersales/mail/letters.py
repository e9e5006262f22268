"""Writes a mail from its three templates: subject, text and html."""

from django.template.loader import render_to_string
from django.utils import translation


def letter(name, language, context):
    """`templates/emails/<name>.{subject.txt,txt,html}` in the reader's language, as `queue_mail` takes them.

    What people typed goes in as data and is escaped in the html; it is never itself a template.
    """
    with translation.override(language):
        return {
            part: render_to_string(f"emails/{name}.{ending}", {**context, "language": language}).strip()
            for part, ending in (("subject", "subject.txt"), ("text", "txt"), ("html", "html"))
        }
