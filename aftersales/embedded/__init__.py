"""PostgreSQL and Valkey from their wheels, for a machine that has nothing but Python.

`start(directory)` gives servers that live below that directory and die with us. Production names servers
of its own in DATABASE_URL and REDIS_URL and never comes here.
"""

import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path

from aftersales.embedded.postgres import Postgres
from aftersales.embedded.processes import Child, EmbeddedError, Leash, wait_until
from aftersales.embedded.valkey import Valkey

__all__ = ["Child", "EmbeddedError", "Leash", "Servers", "free_port", "hold", "start", "wait_until"]

TRIES = 3  # between choosing a free port and listening on it somebody else may take it


class Servers:
    """What is running: its addresses, its processes, and how to stop it."""

    def __init__(self, directory, leash):
        self.directory = directory
        self.leash = leash
        self.running = []
        self.database_url = ""
        self.redis_url = ""
        self._owns_leash = False
        self._lock = None

    @property
    def children(self):
        return [server.child for server in self.running]

    def stop(self):
        """Stop all, last started first; what is committed stays."""
        for child in reversed(self.children):
            child.ask_to_stop()
        for child in reversed(self.children):
            child.stop()
        if self._owns_leash:
            self.leash.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def start(directory, *, durable=True, postgres=True, valkey=True, leash=None):
    """Start the servers below `directory`, created if need be; call from the main thread.

    `durable=False` is for tests: it trades safety at a power cut for speed, and takes any free port.
    """
    directory = Path(directory).resolve()
    servers = Servers(directory, leash or Leash())
    servers._owns_leash = leash is None
    servers._lock = hold(directory)
    try:
        if postgres:
            servers.database_url = _start(Postgres, servers, durable).url
        if valkey:
            servers.redis_url = _start(Valkey, servers, durable).url
    except BaseException:
        servers.stop()
        raise
    return servers


def _start(kind, servers, durable, tries=TRIES):
    port = free_port(kind.wanted_port if durable else 0)
    server = kind(servers.directory, port=port, leash=servers.leash, durable=durable)
    try:
        server.start()
    except EmbeddedError:
        if tries == 1:
            raise
        return _start(kind, servers, durable, tries - 1)
    servers.running.append(server)
    return server


def hold(directory):
    """Lock the directory for this process; the kernel lets go when the process ends, in whatever way."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise EmbeddedError(
            f"Another process already runs servers in {directory}; stop that one first."
        ) from None
    return lock


def free_port(wanted=0):
    """The wanted loopback port if it is free, else one of the next, else any."""
    candidates = (*range(wanted, min(wanted + 50, 65536)), 0) if wanted else (0,)
    for port in candidates:
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # ports in TIME_WAIT are free
            probe.bind(("127.0.0.1", port))
            return probe.getsockname()[1]
    raise EmbeddedError("No free port on 127.0.0.1.")
