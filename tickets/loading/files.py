"""The files of a content pack, read so that every value remembers its line."""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from aftersales.errors import Invalid

MANIFEST = "pack.yaml"
FOLDER = "/"  # ends the name of a folder of procedures in the manifest
PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
# Counts up when this code reads more out of the same files, so that a pack is loaded again.
READING = 2


class PackError(Exception):
    """A pack that cannot be loaded: the file, the line and the reason, as one line of text."""

    def __init__(self, file, line, reason):
        super().__init__(f"{file}:{line}: {reason}")


@dataclass(frozen=True)
class File:
    """One YAML file: its data, and the nodes that know the lines."""

    name: str
    data: Any
    node: yaml.Node

    def refuse(self, reason, *place):
        raise PackError(self.name, self.line(place), reason)

    def told(self, pointer, sentence):
        """A sentence on one place of the file, with its name and line."""
        return str(PackError(self.name, self.line(steps_of(pointer)), sentence))

    def line(self, place):
        """The line of the deepest part of this place that the file has."""
        node, line = self.node, self.node.start_mark.line
        for step in place:
            found = _below(node, step)
            if found is None:
                break
            line, node = found
        return line + 1

    @contextmanager
    def place(self, *prefix, origins=None):
        """Turn a parser's refusal into this file's.

        The parser was given what stands at `prefix`; `origins` tells for some of its entries where else in
        the file they were taken from.
        """
        try:
            yield
        except Invalid as error:
            steps = steps_of(error.field)
            origin = (origins or {}).get(steps[0]) if steps else None
            place = (*origin, *steps[1:]) if origin else (*prefix, *steps)
            self.refuse(str(error), *place)


def _below(node, step):
    """(line, node) of an entry of a mapping or a list, or None."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def steps_of(pointer):
    return [_step(text) for text in pointer.split("/")[1:]]


def _step(text):
    """A step of a JSON pointer; a number is a position, for no name in a pack is made of digits alone."""
    return int(text) if text.isdecimal() else text.replace("~1", "/").replace("~0", "~")


@dataclass(frozen=True)
class Pack:
    """A pack's files in the order of its manifest, and a digest of all that is read of them."""

    folder: Path
    names: tuple
    unused: tuple  # named in the manifest, but nothing in this version reads them
    digest: str

    def files(self):
        return (read_file(self.folder, name) for name in self.names)


def open_pack(folder, readable):
    """The pack in this folder; of its files those that are `readable`, a set of names."""
    folder = Path(folder)
    manifest = read_file(folder, MANIFEST)
    if not isinstance(manifest.data, dict) or not isinstance(manifest.data.get("load_order"), list):
        manifest.refuse(_("A pack needs a load_order: the list of its files."))
    names, unused = [], []
    for position, entry in enumerate(manifest.data["load_order"]):
        if not isinstance(entry, str) or ".." in Path(entry).parts or not (folder / entry).exists():
            manifest.refuse(
                _("There is no file “%(name)s” in this pack.") % {"name": entry}, "load_order", position
            )
        if entry.endswith(FOLDER):
            names += sorted(path.relative_to(folder).as_posix() for path in (folder / entry).glob("*.yaml"))
        elif entry in readable:
            names.append(entry)
        else:
            unused.append(entry)
    digest = hashlib.sha256(str(READING).encode())
    for name in (MANIFEST, *names):
        digest.update(f"\n{name}\n".encode() + (folder / name).read_bytes())
    return Pack(folder, tuple(names), tuple(unused), digest.hexdigest())


def read_file(folder, name):
    """One YAML file of plain values; what YAML would quietly change is refused."""
    try:
        data = (Path(folder) / name).read_bytes()
    except FileNotFoundError:
        raise PackError(name, 1, _("There is no such file.")) from None
    return read_text(name, data)


def read_text(name, data):
    """What such a file says, from its bytes."""
    try:
        loader = yaml.CSafeLoader(data)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PackError(name, mark.line + 1 if mark else 1, error.problem or error.context) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackError(name, 1, " ".join(str(error).split())) from None
    except RecursionError:
        raise PackError(name, 1, _("This file is nested too deeply.")) from None
    if node is None:
        raise PackError(name, 1, _("This file is empty."))
    _check_nodes(name, node)
    try:
        return File(name, loader.construct_document(node), node)
    except (yaml.YAMLError, ValueError) as error:
        raise PackError(name, 1, " ".join(str(error).split())) from None


def _check_nodes(name, root):
    """Only plain values, each written once: no dates, no aliases, no key twice, no nought byte."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            raise PackError(name, line, _("This is referred to from elsewhere in the file. Write it out."))
        seen.add(id(node))
        if node.tag not in PLAIN:
            raise PackError(name, line, _("This is not text. Put it in quotation marks."))
        if isinstance(node, yaml.MappingNode):
            _check_keys(name, node)
            waiting += [value for _key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif "\0" in node.value:
            raise PackError(name, line, _("There is a character here that cannot be stored."))


def _check_keys(name, node):
    keys = set()
    for key, _value in node.value:
        line = key.start_mark.line + 1
        if key.tag != "tag:yaml.org,2002:str":
            raise PackError(name, line, _("Names have to be text; put it in quotation marks."))
        if key.value in keys:
            raise PackError(name, line, _("“%(value)s” stands here twice.") % {"value": key.value})
        keys.add(key.value)
