"""What in a message is folded away as repeated mail."""

import time

import pytest

from tickets.queries.quoting import parts_of

EN = "On Mon, 2 Nov 2026 at 10:02, Shop <a@b.c> wrote:\n> Hello\nmore"
ZH = "在2026年11月2日，青禾 <a@b.c> 写道：\n您好"
ZH_ASCII = "在 2026-11-02 10:02:11，青禾 写道:\n您好"
OUTLOOK = "-----Original Message-----\nb"
QQ = "------------------ 原始邮件 ------------------\nb"
HEADERS = "发件人：青禾\n发送时间：今天\nb"


@pytest.mark.parametrize("history", [EN, ZH, ZH_ASCII, OUTLOOK, QQ, HEADERS])
def test_all_below_the_line_that_opens_earlier_mail_is_folded(history):
    assert parts_of(f"Thanks!\n\n{history}\n") == [(False, "Thanks!"), (True, history)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hello", [(False, "Hello")]),
        ("", []),
        ("Yes\n\n> Is it?\n> So?\n\nNo", [(False, "Yes"), (True, "> Is it?\n> So?"), (False, "No")]),
        ("From: here to there\nit is far", [(False, "From: here to there\nit is far")]),
        ("On Monday he wrote: I come.", [(False, "On Monday he wrote: I come.")]),
        ("在家里写道", [(False, "在家里写道")]),
        ("> all quoted", [(True, "> all quoted")]),
        ("5 > 3 is so", [(False, "5 > 3 is so")]),
    ],
)
def test_repeated_mail_is_told_from_new_words(text, parts):
    assert parts_of(text) == parts


@pytest.mark.parametrize("text", [">\n" * 10_000, "On \n" * 5_000, "On x wrote:" * 2_000, "在" * 20_000])
def test_long_texts_are_read_at_once(text):
    started = time.perf_counter()
    parts_of(text)

    assert time.perf_counter() - started < 1
