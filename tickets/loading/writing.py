"""Writes a procedure as a file of a content pack."""

import yaml

from tickets.content.params import KINDS
from tickets.content.sketch import STEP

HEADING = ("id", "version", "title", "goal", "applies_to", "steps")


class PackDumper(yaml.SafeDumper):
    """Lists are indented below their name, as the packs are written."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


def procedure_as_yaml(body):
    """The body with its entries in the order of the packs; what is empty is left out."""
    ordered = in_order(body, HEADING) | {"steps": [_step(step) for step in body["steps"]]}
    return yaml.dump(ordered, Dumper=PackDumper, allow_unicode=True, sort_keys=False, width=110)


def _step(step):
    ordered = in_order(step, STEP)
    params = in_order(step.get("params", {}), [name for names in KINDS[step["kind"]][:2] for name in names])
    for name, value in (("params", params), ("when", step.get("when"))):
        ordered.pop(name, None)
        if value:
            ordered[name] = value
    return ordered


def in_order(entries, names):
    known = {name: entries[name] for name in names if name in entries}
    return known | entries | known


def rule_as_yaml(body):
    """A policy or a calendar as a file, in the order in which it stands."""
    return yaml.dump(body, Dumper=PackDumper, allow_unicode=True, sort_keys=False, width=110)
