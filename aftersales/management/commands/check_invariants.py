"""`manage.py check_invariants`: ask the data what must always hold of it."""

import time

from django.core.management.base import BaseCommand, CommandError

from aftersales.invariants import GRACE_SECONDS, check


class Command(BaseCommand):
    help = "Runs every invariant of sql/invariants.sql; ends with 1 when any finds a row."

    def add_arguments(self, parser):
        parser.add_argument(
            "--grace",
            type=int,
            default=GRACE_SECONDS,
            metavar="SECONDS",
            help="how late a due row may be before it counts as forgotten",
        )

    def handle(self, *, grace, **options):
        started = time.monotonic()
        findings = check(grace)
        for finding in findings:
            self.stdout.write(f"{finding.rule.area:<11}{finding.rule.name:<46}{finding.count:>8}")
            for row in finding.rows:
                self.stdout.write(self.style.ERROR(f"{'':11}  {' | '.join(map(str, row))}"))
        violations = sum(finding.count for finding in findings)
        self.stdout.write(
            f"{len(findings)} rules, {violations} violations, {time.monotonic() - started:.2f} s"
        )
        if violations:
            raise CommandError(f"{violations} violations")
