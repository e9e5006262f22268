"""A shop's system that posts requests at a steady rate and does not rest before each is accepted."""

import http.client
import json
import threading
import time
from collections import Counter
from itertools import count

from tickets.models import Ticket

SENDERS = 4
BODY = {"category": "quality_other", "message": "It has a crack.", "channel": "api"}
PATIENCE = 60.0  # seconds after the end in which whatever is still unanswered is asked again
PAUSE = 0.2


class Load:
    """`begin`, `end`, then `check`. Each request has one idempotency key for all its tries."""

    def __init__(self, port, token, per_second):
        self.port, self.token, self.per_second = port, token, per_second
        self.accepted = {}  # subject -> number
        self.answers = Counter()  # status, or what became of a try that got none
        self.longest = 0.0  # seconds that one try took
        self.unsafe = []  # answers that say "try again" without saying when
        self._numbers = count()
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(SENDERS)]

    def begin(self):
        for thread in self._threads:
            thread.start()

    def stop_soon(self):
        """Nothing new is begun; what has no answer yet is asked again."""
        self._ends.set()

    def is_done(self):
        return not any(thread.is_alive() for thread in self._threads)

    def end(self):
        self._ends.set()
        for thread in self._threads:
            if thread.ident:
                thread.join(PATIENCE + 40)

    def _send(self):
        while not self._ends.is_set():
            started = time.monotonic()
            self._until_accepted(f"load-{next(self._numbers)}")
            self._ends.wait(max(0.0, SENDERS / self.per_second - (time.monotonic() - started)))

    def _until_accepted(self, subject):
        give_up = None
        while give_up is None or time.monotonic() < give_up:
            if self._ends.is_set() and give_up is None:
                give_up = time.monotonic() + PATIENCE
            if self._try(subject):
                return
            time.sleep(PAUSE)
        self.answers["never answered"] += 1

    def _try(self, subject):
        started = time.monotonic()
        try:
            status, number = self._post(subject)
        except (OSError, http.client.HTTPException) as error:
            self.answers["no answer" if isinstance(error, ConnectionError) else type(error).__name__] += 1
            return False
        finally:
            self.longest = max(self.longest, time.monotonic() - started)
        self.answers[status] += 1
        if number:
            self.accepted[subject] = number
        return bool(number)

    def _post(self, subject):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"key-of-{subject}",
            }
            connection.request("POST", "/api/v1/tickets", json.dumps({**BODY, "subject": subject}), headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status >= 500 and not (answer.status == 503 and answer.headers["Retry-After"]):
                self.unsafe.append((answer.status, body[:300]))
            return answer.status, json.loads(body)["number"] if answer.status in (200, 201) else None
        finally:
            connection.close()

    # -- what became of them ----------------------------------------------------------------

    def lost_and_doubled(self):
        """(accepted requests that are not there, requests that are there twice)."""
        rows = Ticket.objects.filter(subject__startswith="load-").values_list("subject", "number")
        found = Counter(subject for subject, _number in rows)
        lost = set(self.accepted.items()) - set(rows)
        return len(lost), sum(1 for times in found.values() if times > 1)

    def told(self):
        return ", ".join(f"{times} × {answer}" for answer, times in sorted(self.answers.items(), key=str))

    @property
    def refused_share(self):
        """Of all tries, the share that was answered with 5xx."""
        statuses = [(answer, times) for answer, times in self.answers.items() if isinstance(answer, int)]
        refused = sum(times for status, times in statuses if status >= 500)
        return refused / max(1, sum(self.answers.values()))
