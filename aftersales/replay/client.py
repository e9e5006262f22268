"""How the replay speaks to the desk: one key, kept connections, and patience where the desk asks for it."""

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

TIMEOUT = 60
TRIES = 12
AGAIN = {429, 502, 503, 504}  # and a repeated request that is still being worked on
LONGEST_WAIT = 5.0


class Unreachable(Exception):
    """The desk does not answer."""


@dataclass
class Meter:
    """What all clients together asked, and how long it took."""

    seconds: list = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    retries: int = 0
    started: float = field(default_factory=time.monotonic)

    def note(self, status, seconds):
        self.seconds.append(seconds)
        self.statuses[status] += 1

    def percentile(self, share):
        """In milliseconds; nought when nothing was asked."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict
    headers: dict

    @property
    def ok(self):
        return self.status < 300

    @property
    def code(self):
        return self.body.get("code", "")

    def __str__(self):
        return f"{self.status} {self.code}: {self.body.get('detail', '')}"


class Client:
    """One key's way to the desk; each thread has a connection of its own."""

    def __init__(self, url, token, meter):
        parts = urlsplit(url)
        self.scheme, self.place = parts.scheme, parts.netloc
        self.token, self.meter = token, meter
        self.threads = threading.local()
        self.opened = []

    def get(self, path, **params):
        query = f"?{urlencode(params)}" if params else ""
        return self.ask("GET", f"/api/v1{path}{query}")

    def post(self, path, body, *, key=None):
        """Every POST carries an Idempotency-Key, so that a try whose answer was lost can be made again."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or uuid.uuid4().hex}
        return self.ask("POST", f"/api/v1{path}", json.dumps(body).encode(), headers)

    def upload(self, path, fields, name, content, media_type):
        """One file as a form of a browser would send it."""
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
        parts.append(f"--{mark}\r\n{disposition}\r\nContent-Type: {media_type}\r\n\r\n".encode())
        body = b"".join([*parts, content, f"\r\n--{mark}--\r\n".encode()])
        headers = {
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        return self.ask("POST", f"/api/v1{path}", body, headers)

    def page(self, method, path, form="", cookie=""):
        """A page of the desk as a visitor sees it: (status, text, headers); no key is shown."""
        headers = {"Cookie": cookie} if cookie else {}
        if form:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"{self.scheme}://{self.place}{path}",
            }
        for is_last in (False, True):
            started = time.monotonic()
            try:
                status, content, given = self.exchange(method, path, form.encode() or None, headers)
            except (OSError, http.client.HTTPException) as error:
                self.forget()  # a connection that was idle for long may be closed at the other end
                if is_last:
                    raise Unreachable(f"{method} {self.place}{path}: {error}") from error
                continue
            self.meter.note(status, time.monotonic() - started)
            break
        return status, content.decode(errors="replace"), given

    def ask(self, method, path, body=None, headers=None):
        """Ask until there is an answer: busy and lost connections are worth another try, refusals are not."""
        wait = 0.1
        for attempt in range(TRIES):
            if attempt:
                time.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                self.meter.retries += 1
            try:
                answer = self.once(method, path, body, headers or {})
            except (OSError, http.client.HTTPException) as error:
                self.forget()
                trouble = error
                continue
            trouble = answer
            if answer.status not in AGAIN and answer.code != "idempotency_in_progress":
                return answer
            wait = max(wait, float(answer.headers.get("retry-after", 0) or 0))
        raise Unreachable(f"{method} {self.place}{path}: {trouble}")

    def once(self, method, path, body, headers):
        started = time.monotonic()
        status, content, given = self.exchange(
            method, path, body, {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **headers}
        )
        self.meter.note(status, time.monotonic() - started)
        is_json = "json" in given.get("content-type", "")
        return Answer(status, json.loads(content) if is_json and content else {}, given)

    def exchange(self, method, path, body, headers):
        """One request on this thread's connection: (status, content, headers)."""
        connection = self.connection()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        return response.status, content, {name.lower(): value for name, value in response.getheaders()}

    def connection(self):
        if getattr(self.threads, "connection", None) is None:
            kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
            self.threads.connection = kinds[self.scheme](self.place, timeout=TIMEOUT)
            self.opened.append(self.threads.connection)
        return self.threads.connection

    def forget(self):
        """Begin the next request on a new connection."""
        if getattr(self.threads, "connection", None) is not None:
            self.threads.connection.close()
            self.threads.connection = None

    def close(self):
        """Hang up, in whichever thread the calls were made; nobody asks any more."""
        for connection in self.opened:
            connection.close()
