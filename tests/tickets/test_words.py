"""Text as tokens, and typed lines as terms: what is found by what."""

import pytest

from tickets.words import MAX_TERMS, fold, place_of, terms_of, tokens_of, tokens_of_code

TEXTS = {
    "杯口有裂纹": ["杯口", "口有裂", "裂纹", "杯口有裂纹"],
    "A款太小，想换XL码": ["A款", "a款太", "xl", "XL码", "换xl"],
    "The KETTLE leaks at its spout": ["kettle", "Ket", "KE", "leaks", "spout"],
    "ｆｕｌｌ　ｗｉｄｔｈ １２３": ["full", "width", "123"],
    "退\u200b货": ["退货"],
    "무선 이어폰 고장": ["무선", "이어폰"],
    "カップが割れた": ["カップ", "割れ"],
    "Der Fuß ist größer": ["fuss", "GRÖSSER", "großer"],
    "cafe\u0301 au lait": ["café", "cafe"],
    "50% off, 1/2 price": ["1/2", "50%"],
}


@pytest.mark.parametrize(("text", "typed"), [(text, typed) for text, all_ in TEXTS.items() for typed in all_])
def test_what_stands_in_a_text_is_proposed_and_found(text, typed):
    terms = terms_of(typed)

    assert [term.can_be_asked for term in terms] == [True]
    assert set(terms[0].tokens) <= tokens_of(fold(text))
    assert terms[0].text in fold(text)


@pytest.mark.parametrize("typed", ["口纹", "纹裂", "ettle", "full-width", "kettle its"])
def test_what_does_not_stand_there_is_not(typed):
    def holds(text, term):
        return set(term.tokens) <= tokens_of(text) and term.text in text

    [term] = terms_of(f'"{typed}"')

    assert not any(holds(fold(text), term) for text in TEXTS)


@pytest.mark.parametrize("tail", ["0001", "60001", "260001", "tm260001"])
def test_a_code_is_proposed_by_its_ending(tail):
    term = terms_of(tail)[0]

    assert set(term.of_code) & tokens_of_code("TM260001")


@pytest.mark.parametrize("typed", ["a267k3qx", "A26-7K3QX", "7k3qx", "A26", "A2"])
def test_a_code_is_found_with_and_without_what_parts_its_groups(typed):
    term = terms_of(typed)[0]

    assert set(term.of_code) & tokens_of_code("A26-7K3QX")


def test_a_short_code_of_single_characters_is_found():
    assert set(terms_of("O-1")[0].of_code) <= tokens_of_code("O-1")


def test_a_long_number_is_asked_by_more_than_its_first_digits():
    number = "202611270000123456"

    assert terms_of(number)[0].tokens == ("2026112700001234",)
    assert "2026112700001234" in tokens_of_code(number)


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("杯子 裂纹", ["杯子", "裂纹"]),
        ('"hanging heart" 破损', ["hanging heart", "破损"]),
        ("“质量 问题”", ["质量 问题"]),
        ("「质量问题」", ["质量问题"]),
        ('"half a quote', ["half", "a", "quote"]),
        ("138 0000 0001", ["13800000001"]),
        ("+86 138-0000-0001", ["8613800000001"]),
        ("杯子 杯子", ["杯子"]),
        ('"" “” -- & |', []),
        ("\x00\x00", []),
    ],
)
def test_a_line_is_parted_into_terms(typed, texts):
    assert [term.text for term in terms_of(typed)] == texts


@pytest.mark.parametrize("typed", ["裂", "x", "", "   ", "!!", "😀", "&", "'", "\\", "%_"])
def test_too_little_cannot_be_asked(typed):
    assert not any(term.can_be_asked for term in terms_of(typed))


def test_no_line_makes_more_terms_than_are_looked_at():
    assert len(terms_of(" ".join(f"word{n}" for n in range(50)))) == MAX_TERMS


def test_only_a_number_may_be_a_telephone_number():
    assert [term.digits for term in terms_of("138-0000-0001")] == ["13800000001"]
    assert [term.digits for term in terms_of("TM260001 杯子 12")] == ["", "", ""]


@pytest.mark.parametrize(
    ("text", "term", "place"),
    [
        ("收到时杯口有裂纹", "裂纹", "裂纹"),
        ("The  KETTLE\n leaks", "kettle leaks", "KETTLE\n leaks"),
        ("ﬁne ﬁlter", "filter", "ﬁlter"),
        ("Fuß", "fuss", "Fuß"),
        ("none", "some", None),
    ],
)
def test_the_place_is_told_in_the_text_as_it_was_written(text, term, place):
    found = place_of(term, text)

    assert (found and text[slice(*found)]) == place
