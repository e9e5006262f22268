"""manage.py recount_wall: count the open requests anew for the wall, while the desk works."""

from django.core.management.base import BaseCommand

from tickets.actions.waiting import heal_waiting, recount_waiting


class Command(BaseCommand):
    help = (
        "Makes the kept counts of open requests anew. They are right by themselves; after rows were written past "
        "the triggers (a restore, a bulk load) this makes them so at once instead of within minutes."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="only where one is wrong, and say how many were"
        )

    def handle(self, *, verbosity, **options):
        said = (
            f"{heal_waiting()} counts were wrong."
            if options["check"]
            else f"{recount_waiting()} counts made anew."
        )
        if verbosity:
            self.stdout.write(said)
