"""manage.py recount_wall: count the open requests anew for the wall, while the desk works."""

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from tickets.actions.waiting import heal_waiting, recount_waiting


class Command(BaseCommand):
    help = (
        "Makes the kept counts of open requests anew. They are right by themselves; after rows were written past "
        "the triggers (a restore, a bulk load) this makes them so at once instead of at the shop's next turn."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="only where one is wrong, and say how many were"
        )

    def handle(self, *, verbosity, **options):
        with transaction.atomic():
            with connection.cursor() as cursor:  # it counts all that waits, and comes after whoever adds up
                cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
            said = (
                f"{heal_waiting()} counts were wrong."
                if options["check"]
                else f"{recount_waiting()} counts made anew."
            )
        if verbosity:
            self.stdout.write(said)
