"""The stranger who has power elsewhere, a second team and somebody between both shops."""

import re

import pytest

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import add_member, create_team
from tests.factories import SYSTEM, new_user


@pytest.fixture
def olga(stage):
    """Administrator of the other shop: nothing of ours is hers."""
    olga = new_user("olga", "admin", "奥尔加", "Olga")
    add_member(stage.other_team, olga)
    return olga


@pytest.fixture
def kim(stage):
    """An agent who works for both shops, and so is nobody's alone."""
    kim = new_user("kim", "agent", "金", "Kim")
    add_member(stage.team, kim)
    add_member(stage.other_team, kim)
    return kim


@pytest.fixture
def night(stage):
    """A second team of our shop."""
    return create_team(
        by=SYSTEM, code="night", name_zh="夜班", name_en="Night", shops=[stage.shop], stages=["communicate"]
    )


@pytest.fixture
def by():
    """`by(ada)`: the person as an actor, read anew."""
    return lambda person: Actor.staff(type(person).objects.get(pk=person.pk))


@pytest.fixture
def kinds():
    """`kinds("shop:1")`: what happened in a stream, in order."""
    return lambda stream: list(
        Event.objects.filter(stream=stream).order_by("seq").values_list("kind", flat=True)
    )


@pytest.fixture
def alike():
    """A page without what differs on each: the moment, tokens, the request's id."""

    def strip(response, *words):
        text = response.text
        for word in (response["X-Request-Id"], *words):
            text = text.replace(word, "…")
        return re.sub(
            r'data-now="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken": "[^"]*"', "", text
        )

    return strip
