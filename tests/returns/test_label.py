"""The printed label: both codes read back, Chinese text is really there, the same contents are the same bytes."""

import shutil
import subprocess

import pytest
import zxingcpp
from PIL import Image

from returns.label import label_pdf
from returns.models import Parcel
from returns.queries.labels import Label, LabelItem, label_of, masked_name

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="NOT CHECKED: the label's text and codes need poppler-utils"
)


@pytest.fixture
def parcel(approved, shop):
    shop.return_address = {
        "name": "退货组",
        "phone": "0571-88888888",
        "address": "浙江省杭州市余杭区示例路 8 号",
    }
    shop.save()
    return Parcel.objects.select_related("ticket").get()


def label(**changes):
    fields = {
        "code": "RP7K3QX9MZ2B", "request": "A26-7K3QX", "order": "536365", "language": "en", "shop": "Greenleaf",
        "address": ("Returns", "8 Example Road"), "sender": "J.", "items": (LabelItem("MUG", "White mug", 2),),
        "reason": "Chipped", "wish": "Refund", "freight": "shop",
    }  # fmt: skip
    return Label(**{**fields, **changes})


def text_of(pdf, tmp_path):
    (tmp_path / "label.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", tmp_path / "label.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout


@needs_poppler
def test_both_codes_read_back(tmp_path):
    (tmp_path / "label.pdf").write_bytes(label_pdf(label()))
    subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-singlefile", "label.pdf", "label"], cwd=tmp_path, check=True
    )

    codes = zxingcpp.read_barcodes(Image.open(tmp_path / "label.png"))

    assert {(code.format.name, code.text) for code in codes} == {
        ("Code128", "RP7K3QX9MZ2B"), ("QRCode", "RP7K3QX9MZ2B"),
    }  # fmt: skip


@needs_poppler
def test_a_chinese_label_says_it_in_chinese(parcel, tmp_path):
    text = text_of(label_pdf(label_of(parcel)), tmp_path)

    for words in (
        parcel.label_code,
        parcel.ticket.number,
        "白瓷杯",
        "MUG",
        "退货组",
        "浙江省杭州市",
        "王＊＊",
        "运费",
    ):
        assert words in text
    assert "王小明" not in text
    assert "13800000001" not in text


@needs_poppler
def test_an_english_label_says_it_in_english(tmp_path):
    text = text_of(label_pdf(label(wants_invoice=True)), tmp_path)

    assert "Please enclose" in text
    assert "paper invoice" in text
    assert "The shop pays the postage" in text


def test_the_same_contents_are_the_same_bytes(parcel):
    assert label_pdf(label_of(parcel)) == label_pdf(label_of(parcel))


def test_many_lines_go_on_to_another_page():
    pdf = label_pdf(
        label(items=tuple(LabelItem(f"SKU-{n}", "一只很长很长的名字的杯子" * 4, n) for n in range(1, 40)))
    )

    assert pdf.count(b"/Type /Page\n") >= 2


@pytest.mark.parametrize(
    ("name", "masked"), [("王小明", "王＊＊"), ("Jane Doe", "J."), ("", ""), (" 李 ", "李＊＊")]
)
def test_names_are_masked(name, masked):
    assert masked_name(name) == masked
