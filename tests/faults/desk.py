"""The desk's own processes - workers, beat, sweep and a Valkey - on the test's database, to be killed at will."""

import http.client
import os
import re
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from aftersales import embedded
from aftersales.embedded.desk import children_of_desk
from aftersales.embedded.supervisor import LOOK_SECONDS, Supervisor

MESSAGE_ID = re.compile(r"^Message-ID: (<.+>)$", re.MULTILINE)


class Desk:
    """What `manage.py up` runs, looked after by the same supervisor, while `run` is called.

    `without` names processes that are not there at all; `more` says of which process there are how many;
    `changes` are environment variables of ours.
    """

    def __init__(self, *, without=("web",), more=None, durable=True, changes=None):
        self.without = without
        self.directory = Path(tempfile.mkdtemp(prefix="aftersales-faults-"))
        self.leash = embedded.Leash()
        self.leash.remove_at_end(self.directory)
        self.valkey = embedded.start(
            self.directory / "valkey", durable=durable, postgres=False, leash=self.leash
        )
        self.supervisor = Supervisor(self.leash, say=lambda text: None)
        self.port = embedded.free_port()
        self.changes = changes or {}
        self.children = {child.name: child for child in self.processes() if child.name not in without}
        for name, number in (more or {}).items():
            for twin in range(2, number + 1):
                self.children[f"{name}-{twin}"] = self.twin(name, twin)
        self.kills = 0

    def processes(self, directory=None):
        directory = directory or self.directory
        return children_of_desk(settings.BASE_DIR, directory, self.port, self.environment(), self.leash)

    def twin(self, name, number):
        """Another process of that name, with files of its own."""
        directory = self.directory / f"twin-{number}"
        directory.mkdir(exist_ok=True)
        child = next(child for child in self.processes(directory) if child.name == name)
        child.name = f"{name}-{number}"
        return child

    def environment(self):
        """As `up` tells its processes, but with the test's database and a folder for mail."""
        database = connection.settings_dict
        address = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        return os.environ | {
            "DATABASE_URL": f"postgresql://{address}/{database['NAME']}",
            "REDIS_URL": self.valkey.redis_url,
            "EMAIL_URL": f"filemail:///{self.directory / 'mail'}",
            "SECRET_KEY": settings.SECRET_KEY,
            "LOG_LEVEL": "WARNING",
            **self.changes,
        }

    def start(self):
        if "valkey" in self.without:
            self.valkey.stop()
            self.valkey.running.clear()
        for child in self.all():
            if child.name in self.children:
                child.start()
            self.supervisor.keep(child)

    def all(self):
        return [*self.valkey.children, *self.children.values()]

    def run(self, seconds):
        """Look after the processes for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.supervisor.look()
            time.sleep(LOOK_SECONDS)

    def run_until(self, is_done, seconds):
        until = time.monotonic() + seconds
        while not is_done():
            assert time.monotonic() < until, self.logs()
            self.run(LOOK_SECONDS)

    def kill(self, *names):
        """SIGKILL, for the whole process group: nothing is cleaned up."""
        for child in self.all():
            if child.name in names and child.process is not None and child.process.poll() is None:
                os.killpg(child.process.pid, signal.SIGKILL)
                self.kills += 1

    def kill_a_child_of(self, name):
        """SIGKILL for one of the processes that this one has forked: the parent is to notice."""
        child = self.children[name]
        if child.process is None or child.process.poll() is not None:
            return
        forked = Path(f"/proc/{child.process.pid}/task/{child.process.pid}/children").read_text().split()
        for pid in forked[:1]:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
                self.kills += 1

    def freeze(self, name, seconds):
        """SIGSTOP, and after so long SIGCONT."""
        child = next(each for each in self.all() if each.name == name)
        os.kill(child.process.pid, signal.SIGSTOP)
        try:
            self.run(seconds)
        finally:
            os.kill(child.process.pid, signal.SIGCONT)

    def web_answers(self):
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            web.request("GET", "/livez")
            return web.getresponse().status == 200
        except OSError:
            return False
        finally:
            web.close()

    def client(self):
        """Of its Valkey."""
        return redis.Redis.from_url(self.valkey.redis_url, socket_timeout=30)

    def stop(self):
        self.supervisor.stop(self.children.values())
        self.valkey.stop()
        self.leash.close()

    def mails(self):
        """The Message-IDs of all mail that left, doubles included; one file may hold several."""
        files = (self.directory / "mail").glob("*")
        return [found for path in files for found in MESSAGE_ID.findall(path.read_text(encoding="utf-8"))]

    def logs(self):
        return "\n".join(f"--- {child.name}\n{child.last_lines()}" for child in self.children.values())
