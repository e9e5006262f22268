"""Child processes that never outlive us, whatever kills us, and never leave children of their own behind.

Each child leads a session of its own, so that Ctrl-C in the terminal reaches only us and we stop them in
order. Two belts hold them: on Linux the kernel signals a child when its parent dies, and everywhere the
leash (leash.py) ends the whole process group, which also catches grandchildren such as Celery's pool and
the web server's workers.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

LINUX = sys.platform == "linux"
LEASH = Path(__file__).with_name("leash.py")
PR_SET_PDEATHSIG = 1
LOG_BYTES = 5_000_000
_libc = ctypes.CDLL(None) if LINUX else None  # looked up before any fork


class EmbeddedError(Exception):
    """What kept a server of ours from starting, in a sentence a person can act on."""


class Leash:
    """Our end of the leash: what it holds is ended when we are gone."""

    def __init__(self, grace=20):
        self._grace = grace  # seconds between asking and insisting
        self._held = {}
        self._directories = []
        self._process = None

    @property
    def pid(self):
        return self._process.pid

    def hold(self, pid, stop_signal):
        self._held[pid] = int(stop_signal)
        self._tell(f"+ {pid} {int(stop_signal)}")

    def release(self, pid):
        if self._held.pop(pid, None) is not None:
            self._tell(f"- {pid}")

    def remove_at_end(self, directory):
        """Name a directory that goes when we are gone."""
        self._directories.append(directory)
        self._tell(f"rm {directory}")

    def check(self):
        """Start the leash anew if somebody killed it."""
        if self._process is None or self._process.poll() is not None:
            self._start()

    def close(self):
        """Let the leash do its work now: stop whoever is still held, remove what is to go."""
        self._end()
        self._held.clear()
        self._directories.clear()

    def _tell(self, line):
        if self._process is None or self._process.poll() is not None:
            self._start()
            return
        try:
            self._write([line])
        except OSError:
            self._start()

    def _end(self):
        if self._process is not None:
            with suppress(OSError):
                self._process.stdin.close()
            self._process.wait()
            self._process = None

    def _start(self):
        self._end()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LEASH), str(self._grace)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            text=True,
        )
        lines = [f"+ {pid} {number}" for pid, number in self._held.items()]
        self._write(lines + [f"rm {directory}" for directory in self._directories])

    def _write(self, lines):
        self._process.stdin.write("".join(line + "\n" for line in lines))
        self._process.stdin.flush()


class Child:
    """One process of ours: started, watched and stopped by name."""

    def __init__(
        self,
        name,
        argv,
        *,
        log,
        leash,
        cwd=None,
        env=None,
        account=None,
        stop_signal=signal.SIGTERM,
        before=None,
    ):
        self.name = name
        self.argv = [str(part) for part in argv]
        self.log = Path(log)
        self.stop_signal = stop_signal
        self.process = None
        self._leash = leash
        self._cwd = cwd
        self._env = env
        self._account = account
        self._before = before

    def start(self):
        """Start it; call from the main thread, for the kernel's belt is tied to the thread that forks."""
        if self._before:
            self._before()
        with open_log(self.log) as log:
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._cwd,
                env=self._env,
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509 - one prctl call, no locks
                **identity(self._account),
            )
        self._leash.hold(self.process.pid, self.stop_signal)

    def ended(self):
        """Its exit code once it has ended and nobody is left of its group; None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._leash.release(self.process.pid)
        return code

    def ask_to_stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self, grace=20):
        """Ask, wait, then insist."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.ended()
        self.process = None

    def last_lines(self, count=8):
        """The end of its log, for a message that says why it would not start."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-count:])


def die_with_parent(stop_signal):
    """What a child does between fork and exec: ask the kernel to be stopped when its parent dies."""
    if not LINUX:
        return None
    parent = os.getpid()

    def arm():
        # After the change of account, which would clear it; that is where subprocess calls us.
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:
            os._exit(1)

    return arm


def identity(account):
    """The account to run as, in subprocess's words; none means our own."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def open_log(path):
    """The log, to be appended to; a long one is put aside first, and one old one is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(path.suffix + ".1"))
    return path.open("ab")


def wait_until(answers, *, child, what, seconds=30):
    """Ask until the server answers; say why when it ends or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answers():
            return
        if child.ended() is not None:
            raise EmbeddedError(f"{what} ended while starting. The end of {child.log}:\n{child.last_lines()}")
        time.sleep(0.02)
    child.stop()
    raise EmbeddedError(f"{what} did not answer within {seconds} seconds; see {child.log}.")


def processes_in(directory, program):
    """Pids of running `program`s whose working directory this is (Linux; elsewhere nobody)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*") if LINUX else ():
        with suppress(OSError):  # gone meanwhile, a zombie, or somebody else's
            exe = os.readlink(entry / "exe").removesuffix(" (deleted)")
            if exe.endswith("/" + program) and os.readlink(entry / "cwd") == str(directory):
                found.append(int(entry.name))
    return found
