"""Print the link that opens the set-up page, once and within an hour; for whoever runs the server."""

from django.core.management.base import BaseCommand, CommandError

from aftersales.errors import Refused
from aftersales.web.addresses import absolute
from staff.actions.installation import new_setup_token


class Command(BaseCommand):
    help = "Prints the link to set up a desk of your own; an older link ends."

    def handle(self, *args, **options):
        try:
            token = new_setup_token()
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(absolute("setup", token=token))
