"""The process that outlives a killed parent for a moment, to end what the parent had started.

Run by path with the grace in seconds as its argument, not imported: it must start in a few milliseconds
and need nothing of the project. It reads its standard input: `+ PID SIGNAL` holds a child, `- PID` lets
it go, `rm PATH` names a directory to remove. At the end of the input, which comes when the parent ends
in whatever way, it stops what it still holds: each child with its own signal, and whoever is left of its
process group after the grace with SIGKILL.
"""

import os
import shutil
import signal
import sys
import time
from contextlib import suppress


def is_alive(group):
    """Whether anyone is left in the process group. A zombie is not: some first processes never reap."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):  # macOS answers the second for a zombie
        return False
    return not os.path.isdir("/proc/self") or any(state != "Z" for state in states_in(group))


def states_in(group):
    """The state letter of each process of the group, as Linux tells it."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError), open(f"/proc/{entry.name}/stat") as stat:
                state, _parent, its_group = stat.read().rpartition(")")[2].split()[:3]
                if int(its_group) == group:
                    yield state


def listen(lines):
    """What is held when the parent has nothing more to say: {pid: signal}, [directory]."""
    held, directories = {}, []
    for line in lines:
        order, _, rest = line.rstrip("\n").partition(" ")
        if order == "+":
            pid, number = rest.split()
            held[int(pid)] = int(number)
        elif order == "-":
            held.pop(int(rest), None)
        elif order == "rm":
            directories.append(rest)
    return held, directories


def stop_all(held, grace):
    for pid, number in held.items():
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
    deadline = time.monotonic() + grace
    while any(is_alive(pid) for pid in held) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in held:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def main():
    # Ctrl-C and a closing window are the parent's to answer; the leash ends with its input alone.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    held, directories = listen(sys.stdin)
    stop_all(held, grace=float(sys.argv[1]))
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
