"""Keeping processes alive: who ends without being asked is started again, a little later each time."""

import signal
import time
from dataclasses import dataclass, field

from aftersales.embedded.processes import Child, EmbeddedError

LOOK_SECONDS = 0.2
FIRST_DELAY = 0.5
LONGEST_DELAY = 10.0
HEALTHY_SECONDS = 30.0  # who lived that long is not in a crash loop: the next delay is the first again


class StopRequested(BaseException):
    """Somebody asked us to end: Ctrl-C, SIGTERM, or a closed terminal."""


@dataclass
class Kept:
    """One child and when to start it again."""

    child: Child
    delay: float = FIRST_DELAY
    started_at: float = field(default_factory=time.monotonic)
    start_at: float | None = None


class Supervisor:
    """Starts children in order, restarts them while running, stops them in the reverse order."""

    def __init__(self, leash, say):
        self._leash = leash
        self._say = say
        self._kept = []

    def keep(self, child):
        """Look after a child that is already running."""
        self._kept.append(Kept(child))

    def run(self):
        """Until somebody asks us to stop."""
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def look(self):
        """Notice who has ended, and start again whose time has come."""
        self._leash.check()
        for kept in self._kept:
            self._look_at(kept)

    def stop(self, children):
        """Ask all of them at once, then wait for each."""
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()

    def _look_at(self, kept):
        now = time.monotonic()
        if kept.start_at is None:
            code = kept.child.ended()
            if code is not None:
                self._plan_restart(kept, code, now)
        elif now >= kept.start_at:
            self._restart(kept)

    def _plan_restart(self, kept, code, now):
        if now - kept.started_at > HEALTHY_SECONDS:
            kept.delay = FIRST_DELAY
        self._say(f"{kept.child.name} ended ({in_words(code)}); starting it again. See {kept.child.log}")
        kept.start_at = now + kept.delay
        kept.delay = min(kept.delay * 2, LONGEST_DELAY)

    def _restart(self, kept):
        try:
            kept.child.start()
        except (EmbeddedError, OSError) as error:
            self._say(f"{kept.child.name} does not start: {error}")
            kept.start_at = time.monotonic() + kept.delay
            kept.delay = min(kept.delay * 2, LONGEST_DELAY)
            return
        kept.start_at = None
        kept.started_at = time.monotonic()


def in_words(code):
    """An exit code as a person says it."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def listen_for_stop():
    """Turn the first request to end into StopRequested; those after it change nothing."""

    def stop(_number, _frame):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise StopRequested

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
