"""Load a content pack: procedures, SLA policies, categories, reasons, replies, questionnaires."""

from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aftersales.errors import Refused
from aftersales.events.actors import Actor
from tickets.actions.loading import load_pack
from tickets.loading import PackError, read_pack

DEFAULT_PACK = Path(settings.BASE_DIR) / "tickets" / "sops"
DEMO_ONLY = "demo.yaml"  # read by `manage.py demo`


class Command(BaseCommand):
    help = "Load a content pack, idempotently: untouched versions are updated, edited ones kept and named."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", default=DEFAULT_PACK, help="the pack's folder; ours by default"
        )

    def handle(self, *args, folder, verbosity, **options):
        try:
            pack = read_pack(folder)
            loaded = load_pack(pack, by=Actor.system("load_content"))
        except (PackError, Refused) as error:
            raise CommandError(str(error)) from None
        if verbosity:
            self.stdout.write("\n".join(report(pack, loaded)))


def report(pack, loaded):
    """What happened, a line each."""
    if loaded is None:
        yield "This pack is loaded already."
        return
    outcomes = Counter(version.outcome for version in loaded.versions)
    counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    yield f"{len(loaded.versions)} pieces of versioned content: {counted}; {loaded.rows} rows."
    for version in loaded.versions:
        if version.outcome == "kept":
            yield f"Kept as the shop edited it: {version.kind} {version.code}; the pack's differs."
    for sentence in loaded.clashes:
        yield f"Loaded, but a shop's own says the same: {sentence}"
    if loaded.unknown_facts:
        yield f"Facts without code, confirmed by a person: {', '.join(loaded.unknown_facts)}."
    if loaded.unknown_verbs:
        yield f"Verbs without code, done by hand: {', '.join(loaded.unknown_verbs)}."
    if loaded.manual_steps:
        yield f"So {loaded.manual_steps} steps of procedures stay manual."
    if unused := [name for name in pack.unused if name != DEMO_ONLY]:
        yield f"Not used by this version: {', '.join(unused)}."
