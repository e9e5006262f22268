"""Amounts: typed as people write them, exact, in the order's currency; one field, and the API's smallest unit."""

import pytest

from returns.forms import CompensateForm, RefundForm
from returns.models import Resolution

pytestmark = pytest.mark.django_db


def form_of(kind, ticket, **data):
    return kind(data or None, ticket=ticket, actor=None)


def test_a_page_shows_one_field_with_the_currencys_sign(ticket):
    form = form_of(CompensateForm, ticket)

    assert [field.name for field in form.visible_fields()] == ["amount", "reason", "ask_customer"]
    drawn = str(form["amount"])
    assert ">¥</span>" in drawn
    assert 'inputmode="decimal"' in drawn
    assert 'placeholder="0.00"' in drawn


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("129.00", 12900),
        ("129", 12900),
        ("0.29", 29),
        ("1,299.9", 129990),
        ("¥ 12.30", 1230),
        ("１２．５", 1250),
    ],
)
def test_what_is_typed_is_read_to_the_last_unit(ticket, typed, minor):
    form = form_of(CompensateForm, ticket, amount=typed, reason="Late")

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"amount_minor": minor, "reason": "Late", "ask_customer": False}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "above nought"),
        ("0", "above nought"),
        ("-3", "above nought"),
        ("1.234", "at most 2 decimals"),
        ("54,90", "two ways"),
        ("ten", "is not an amount"),
        ("$10", "is not an amount in CNY"),
        ("9" * 39, "too large"),
    ],
)
def test_what_is_no_amount_is_refused_beside_the_field(ticket, typed, sentence):
    form = form_of(CompensateForm, ticket, amount=typed, reason="Late")

    assert not form.is_valid()
    assert sentence in " ".join(form.errors["amount"])


def test_a_currency_without_decimals_has_none(ticket):
    ticket.order.currency = "JPY"

    assert 'placeholder="0"' in str(form_of(RefundForm, ticket)["amount"])
    assert form_of(RefundForm, ticket, amount="1200").is_valid()
    form = form_of(RefundForm, ticket, amount="12.5")
    assert form.errors["amount"] == ["JPY has no decimals."]


def test_a_refund_may_be_left_to_what_is_computed(ticket):
    form = form_of(RefundForm, ticket, reason="")

    assert form.is_valid()
    assert form.cleaned_data["amount_minor"] is None


def test_the_api_gives_the_smallest_unit(ticket, amy, do):
    do(amy, ticket, "compensate", amount_minor=1050, reason="Late")

    assert Resolution.objects.get().amount_minor == 1050


def test_less_than_computed_is_typed_on_the_card(inspected, amy, do):
    """Two mugs cost ¥66.67."""
    do(amy, inspected, "refund", amount="60.00", reason="A chip")

    assert Resolution.objects.get().amount_minor == 6000
