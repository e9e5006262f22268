"""What tests ask about running processes."""

import os
import time
from contextlib import suppress
from pathlib import Path


def running_below(directory):
    """Pids of processes, zombies aside, that work in this directory or name it on their command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile
            arguments = (entry / "cmdline").read_text(errors="replace").split("\0")
            names_it = any(str(directory) in argument for argument in arguments)
            if names_it or Path(os.readlink(entry / "cwd")).is_relative_to(directory):
                found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid() and is_running(pid)]


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def eventually(holds, *, seconds=10):
    """Whether it holds within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False
