"""The suggester by itself: what counts, what explains, what it costs."""

import time

import pytest

from tickets.suggesting import SURE, Example, Suggester, examples_of
from tickets.suggesting.features import features, plain

EXAMPLES = [
    Example("refund", "When do I get my money back?"),
    Example("refund", "How long does a refund take?"),
    Example("refund", "退款什么时候到账"),
    Example("parcel", "Where is my parcel?"),
    Example("parcel", "Tracking has stopped"),
    Example("parcel", "快递不更新了"),
    Example("invoice", "Please send an invoice"),
    Example("invoice", "可以开发票吗"),
]


@pytest.fixture(scope="module")
def suggester():
    return Suggester(EXAMPLES)


def names(text):
    return [feature.name for feature in features(plain(text))]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("refund, how long?", "refund"),
        ("my refnud, how long does it take", "refund"),
        ("WHERE IS THE PARCEL", "parcel"),
        ("tracking stopping", "parcel"),
        ("快递几天不更新", "parcel"),
        ("请开发票", "invoice"),
        ("ｉｎｖｏｉｃｅ please", "invoice"),
    ],
)
def test_the_label_whose_words_these_are_comes_first(suggester, text, label):
    assert suggester.rank(text)[0].label == label


def test_the_reason_is_the_texts_own_words_in_its_order(suggester):
    assert suggester.rank("The money back, or a refund!")[0].words == ("money", "back", "refund")
    assert suggester.rank("我的退款到账了吗")[0].words == ("退款", "到账")


def test_words_nobody_used_make_it_less_sure(suggester):
    alone = suggester.rank("refund")[0].confidence
    among = suggester.rank("refund elephants cathedral volcano trombone")[0].confidence

    assert among < alone <= 1


@pytest.mark.parametrize(
    "text", ["", " ", "the and of", "elephant", "你好", "🙂", "\x00", "?" * 9000, "\ud800"]
)
def test_nothing_speaks_for_nothing(suggester, text):
    assert suggester.rank(text) == []


def test_an_empty_desk_suggests_nothing():
    assert Suggester([]).rank("refund") == []


def test_more_examples_do_not_make_a_label_win_by_chance():
    many = [Example("big", f"word{n} thing{n} refund") for n in range(200)]
    found = Suggester([*many, Example("small", "gift card balance")]).rank("gift card")

    assert found[0].label == "small"


def test_what_is_asked_as_it_was_taught_is_sure():
    taught = [
        Example(str(n), f"question {name} about {name}s")
        for n, name in enumerate(("boats", "trains", "cars"))
    ]

    assert Suggester(taught).rank("question boats about boatss")[0].confidence >= SURE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Asked", ["ask", "^ ask", "~<ask", "~aske", "~sked", "~ked>"]),
        ("it's 42", ["its", "^ its", "#", "its #"]),
        ("退款", ["退", "款", "退款"]),
        ("A型号", ["a", "^ a", "型", "号", "型号"]),
    ],
)
def test_the_features_of_a_text(text, found):
    assert names(text) == found


def test_an_article_teaches_its_questions_and_its_answer():
    taught = examples_of("a", {"zh": ["问"], "en": ["Q1", "Q2"]}, {"zh": "答", "en": "A"})

    assert [example.text for example in taught] == ["问", "Q1", "Q2", "答", "A"]


def test_a_look_up_takes_milliseconds(suggester):
    started = time.perf_counter()
    for _round in range(100):
        suggester.rank("When do I get my money back, it is three weeks now, please answer?")

    assert (time.perf_counter() - started) / 100 < 0.02
