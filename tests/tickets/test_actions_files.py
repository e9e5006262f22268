"""Files and rows keep together through rollbacks and kills; and hostile files stay out."""

import io
import os
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from aftersales.clock import now
from aftersales.errors import Invalid
from aftersales.events.actors import Actor
from tests.shared_data import shared_data
from tests.tickets.uploads import PDF, paper, photo
from tickets.actions.attachments import attach_file
from tickets.actions.files import SLIPS, FileSweep, sweep_files
from tickets.models import Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture
def attach(ticket, amy, files_here):
    return lambda upload: attach_file(ticket, upload, by=Actor.staff(amy))


@pytest.fixture
def let_them_age(tmp_path):
    """As if every slip had lain there for two hours."""

    def age():
        old = (now() - timedelta(hours=2)).timestamp()
        for slip in (tmp_path / SLIPS).iterdir():
            os.utime(slip, (old, old))

    return age


# -- together or not at all --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_kept_file_leaves_no_slip(attach, files_here):
    kept = attach(paper())

    assert files_here() == [kept.path]


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_transaction_failed_is_swept_away(attach, files_here, let_them_age):
    with transaction.atomic():
        attach(paper())
        transaction.set_rollback(True)
    assert len(files_here()) == 2
    assert sweep_files() == 0  # its transaction could still be running

    let_them_age()

    assert sweep_files() == 1
    assert (files_here(), Attachment.objects.count()) == ([], 0)


def test_a_kill_between_commit_and_slip_harms_no_file(attach, files_here, let_them_age):
    kept = attach(paper())  # in the test's transaction the slip is not picked up
    let_them_age()

    assert sweep_files() == 0
    assert files_here() == [kept.path]


def test_an_empty_storage_has_nothing_to_sweep(files_here):
    assert sweep_files() == 0


def test_the_sweep_looks_once_an_hour(files_here):
    moment = iter([0, 0, 10, 3600]).__next__
    sweep = FileSweep(moment)

    assert [sweep.drain_once(), sweep.drain_once(), sweep.is_late(timedelta(0))] == [0, 0, False]


# -- what is let in ------------------------------------------------------------------------------------


HOSTILE = {
    "script.html": b"<!doctype html><script>alert(1)</script>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "xml.svg": b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
    "photo.jpg.exe": b"MZ" + b"\0" * 100,
    "archive.zip": b"PK\x03\x04" + b"\0" * 100,
    "gif.gif": b"GIF89a" + b"\0" * 100,
    "fits.fits": b"SIMPLE  =                    T" + b" " * 100,
    "broken.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 50,
    "broken.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    "empty.png": b"",
    "text.txt": b"hello",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_on_the_list_stays_out_whatever_it_is_called(attach, files_here, name):
    for called in (name, "innocent.jpg", "paper.pdf"):
        with pytest.raises(Invalid):
            attach(SimpleUploadedFile(called, HOSTILE[name], content_type="image/jpeg"))

    assert (Attachment.objects.count(), files_here()) == (0, [])


def test_every_hostile_drawing_stays_out(attach):
    drawings = sorted(shared_data("nasty/svg").glob("*.svg"))

    assert len(drawings) == 8
    for drawing in drawings:
        with pytest.raises(Invalid):
            attach(SimpleUploadedFile("photo.png", drawing.read_bytes()))


def test_a_picture_with_a_page_behind_it_is_only_a_picture(attach, tmp_path):
    polyglot = photo().read() + b"<script>alert(document.domain)</script>"

    kept = attach(SimpleUploadedFile("a.jpg", polyglot))

    assert b"script" not in (tmp_path / kept.path).read_bytes()


@pytest.mark.parametrize(("suffix", "form"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")])
def test_place_and_camera_are_taken_out_of_every_kind_of_picture(attach, tmp_path, suffix, form):
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    content = io.BytesIO()
    Image.new("RGB", (30, 40), "teal").save(
        content, form, exif=exif, **({"pnginfo": secret()} if form == "PNG" else {})
    )

    kept = attach(SimpleUploadedFile(f"a.{suffix}", content.getvalue()))

    stored = (tmp_path / kept.path).read_bytes()
    assert not dict(Image.open(io.BytesIO(stored)).getexif())
    assert b"SECRET" not in stored


def secret():
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - one test's

    info = PngInfo()
    info.add_text("Comment", "SECRETCOMMENT")
    return info


@pytest.mark.parametrize(("side", "sentence"), [(7_000, "40 megapixels"), (20_000, "cannot be read")])
def test_a_bomb_is_refused_before_it_is_unpacked(attach, side, sentence):
    content = io.BytesIO()
    Image.new("1", (side, side)).save(content, "PNG")
    started = time.perf_counter()

    with pytest.raises(Invalid, match=sentence):
        attach(SimpleUploadedFile("bomb.png", content.getvalue()))

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\发票.pdf", "发票.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("con\u200b.pdf", "con.pdf"),
    ],
)
def test_a_name_is_shown_without_its_tricks(attach, name, shown):
    upload = SimpleUploadedFile("a.pdf", PDF)
    upload._name = name  # as a crafted request would name it

    assert attach(upload).name == shown
