"""The replay: what it reads, what it asks for, how it answers and fills in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aftersales.replay.client import Client, Meter, Unreachable
from aftersales.replay.filling import answer_for, fill
from aftersales.replay.keys import MissingKeys, read_keys
from aftersales.replay.orders import by_customer, invoices_of, is_goods, order_body, shift_to
from aftersales.replay.pictures import picture
from aftersales.replay.plans import PLANS
from aftersales.replay.returns import match_returns
from aftersales.replay.rows import WrongFormat, read_rows
from aftersales.replay.sending import batches, reason_of
from aftersales.replay.surveying import Form
from tests.shared_data import shared_data

SAMPLE = Path(__file__).parents[1] / "data" / "retail_sample.csv"
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


@pytest.fixture(scope="module")
def sample():
    return read_rows(SAMPLE)


@pytest.fixture(scope="module")
def invoices(sample):
    return {invoice.number: invoice for invoice in invoices_of(sample[0])}


# -- rows --------------------------------------------------------------------------


def test_rows_that_cannot_be_read_are_named_by_line(sample):
    _rows, broken = sample

    assert [(one.line, one.why) for one in broken] == [
        (17, "UnitPrice “0.001” is not a whole number of pence"),
        (18, "Quantity “zwei” is not a whole number"),
        (19, "InvoiceDate “06/03/2024 13:00” is not YYYY-MM-DD HH:MM:SS"),
        (20, "it has 7 fields instead of 8"),
        (21, "it is not CSV: unexpected end of data"),
    ]


def test_a_row_is_read_as_it_stands(sample):
    rows, _broken = sample
    row = rows[1]

    assert (row.line, row.invoice, row.sku, row.title) == (3, "900001", "10002", "LANTERN, GREEN GLASS")
    assert (row.quantity, row.price_minor, row.customer) == (4, 339, "70001")
    assert row.at == datetime(2024, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1,A,x,1,2024-03-01 09:00:00,nan,70001,UK", "is not a number"),
        ("1,A,x,1,2024-03-01 09:00:00,1e999999999,70001,UK", "is not a number"),
        ("1,A,x,1.5,2024-03-01 09:00:00,1,70001,UK", "is not a whole number"),
        ("1,A,x,1,2024-03-01 09:00:00,1,Bob,UK", "CustomerID “Bob”"),
        (",A,x,1,2024-03-01 09:00:00,1,70001,UK", "no InvoiceNo"),
        ("1,A,x,1,2024-02-30 09:00:00,1,70001,UK", "InvoiceDate"),
        ("", "0 fields"),
    ],
)
def test_nothing_is_guessed(tmp_path, line, why):
    path = tmp_path / "x.csv"
    path.write_text(HEADER + line + "\n" + "2,B,y,1,2024-03-01 09:00:00,1,,UK\n")

    rows, broken = read_rows(path)

    assert [row.invoice for row in rows] == ["2"]
    assert broken[0].line == 2
    assert why in broken[0].why


def test_bytes_that_are_no_text_spoil_their_own_line_only(tmp_path):
    path = tmp_path / "x.csv"
    good = b"2,B,y,1,2024-03-01 09:00:00,1,,UK\n"
    path.write_bytes(HEADER.encode() + b"1,A,\xff\xfe,1,2024-03-01 09:00:00,1,,UK\n" + good)

    rows, broken = read_rows(path)

    assert ([row.invoice for row in rows], broken[0].why) == (["2"], "it is not UTF-8 text")


@pytest.mark.parametrize("content", [b"", b"a,b,c\n", b"\x1f\x8b broken"])
def test_another_format_is_refused(tmp_path, content):
    path = tmp_path / ("x.csv.gz" if content[:1] == b"\x1f" else "x.csv")
    path.write_bytes(content)

    with pytest.raises(WrongFormat):
        read_rows(path)


# -- orders ------------------------------------------------------------------------


def test_an_order_says_what_the_file_says(invoices):
    body = order_body(invoices["900001"], timedelta(days=1))

    assert [(line["sku"], line["quantity"], line["paid_minor"]) for line in body["lines"]] == [
        ("10001A", 6, 1530),
        ("10002", 4, 1356),
        ("10003", 12, 1500),
    ]
    assert (body["shipping_minor"], body["payments"][0]["captured_minor"]) == (1800, 6186)
    assert body["placed_at"] == "2024-03-02T09:00:00+00:00"
    assert (body["currency"], body["shipping_address"]) == ("GBP", {"country": "GB"})
    assert "deliveries" not in body


def test_what_the_file_does_not_say_is_left_out(invoices):
    assert "customer" not in order_body(invoices["900004"], timedelta(0))
    assert "shipping_address" not in order_body(invoices["900006"], timedelta(0))


def test_dates_move_by_whole_days_to_now(sample):
    rows, _broken = sample
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)

    shift = shift_to(rows, now)

    assert timedelta(0) <= now - (max(row.at for row in rows) + shift) < timedelta(days=1)
    assert shift.seconds == 0


def test_one_customers_orders_go_one_way_in_order(invoices):
    shards = by_customer(invoices.values(), 3)

    assert sorted(invoice.number for shard in shards for invoice in shard) == sorted(invoices)
    ways = [[one.number for one in shard if one.customer == "70001"] for shard in shards]
    assert sorted(ways, key=len)[-1] == ["900001", "900002"]


def test_batches_are_small_enough():
    orders = [{"external_id": str(n), "x": "y" * 400_000 * (n == 3)} for n in range(250)]

    assert [len(batch) for batch in batches(orders)] == [100, 100, 50]
    heavy = [{"x": "y" * 800_000}] * 3
    assert [len(batch) for batch in batches(heavy)] == [1, 1, 1]


def test_a_refusal_is_told_without_positions():
    error = {"code": "invalid", "errors": [{"pointer": "/lines/7/quantity", "code": "min_value"}]}

    assert reason_of(error) == "/lines/quantity: min_value"
    assert reason_of({"code": "order_has_claims"}) == "order_has_claims"


@pytest.mark.parametrize("sku", ["POST", "m", "D", "DOT", "C2", "BANK CHARGES", "gift_0001_20"])
def test_codes_that_are_no_goods(sku):
    assert not is_goods(sku)
    assert is_goods("85123A")


# -- returns -----------------------------------------------------------------------


def test_returns_are_matched_to_what_was_bought_before(sample, invoices):
    matched = match_returns(sample[0], list(invoices.values()))

    asked = {one.external_id: (one.order, one.order_line, one.quantity) for one in matched.returns}
    assert asked == {
        "C900020-1": ("900002", "1", 2),  # the newest purchase that has enough
        "C900020-2": ("900001", "2", 1),
        "C900020-3": ("900001", "3", 12),
        "C900021-1.1": ("900002", "1", 1),  # more than one order holds
        "C900021-1.2": ("900001", "1", 6),
        "C900022-1": ("900009", "1", 30),  # more than was ever bought: the desk must say so
        "C900023-1": ("900003", "1", 1),
        "C900023-2": ("900003", "2", 4),
        "C900028-1": ("900006", "1", 1),
        "C900029-1": ("900006", "1", 2),
        "C900030-1": ("900010", "1", 5),
    }
    assert matched.unmatched == {
        "not goods (postage, fees, discounts)": 2,
        "no customer": 1,
        "no earlier purchase of the product": 2,
        "its quantity is not negative": 1,
    }


def test_every_return_of_the_real_file_is_matched_or_counted():
    rows, broken = read_rows(shared_data("online_retail_slice.csv"))

    matched = match_returns(rows, invoices_of(rows))

    parts = sum("." in one.external_id and not one.external_id.endswith(".1") for one in matched.returns)
    assert len(matched.returns) - parts + sum(matched.unmatched.values()) == matched.rows
    assert broken == []


# -- acting ------------------------------------------------------------------------


def test_answers_lead_to_what_the_customer_wants():
    plan = next(plan for plan in PLANS if plan.name == "exchange")
    step = {"kind": "decide", "params": {}, "answers": ["repair", "exchange", "refund"]}
    check = {"kind": "check", "answers": ["pass", "fail"]}

    assert answer_for(step, plan) == "exchange"
    assert answer_for({**step, "answers": ["yes", "no"]}, plan) == "yes"
    assert answer_for({**check, "params": {"fact": "in_warranty"}}, plan) == "pass"
    assert answer_for({**check, "params": {"fact": "no_reason_excluded"}}, plan) == "fail"
    assert answer_for({"kind": "ask", "answers": None, "params": {"input": "text"}}, plan)


def test_a_verb_is_given_what_its_schema_requires():
    plan = PLANS[0]
    journey = type("Journey", (), {"plan": plan, "number": "A26-XYZ", "moves": 3})()
    schema = {
        "properties": {
            "carrier": {"type": "string"},
            "waybill": {"type": "string"},
            "status": {"type": "string", "enum": ["", "started"]},
            "note": {"type": "string"},
        },
        "required": ["carrier", "waybill", "status"],
    }

    body = fill(schema, "send_back", journey)

    assert set(body) == {"carrier", "waybill", "status"}
    assert (body["status"], body["waybill"]) == ("started", "RM-SEND-A26-XYZ-3")


def test_a_form_is_read_from_its_page():
    form = Form(
        '<input type="hidden" name="csrfmiddlewaretoken" value="t"><input type="radio" name="q-overall" value="5">'
        '<input type="radio" name="q-overall" value="4"><textarea name="q-why"></textarea><input name="x">'
    )

    assert (form.token, form.choices, form.typed) == ("t", {"q-overall": ["5", "4"]}, ["q-why"])


def test_keys_come_from_the_environment_or_the_file(tmp_path, monkeypatch):
    path = tmp_path / "keys.txt"
    roles = ("agent", "warehouse", "inspector", "finance", "supervisor")
    path.write_text("shop-key demo S\npassword p\n" + "".join(f"key {role} {role}-token\n" for role in roles))
    monkeypatch.setenv("AFTERSALES_AGENT_KEY", "other")

    tokens = read_keys(path)

    assert (tokens["shop"], tokens["agent"], tokens["finance"]) == ("S", "other", "finance-token")
    with pytest.raises(MissingKeys, match="shop \\(AFTERSALES_SHOP_KEY\\)"):
        read_keys(tmp_path / "nowhere.txt")


def test_a_desk_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr("aftersales.replay.client.TRIES", 2)

    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
        Client("http://127.0.0.1:9", "x", Meter()).get("/tickets")


def test_the_photos_of_a_step_differ():
    """The desk counts the same picture once."""
    for number in range(3):
        assert len({picture(f"A26-{number} recv", position)[1] for position in range(20)}) == 20
