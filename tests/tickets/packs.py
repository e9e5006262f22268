"""Edits of a copy of the default pack, and what loading it did."""

from aftersales.events.actors import Actor
from aftersales.versions.models import Version
from tickets.actions.loading import load_pack
from tickets.loading import read_pack

BY = Actor.system("test")


def edit(folder, name, old, new, count=1):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))


def load(folder):
    return load_pack(read_pack(folder), by=BY)


def versions():
    return set(Version.objects.values_list("kind", "code", "number", "state"))
