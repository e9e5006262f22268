"""What text can be kept: PostgreSQL takes neither NUL nor halves of characters, though JSON and browsers do."""

NUL = "\x00"


def is_storable(text):
    return NUL not in text and text == storable(text)


def storable(text):
    """The text without what cannot be kept."""
    return text.encode("utf-8", "ignore").decode().replace(NUL, "")
