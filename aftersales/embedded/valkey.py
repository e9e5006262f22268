"""Valkey (it speaks Redis) from its wheel: on a loopback port, behind a password, writing its queue down."""

import secrets
import signal
import time

import redis

from aftersales.embedded.accounts import valkey_program
from aftersales.embedded.postgres import write_secret
from aftersales.embedded.processes import Child, EmbeddedError, processes_in, wait_until


class Valkey:
    """The server below `home`."""

    wanted_port = 63799  # the next free one is taken otherwise

    def __init__(self, home, *, port, leash, durable=True):
        self.directory = home / "valkey"
        self.port = port
        self._durable = durable
        self._password = secrets.token_hex(24)  # anew at each start: nothing else has to know it
        self._configuration = self.directory / "valkey.conf"
        self.child = Child(
            "valkey",
            [valkey_program(), self._configuration],
            log=home / "log" / "valkey.log",
            leash=leash,
            cwd=self.directory,
            stop_signal=signal.SIGTERM,
            before=self._clear_the_way,
        )

    @property
    def url(self):
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def start(self):
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._configure()
        self.child.start()
        wait_until(self._answers, child=self.child, what="Valkey")

    def _configure(self):
        """In a file and not as arguments, which every process of the machine may read."""
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "protected-mode": "yes",
            "requirepass": self._password,
            "daemonize": "no",
            "save": '""',
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        write_secret(self._configuration, "".join(f"{name} {value}\n" for name, value in settings.items()))

    def _clear_the_way(self):
        """Wait for a server that is still going down: two must not write one file."""
        deadline = time.monotonic() + 30
        while left := processes_in(self.directory, "valkey-server"):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"Valkey (process {left[0]}) still serves {self.directory}; stop it first."
                )
            time.sleep(0.05)

    def _answers(self):
        client = redis.Redis.from_url(self.url, socket_timeout=2)
        try:
            return client.ping()
        except redis.RedisError:  # not there yet, or still loading
            return False
        finally:
            client.close()
