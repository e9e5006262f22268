"""The desk's own processes - workers, beat, sweep and a Valkey - on the test's database, to be killed at will."""

import os
import re
import signal
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from aftersales import embedded
from aftersales.embedded.desk import children_of_desk
from aftersales.embedded.supervisor import LOOK_SECONDS, Supervisor

MESSAGE_ID = re.compile(r"^Message-ID: (<.+>)$", re.MULTILINE)


class Desk:
    """What `manage.py up` runs, but for the web; looked after by the same supervisor, while `run` is called.

    What it is to do `without` is dead from the start and stays so: workers, beat, sweep or valkey.
    """

    def __init__(self, without=()):
        self.without = without
        self.directory = Path(tempfile.mkdtemp(prefix="aftersales-faults-"))
        self.leash = embedded.Leash()
        self.leash.remove_at_end(self.directory)
        self.valkey = embedded.start(
            self.directory / "valkey", durable=True, postgres=False, leash=self.leash
        )
        self.supervisor = Supervisor(self.leash, say=lambda text: None)
        desk = children_of_desk(settings.BASE_DIR, self.directory, 0, self.environment(), self.leash)
        self.children = {child.name: child for child in desk if child.name != "web"}
        self.kills = 0

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
        }

    def start(self):
        for child in [*self.valkey.children, *self.children.values()]:
            if child.name in self.without:
                child.stop()
                continue
            if child.name in self.children:
                child.start()
            self.supervisor.keep(child)

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
        for child in [*self.valkey.children, *self.children.values()]:
            if child.name in names and child.process is not None and child.process.poll() is None:
                os.killpg(child.process.pid, signal.SIGKILL)
                self.kills += 1

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
