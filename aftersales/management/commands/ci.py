"""`manage.py ci`: every check in order, the same here, before a push and on the CI machine."""

import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError, engines

# A site as it would run in production; `check --deploy` must find nothing to say about it.
PRODUCTION = {
    "SITE_URL": "https://desk.example.com",
    "DATABASE_URL": "postgresql://desk:secret@db.example.com:5432/desk",
    "REDIS_URL": "redis://:secret@redis.example.com:6379/0",
    "DEBUG": "0",
}
# Without a server it warns that it could not look at the applied migrations, which is not what is asked.
NO_DATABASE = ("-W", "ignore::RuntimeWarning")


@dataclass(frozen=True)
class Check:
    """One command, the part of the whole it belongs to, and the environment it wants."""

    part: str
    name: str
    arguments: tuple
    environment: dict


def checks():
    python, manage = (sys.executable,), (sys.executable, "manage.py")
    layers = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    yield Check("lint", "ruff check", (*python, "-m", "ruff", "check", "."), {})
    yield Check("lint", "ruff format", (*python, "-m", "ruff", "format", "--check", "."), {})
    yield Check("lint", "import contracts", (*python, "-c", layers), {})
    migrations = (*python, *NO_DATABASE, "manage.py", "makemigrations", "--check", "--dry-run")
    yield Check("lint", "migrations", migrations, {})
    if "messages" in get_commands():
        yield Check("lint", "translations", (*manage, "messages", "--check"), {})
    deploy = PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(50)}
    yield Check("checks", "check --deploy", (*manage, "check", "--deploy", "--fail-level", "WARNING"), deploy)
    yield Check("tests", "tests", (*python, "-m", "pytest", "-n", "2", "--dist", "worksteal"), {})


class Command(BaseCommand):
    help = "Runs every check: style, layering, migrations, templates, translations, deployment, tests."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("part", nargs="?", choices=("lint", "checks", "tests"), help="only this part")

    def handle(self, part, **options):
        failed = []
        if part in (None, "lint"):
            failed += self._templates()
        for check in checks():
            if part in (None, check.part):
                failed += self._run(check)
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")
        self.stdout.write(self.style.SUCCESS("every check passed"))

    def _run(self, check):
        self._say(check.name)
        started = time.monotonic()
        done = subprocess.run(
            check.arguments, cwd=settings.BASE_DIR, env=os.environ | check.environment, check=False
        )
        self.stdout.write(f"   {time.monotonic() - started:.1f} s")
        return [check.name] if done.returncode else []

    def _templates(self):
        self._say("templates")
        broken = broken_templates(settings.BASE_DIR / "templates")
        for path, error in broken:
            self.stdout.write(self.style.ERROR(f"   {path}: {error}"))
        return ["templates"] if broken else []

    def _say(self, name):
        self.stdout.write(self.style.MIGRATE_HEADING(f"-- {name}"))
        self.stdout.flush()


def broken_templates(folder):
    """Compile every template: one that is rarely shown is broken as long as any other."""
    broken = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            engines["django"].from_string(path.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            broken.append((path, error))
    return broken
