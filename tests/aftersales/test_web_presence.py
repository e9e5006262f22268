"""Who else is here: known for some seconds, forgotten without harm."""

import uuid

import pytest

from aftersales.web import presence


@pytest.fixture
def place():
    """A place of this test alone; all tests share one Redis."""
    return f"test:{uuid.uuid4()}"


def test_people_at_one_place_hear_of_each_other(place):
    assert presence.greet(place, 1, {"name": "Amy"}) == []
    assert presence.greet(place, 2, {"name": "Leo"}) == [{"name": "Amy"}]
    assert presence.greet(place, 1, {"name": "Amy", "typing": True}) == [{"name": "Leo"}]
    assert presence.greet(place, 2, {"name": "Leo"}) == [{"name": "Amy", "typing": True}]


def test_places_are_apart(place):
    presence.greet(place, 1, "Amy")

    assert presence.greet(f"{place}/other", 2, "Leo") == []


def test_who_stopped_coming_is_not_there(place, monkeypatch):
    presence.greet(place, 1, "Amy")
    moment = presence.time.time() + presence.HERE_SECONDS + 1
    monkeypatch.setattr(presence.time, "time", lambda: moment)

    assert presence.greet(place, 2, "Leo") == []
