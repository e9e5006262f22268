"""manage.py rebuild_facts: make all facts and tallies anew from what happened, while the desk works."""

import time

from django.core.management.base import BaseCommand, CommandError

from aftersales.history.actions.rebuilding import begin_anew, step_anew
from staff.models import Shop

SECONDS_BETWEEN_LINES = 5


class Command(BaseCommand):
    help = (
        "Makes what the history pages count anew from events, clocks and messages, and puts right what differs. "
        "Stop it and start it again as you like: it goes on where it was."
    )

    def add_arguments(self, parser):
        parser.add_argument("--shop", help="only the shop of this code")

    def handle(self, *, shop, verbosity, **options):
        shops = Shop.objects.filter(code=shop) if shop else Shop.objects.all()
        if shop and not shops:
            raise CommandError(f"There is no shop {shop}.")
        for each in shops.order_by("id"):
            begin_anew(each.pk)
            told = time.monotonic()
            while done := step_anew(each.pk):
                if verbosity and time.monotonic() - told > SECONDS_BETWEEN_LINES:
                    told = time.monotonic()
                    self.stdout.write(f"{each.code}: {done}")
            if verbosity:
                self.stdout.write(f"{each.code}: nothing is left.")
