"""manage.py rebuild_search: make the search index, or what is missing of it, while the desk works."""

import time

from django.core.management.base import BaseCommand

from tickets.actions.searching import rebuild
from tickets.models import Ticket

CHUNK = 500
SECONDS_BETWEEN_LINES = 5


class Command(BaseCommand):
    help = (
        "Indexes the requests that have no tokens yet, newest first; stop it and start it again as you like. "
        "With --all every request, for instance after the tokens themselves have changed."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="also those that have tokens")
        parser.add_argument(
            "--before",
            type=int,
            metavar="ID",
            help="go on below this request, as the last line of a run says",
        )

    def handle(self, *, before, verbosity, **options):
        if before is None:
            before = (Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        done, told = 0, time.monotonic()
        while True:
            below, indexed = rebuild(before, every=options["all"], size=CHUNK)
            if below is None:
                break
            before, done = below, done + indexed
            if verbosity and time.monotonic() - told > SECONDS_BETWEEN_LINES:
                told = time.monotonic()
                self.stdout.write(f"{done} requests indexed; go on with --before {before}")
        if verbosity:
            self.stdout.write(f"{done} requests indexed; nothing is left.")
