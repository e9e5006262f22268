"""What text can be kept, wherever it comes from."""

import pytest
from django.urls import reverse

from aftersales.storable import is_storable, storable
from aftersales.web.addresses import absolute


@pytest.mark.parametrize("text", ["", "plain", "杯子", "👩‍👩‍👧", "a\tb\nc", "\x01", "\ufffe"])
def test_text_is_kept_as_it_is(text):
    assert is_storable(text)
    assert storable(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\x00a\ud83db"])
def test_what_cannot_be_kept_is_left_out(text):
    assert not is_storable(text)
    assert storable(text) == "ab"


def test_an_address_to_copy_is_on_the_sites_own_name(settings):
    settings.SITE_URL = "https://desk.example.com"

    assert absolute("inbox") == f"https://desk.example.com{reverse('inbox')}"
    assert absolute("setup", token="a&b") == f"https://desk.example.com{reverse('setup')}?token=a%26b"
