"""Load the demo, or take it off the desk."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aftersales.demo import load_demo, reset_demo
from aftersales.errors import Refused


class Command(BaseCommand):
    help = "`demo load` brings fictional shops, people, orders and requests in and prints how to log in; " \
        "`demo reset` takes exactly those off the desk again."  # fmt: skip

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["load", "reset"])
        parser.add_argument(
            "--var", type=Path, default=settings.BASE_DIR / "var", help="where the credentials are kept"
        )

    def handle(self, *args, what, var, **options):
        try:
            if what == "load":
                self.stdout.write("\n".join(load_demo(var)))
            else:
                shops, teams, people = reset_demo(var)
                self.stdout.write(
                    f"Closed {shops} shops, {teams} teams and {people} accounts of the demo. "
                    "Its requests are hidden; the event log keeps what happened."
                )
        except Refused as error:
            raise CommandError(str(error)) from None
