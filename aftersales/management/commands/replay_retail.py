"""`manage.py replay_retail FILE`: a real shop's history against the running desk, over HTTP and with keys."""

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from aftersales import invariants
from aftersales.replay.client import Unreachable
from aftersales.replay.keys import MissingKeys, read_keys
from aftersales.replay.play import play
from aftersales.replay.report import table, trouble
from aftersales.replay.rows import WrongFormat

SETTLE_SECONDS = 60  # what was done last still has mail and handlers to be worked off


class Command(BaseCommand):
    help = (
        "Reads the UCI Online Retail format, sends every order, asks for every return, and carries "
        "requests through all stages as shop, agent, warehouse, inspector, finance and supervisor."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV, or CSV in gzip")
        parser.add_argument("--tickets", default="500", metavar="N|all", help="how many are carried through")
        parser.add_argument("--url", default=settings.SITE_URL, help="the desk")
        parser.add_argument(
            "--keys",
            type=Path,
            default=settings.BASE_DIR / "var" / "demo-credentials.txt",
            help="file with lines `shop-key CODE TOKEN` and `key ROLE TOKEN`",
        )
        parser.add_argument("--threads", type=int, default=4)

    def handle(self, *, file, tickets, url, keys, threads, **options):
        try:
            replay = play(
                file,
                url=url.rstrip("/"),
                tokens=read_keys(keys),
                tickets=None if tickets == "all" else whole(tickets),
                threads=threads,
                say=self.say,
            )
        except (OSError, WrongFormat, MissingKeys, Unreachable) as error:
            raise CommandError(str(error)) from error
        replay.violations = self.violations()
        for line in trouble(replay):
            self.say(line)
        self.say("")
        for what, figure in table(replay):
            self.say(f"{what:<58} {figure}")
        if replay.violations:
            raise CommandError("The desk's data breaks its own rules.")
        if replay.carried.stuck:
            raise CommandError(f"{len(replay.carried.stuck)} requests did not get through.")

    def violations(self):
        """Asked of the database, once all that is due was worked off; None when this is not the desk's."""
        until = time.monotonic() + SETTLE_SECONDS
        try:
            while (broken := invariants.broken()) and time.monotonic() < until:
                time.sleep(2)
        except DatabaseError:
            return None
        return broken

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()


def whole(text):
    if not text.isdigit():
        raise CommandError("--tickets is a number, or all.")
    return int(text)
