"""Money: written, read, divided, and none of it lost."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersales.errors import Invalid, NotPossible
from aftersales.money import (
    EXPONENTS,
    exponent,
    format_money,
    parse_money,
    refund_for_quantity,
    round_half_up,
    split_by_weight,
)

amounts = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("currency", "places"),
    [("CNY", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ISK", 0), ("HUF", 2)],
)
def test_exponent_is_that_of_iso_4217(currency, places):
    assert exponent(currency) == places


@pytest.mark.parametrize("currency", ["XAU", "cny", "", "EURO", None, ["CNY"]])
def test_what_is_no_currency_is_refused(currency):
    with pytest.raises(Invalid, match="is not a currency"):
        exponent(currency)


def test_every_currency_is_listed_once_by_three_letters():
    assert len(EXPONENTS) == 170
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        (129900, "CNY", "en", "¥1,299.00"),
        (129900, "CNY", "zh-hans", "¥1,299.00"),
        (5490, "EUR", "en", "€54.90"),
        (5, "GBP", "en", "£0.05"),
        (-5490, "EUR", "en", "−€54.90"),
        (0, "EUR", "en", "€0.00"),
        (1299, "JPY", "en", "JP¥1,299"),
        (1234567, "KWD", "en", "KWD\N{NO-BREAK SPACE}1,234.567"),
        (100, "USD", "en", "$1.00"),
        (100, "USD", "zh-hans", "US$1.00"),
        (10**17, "CNY", "en", "¥1,000,000,000,000,000.00"),
    ],
)
def test_money_is_written_as_people_read_it(minor, currency, language, text):
    assert format_money(minor, currency, language) == text


@pytest.mark.parametrize(
    ("minor", "text"), [(129949, "¥1,299"), (129950, "¥1,300"), (-150, "−¥2"), (-49, "¥0"), (0, "¥0")]
)
def test_dashboards_show_no_decimals(minor, text):
    assert format_money(minor, "CNY", decimals=False) == text


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1299", "CNY", 129900),
        ("1,299.00", "CNY", 129900),
        (" ¥1,299.5 ", "CNY", 129950),
        ("￥１，２９９．００", "CNY", 129900),
        ("1299 元", "CNY", 129900),
        ("CNY 12", "CNY", 1200),
        ("54.90€", "EUR", 5490),
        ("−€54.90", "EUR", -5490),
        ("- 5", "EUR", -500),
        ("¥100", "JPY", 100),
        ("US$5", "USD", 500),
        ("$5", "HKD", 500),
        ("1.234", "KWD", 1234),
        ("0", "CNY", 0),
    ],
)
def test_typed_money_is_read(text, currency, minor):
    assert parse_money(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("", "CNY", "is not an amount"),
        ("twelve", "CNY", "is not an amount"),
        ("12 50", "CNY", "is not an amount"),
        ("54,90", "EUR", "can be read in two ways"),
        ("1.299,00", "EUR", "can be read in two ways"),
        ("1,2345", "EUR", "can be read in two ways"),
        (".5", "EUR", "can be read in two ways"),
        ("€5", "CNY", "is not an amount in CNY"),
        ("$5", "CNY", "is not an amount in CNY"),
        ("5F", "CHF", "is not an amount in CHF"),
        ("--5", "CNY", "is not an amount in CNY"),
        ("5-", "CNY", "is not an amount in CNY"),
        ("¥5元", "CNY", "is not an amount in CNY"),
        ("1.005", "CNY", "CNY has at most 2 decimals"),
        ("100.00", "JPY", "JPY has no decimals"),
        ("9" * 5000, "CNY", "too large"),
        ("92233720368547758.08", "CNY", "too large"),
        ("٣", "CNY", "is not an amount"),
        ("5", "XXX", "is not a currency"),
    ],
)
def test_typed_money_that_may_be_misread_is_refused(text, currency, sentence):
    with pytest.raises(Invalid, match=sentence):
        parse_money(text, currency)


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)), st.sampled_from(["en", "zh-hans"]))
def test_what_is_written_can_be_read_back(minor, currency, language):
    assert parse_money(format_money(minor, currency, language), currency) == minor


@given(st.text(max_size=20))
def test_reading_answers_or_refuses_whatever_is_typed(text):
    with suppress(Invalid):
        assert isinstance(parse_money(text, "CNY"), int)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 2, 3), (4, 3, 1), (5, 3, 2), (-5, 2, -3), (0, 7, 0), (7, 1, 7)],
)
def test_halves_are_rounded_away_from_zero(numerator, denominator, rounded):
    assert round_half_up(numerator, denominator) == rounded


def test_rounding_by_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        round_half_up(1, 0)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1000, [3, 3, 1], [429, 428, 143]),
        (10, [0, 5, 0], [0, 10, 0]),
        (5, [0, 0], [3, 2]),
        (0, [], []),
        (0, [2, 1], [0, 0]),
        (1, [1, 2], [0, 1]),
    ],
)
def test_a_split_gives_the_rest_to_the_largest_remainders(total, weights, shares):
    assert split_by_weight(total, weights) == shares


@given(amounts, st.lists(amounts, min_size=1, max_size=30))
def test_a_split_loses_nothing_and_is_never_a_unit_off(total, weights):
    shares = split_by_weight(total, weights)

    assert sum(shares) == total
    if whole := sum(weights):
        assert all(
            abs(share * whole - total * weight) < whole for share, weight in zip(shares, weights, strict=True)
        )
        assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if not weight)


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [1, -1]), (1, [])])
def test_a_split_of_less_than_nothing_or_over_nothing_is_refused(total, weights):
    with pytest.raises(ValueError, match=r"negative|nothing"):
        split_by_weight(total, weights)


def test_three_pieces_for_a_hundred_come_back_one_by_one():
    assert [refund_for_quantity(10000, 3, back, 1) for back in range(3)] == [3333, 3334, 3333]


@given(amounts, st.lists(st.integers(0, 20), min_size=1, max_size=10).filter(any))
def test_refunds_add_up_to_what_was_paid_however_they_are_grouped(paid, groups):
    of, back, refunded = sum(groups), 0, 0
    for quantity in groups:
        refund = refund_for_quantity(paid, of, back, quantity)
        assert refund == refund_for_quantity(paid, of, back, quantity, already_refunded=refunded)
        back, refunded = back + quantity, refunded + refund

    assert refunded == paid


@pytest.mark.parametrize(("already_refunded", "refund"), [(0, 6667), (4000, 2667), (6667, 0), (9000, 0)])
def test_a_refund_counts_what_was_really_given_back(already_refunded, refund):
    assert refund_for_quantity(10000, 3, 1, 1, already_refunded=already_refunded) == refund


def test_more_pieces_than_are_left_cannot_be_refunded():
    with pytest.raises(NotPossible, match="2 cannot be given back: 1 of 3 are left"):
        refund_for_quantity(10000, 3, 2, 2)


@pytest.mark.parametrize("numbers", [(-1, 3, 0, 1), (1, 0, 0, 0), (1, 3, -1, 1), (1, 3, 0, -1)])
def test_refunds_of_negative_numbers_are_refused(numbers):
    with pytest.raises(ValueError, match="cannot be negative"):
        refund_for_quantity(*numbers)
