"""`manage.py up`: the whole desk on this machine, from nothing; Ctrl-C ends all of it."""

import ctypes
import os
import secrets
import signal
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aftersales import embedded
from aftersales.embedded.desk import children_of_desk
from aftersales.embedded.postgres import write_secret
from aftersales.embedded.preparing import Preparation
from aftersales.embedded.processes import LINUX, PR_SET_PDEATHSIG
from aftersales.embedded.supervisor import StopRequested, Supervisor, listen_for_stop

PORT = 8000
READY_SECONDS = 90


class Command(BaseCommand):
    help = (
        "Starts PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others), prepares the "
        "database, and runs web, workers, beat and sweep until Ctrl-C."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--port", type=int, default=int(os.environ.get("PORT", PORT)), help="of the web server"
        )
        parser.add_argument(
            "--var", type=Path, default=settings.BASE_DIR / "var", help="where everything is kept"
        )
        parser.add_argument("--no-demo", action="store_true", help="do not load the demo into a new database")
        parser.add_argument(
            "--with-parent", action="store_true", help="end when the process that started us ends"
        )

    def handle(self, **options):
        listen_for_stop()
        if options["with_parent"] and LINUX:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        run = Run(options["var"].resolve(), options["port"], self.say)
        try:
            run.start(demo=not options["no_demo"])
            run.supervisor.run()
        except StopRequested:
            self.say("Stopping ...")
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error
        finally:
            listen_to_nobody()
            run.stop()
        self.say("Stopped; what was committed is kept.")

    def say(self, text):
        with suppress(OSError):  # nobody reads any more, which is no reason to stop serving
            self.stdout.write(text)
            self.stdout.flush()


class Run:
    """One run of the desk: its servers, its processes, and the file that tells other commands about them."""

    def __init__(self, var, port, say):
        self.var = var
        self.say = say
        self.leash = embedded.Leash()
        self.supervisor = Supervisor(self.leash, say)
        self.told = var / "up.env"
        self._port = port
        self._servers = None
        self._children = []

    def start(self, *, demo):
        started = time.monotonic()
        self._servers = embedded.start(
            self.var,
            postgres=not os.environ.get("DATABASE_URL"),
            valkey=not os.environ.get("REDIS_URL"),
            leash=self.leash,
        )
        for child in self._servers.children:
            self.supervisor.keep(child)
        environment = self._environment()
        Preparation(settings.BASE_DIR, self.var, environment, self.say).run(demo=demo)
        self._open(environment)
        self.say(
            f"\nThe desk is open after {time.monotonic() - started:.1f} s: {environment['SITE_URL']}\n\n"
        )
        if demo:
            self._say_credentials()
        self.say(f"Logs are in {self.var / 'log'}. Ctrl-C stops everything.")

    def stop(self):
        self.supervisor.stop(self._children)
        if self._servers is not None:
            self.told.unlink(missing_ok=True)
            self._servers.stop()
        self.leash.close()

    def _environment(self):
        """What every process of the desk is told; the file tells it to commands in other terminals."""
        port = embedded.free_port(self._port)
        if port != self._port:
            self.say(f"Port {self._port} is taken by something else; using {port}.")
        self._say_where_servers_are()
        self._port = port
        told = {
            "DATABASE_URL": self._servers.database_url or os.environ["DATABASE_URL"],
            "REDIS_URL": self._servers.redis_url or os.environ["REDIS_URL"],
            "SITE_URL": os.environ.get("SITE_URL", f"http://127.0.0.1:{port}"),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self._secret_key(),
        }
        write_secret(self.told, "".join(f"{name}={value}\n" for name, value in told.items()))
        return os.environ | told | {"PYTHONUNBUFFERED": "1"}

    def _say_where_servers_are(self):
        for server in self._servers.running:
            taken = "" if server.port == server.wanted_port else f" ({server.wanted_port} is taken)"
            self.say(f"{server.child.name} listens on 127.0.0.1:{server.port}{taken}.")

    def _secret_key(self):
        path = self.var / "secret-key"
        if not path.exists():
            write_secret(path, secrets.token_urlsafe(50))
        return path.read_text().strip()

    def _open(self, environment):
        """Start the web and, once it answers, the rest: whoever waits at the page waits least."""
        web, *others = children_of_desk(settings.BASE_DIR, self.var, self._port, environment, self.leash)
        self._begin(web)
        ready = f"http://127.0.0.1:{self._port}/readyz"
        embedded.wait_until(lambda: answers(ready), child=web, what="The web server", seconds=READY_SECONDS)
        for child in others:
            self._begin(child)

    def _begin(self, child):
        child.start()
        self._children.append(child)
        self.supervisor.keep(child)

    def _say_credentials(self):
        """What the demo wrote down when it was loaded: a login and a key per role, and the shop's key."""
        credentials = self.var / "demo-credentials.txt"
        if credentials.exists():
            self.say(credentials.read_text().rstrip() + "\n\n")


def answers(url):
    """Whether somebody ready answers there; asked past any proxy the environment names."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def listen_to_nobody():
    """While stopping, further requests to stop change nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
