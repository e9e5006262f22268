"""Cursors: they go on where the page ended, and what is not one of ours is refused before the database."""

import base64
import json
from types import SimpleNamespace

import pytest

from aftersales.clock import now
from aftersales.errors import BadRequest
from aftersales.mail.models import OutgoingMail
from aftersales.web.keyset import Keyset

NEWEST = Keyset("created_at", "id")
MOMENT = {"t": "2026-01-01T00:00:00+00:00"}


def cursor_of(values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_a_cursor_gives_its_values_back():
    row = SimpleNamespace(created_at=now(), id=7)

    assert NEWEST.decode(NEWEST.encode(row), OutgoingMail) == [row.created_at, 7]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [MOMENT],
        [MOMENT, 1, 1],
        [1, 1],
        ["yesterday", 1],
        [{"t": "2026-01-01T00:00:00"}, 1],
        [{"t": 5}, 1],
        [{"u": 5}, 1],
        [MOMENT, "x"],
        [MOMENT, None],
        [MOMENT, [1]],
        [MOMENT, 1.5],
        [MOMENT, 10**30],
        [MOMENT, "\x00"],
        [MOMENT, "\ud800"],
        {"t": 5},
        5,
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(values):
    with pytest.raises(BadRequest) as refused:
        NEWEST.decode(cursor_of(values), OutgoingMail)

    assert refused.value.code == "bad_cursor"


@pytest.mark.parametrize("cursor", ["a", "é", "====", cursor_of([MOMENT, 1])[:-3]])
def test_a_broken_cursor_is_refused(cursor):
    with pytest.raises(BadRequest):
        NEWEST.decode(cursor, OutgoingMail)


def test_a_bottomless_cursor_is_refused():
    with pytest.raises(BadRequest):
        NEWEST.decode(base64.urlsafe_b64encode(b"[" * 50_000).decode(), OutgoingMail)
