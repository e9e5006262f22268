"""The choice of a resolution: options side by side, refusals in place, and who chooses."""

import pytest

from returns.models import Resolution
from tests.returns.shortcuts import leave_questions_out


@pytest.fixture
def free(ticket, leo):
    return leave_questions_out(ticket, leo)


def test_the_options_stand_side_by_side(free, page_as, amy):
    page = page_as(amy).get(f"/resolve/{free.number}").text

    for words in (
        "Repair",
        "Exchange",
        "Refund",
        "Re-ship",
        "Return as is",
        "¥66.67",
        "The goods are not here.",
    ):
        assert words in page


def test_choosing_proposes_for_these_units(free, line, page_as, amy):
    answer = page_as(amy).post(f"/resolve/{free.number}", {
        "kind": "exchange", f"lines-{line.uid}-quantity": "1", "sku": "MUG-2", "fault": "x", "warranty": "in",
    })  # fmt: skip

    assert answer.url == f"/tickets/{free.number}"
    resolution = Resolution.objects.get()
    assert (resolution.kind, resolution.items.get().quantity, resolution.exchange.sku) == (
        "exchange",
        1,
        "MUG-2",
    )


@pytest.mark.parametrize(
    ("fields", "sentence", "status"),
    [
        ({"kind": ""}, "Choose what", 422),
        ({"kind": "repair"}, "not here", 409),
        ({"kind": "gift"}, "Choose what", 422),
    ],
)
def test_a_refusal_stands_on_the_page(fields, sentence, status, free, line, page_as, amy):
    answer = page_as(amy).post(f"/resolve/{free.number}", {f"lines-{line.uid}-quantity": "1", **fields})

    assert answer.status_code == status
    assert sentence in answer.text


@pytest.mark.parametrize("name", ["wen", "ines", "audrey"])
def test_choosing_is_for_the_desk(name, stage, free, page_as):
    assert page_as(getattr(stage, name)).get(f"/resolve/{free.number}").status_code == 403


def test_a_stranger_finds_nothing_to_choose(free, page_as, bob):
    assert page_as(bob).get(f"/resolve/{free.number}").status_code == 404
