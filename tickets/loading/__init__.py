"""Reads a content pack: its files with their lines, what they hold, and whether it all fits together."""

from tickets.loading.contents import Contents, contents_of, read_pack
from tickets.loading.files import Pack, PackError

__all__ = ["Contents", "Pack", "PackError", "contents_of", "read_pack"]
