"""Which side of two languages is read, and that this is asked in one place only."""

import pytest
from django.utils.translation import deactivate_all, override

from aftersales.languages import side_of
from tests.test_architecture import named, sources


@pytest.mark.parametrize(
    ("language", "side"),
    [
        ("zh-hans", "zh"),
        ("zh-CN", "zh"),
        ("ZH_TW", "zh"),
        ("zh", "zh"),
        ("en", "en"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_a_language_has_its_side(language, side):
    with override("zh-hans"):
        assert side_of(language) == side


@pytest.mark.parametrize(("language", "side"), [("zh-hans", "zh"), ("en", "en")])
def test_without_a_language_it_is_the_readers(language, side):
    with override(language):
        assert side_of() == side


def test_without_a_reader_it_is_english():
    deactivate_all()
    assert side_of() == "en"


def test_nobody_else_tells_chinese_by_its_first_letters():
    asking = [named(path) for path in sources() if '.startswith("zh")' in path.read_text(encoding="utf-8")]

    assert asking == ["aftersales/languages.py"]
