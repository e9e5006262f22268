"""A language model of the tests' own: a real HTTP server that answers as it is told and remembers what it read."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
from django.db import connection


class FakeModel:
    """`reply` is what it writes; `status`, `body` and `wait` are how it fails."""

    def __init__(self):
        self.reply, self.status, self.body, self.wait, self.location = "您好，[name]。", 200, None, 0, ""
        self.asked, self.keys, self.open_transactions = [], [], []

    @property
    def last(self):
        return "\n".join(message["content"] for message in self.asked[-1]["messages"])

    def answer(self, handler):
        length = int(handler.headers["Content-Length"])
        self.asked.append(json.loads(handler.rfile.read(length)))
        self.keys.append(handler.headers.get("Authorization"))
        self.open_transactions.append(idle_in_transaction())
        time.sleep(self.wait)
        written = {"choices": [{"message": {"role": "assistant", "content": self.reply}}]}
        body = self.body if self.body is not None else json.dumps(written).encode()
        handler.send_response(self.status)
        if self.location:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def idle_in_transaction():
    """How many connections to this database hold a transaction open while they wait."""
    given = connection.settings_dict
    with (
        psycopg2.connect(
            dbname=given["NAME"],
            user=given["USER"],
            password=given["PASSWORD"],
            host=given["HOST"],
            port=given["PORT"],
        ) as own,
        own.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
        )
        found = cursor.fetchone()[0]
    own.close()
    return found


@contextmanager
def fake_model():
    """(model, its address)"""
    model = FakeModel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            with suppress(BrokenPipeError, ConnectionResetError):  # the desk hung up
                model.answer(self)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield model, f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
