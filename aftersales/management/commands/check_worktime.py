"""`manage.py check_worktime FILE.json`: hold our due times against those that somebody else worked out."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from aftersales.errors import Refused
from aftersales.worktime.cases import judge, read_cases


class Command(BaseCommand):
    help = (
        "Works out the due time of every case of a file (the form is in aftersales/worktime/cases.py) and says "
        "which differ from the file's; ends with 1 when any does."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help="a JSON file of cases")
        parser.add_argument(
            "--exact",
            action="store_true",
            help="a target that runs out at closing counts as different when the file has it due at the next "
            "opening",
        )

    def handle(self, *, file, exact, **options):
        cases, calendars = self.read(file)
        verdicts = [judge(case, calendars, position) for position, case in enumerate(cases)]
        differing = [one for one in verdicts if not one.agrees or (exact and one.at_opening)]
        for one in differing:
            self.stdout.write(self.style.ERROR(f"{one.name}: {one.problem or compared(one)}"))
        for one in verdicts:
            if one.at_opening and one not in differing:
                self.stdout.write(f"{one.name}: {compared(one)}; the same working time: ours is at closing")
        self.stdout.write(f"{len(verdicts) - len(differing)} of {len(verdicts)} due times agree")
        if differing:
            raise CommandError(f"{len(differing)} of {len(verdicts)} differ")

    @staticmethod
    def read(file):
        try:
            return read_cases(Path(file).read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from None
        except (Refused, ValueError) as error:  # a name with a nought byte is a ValueError
            raise CommandError(f"{file}: {error}") from None


def compared(verdict):
    return f"ours {written(verdict.ours)}, theirs {written(verdict.theirs)}"


def written(at):
    return at.isoformat().replace("+00:00", "Z")
