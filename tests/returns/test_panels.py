"""The box about goods on the request's page: what it offers, to whom."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "offers"), [("ines", True), ("leo", True), ("wen", False), ("audrey", False)]
)
def test_inspecting_is_offered_to_those_who_may(received, stage, page_as, name, offers):
    page = page_as(getattr(stage, name)).get(f"/tickets/{received.number}").text

    assert (f'href="/inspect/{received.number}"' in page[page.index('id="goods"') :]) == offers


def test_nothing_is_offered_once_all_is_inspected(inspected, page_as, ines):
    page = page_as(ines).get(f"/tickets/{inspected.number}").text

    assert f'href="/inspect/{inspected.number}"' not in page[page.index('id="goods"') :]
