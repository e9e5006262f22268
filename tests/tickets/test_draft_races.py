"""Several windows of one person at the same moment: one draft, and a sentence for the others."""

import uuid
from functools import partial

import pytest

from aftersales.errors import Stale
from aftersales.events.actors import Actor
from tests.races.at_once import at_once
from tickets.actions.message_drafts import draft_for_files, save_draft, turn_draft
from tickets.models import Draft

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WINDOWS = 8


def test_of_windows_that_begin_at_once_one_is_first(ticket, amy):
    me = Actor.staff(amy)
    begins = [
        partial(save_draft, ticket, by=me, kind="reply", body=f"window {n}", composing=uuid.uuid4())
        for n in range(WINDOWS)
    ]

    outcomes = at_once(begins)

    draft = Draft.objects.get()
    assert outcomes.count(draft) == 1
    assert sum(isinstance(outcome, Stale) for outcome in outcomes) == WINDOWS - 1


def test_files_of_windows_that_begin_at_once_lie_in_one_draft(ticket, amy):
    begin = partial(draft_for_files, ticket, by=Actor.staff(amy), kind="reply", composing=uuid.uuid4())

    outcomes = at_once([begin] * WINDOWS)

    assert outcomes == [Draft.objects.get()] * WINDOWS


def test_words_that_turn_while_others_begin_over_there_stay(ticket, amy):
    me = Actor.staff(amy)
    save_draft(ticket, by=me, kind="reply", body="mine", composing=uuid.uuid4())
    turn = partial(turn_draft, ticket, by=me, kind="reply", to="note")
    begin = partial(draft_for_files, ticket, by=me, kind="note", composing=uuid.uuid4())

    outcomes = at_once([turn, begin] * (WINDOWS // 2))

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Draft.objects.filter(body="mine").count() == 1
    assert Draft.objects.filter(visibility="internal").count() == 1
