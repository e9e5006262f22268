"""Files of a request: who may send them in, and how they are handed out."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aftersales.events.actors import Actor
from tickets.actions.attachments import attach_file
from tickets.actions.procedure import complete_step
from tickets.models import Attachment

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 nothing"


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    }


def photo(name="mug.jpg", colour="red"):
    content = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue())


def send(client, ticket, *files, step="", **headers):
    path = f"/tickets/{ticket.number}/attachments"
    return client.post(path, {"file": files, "step": step}, headers=headers)


@pytest.fixture
def paper(ticket, amy):
    return attach_file(ticket, SimpleUploadedFile("发票 1.pdf", PDF), by=Actor.staff(amy))


def test_photos_are_evidence_for_their_step(ticket, page_as, amy):
    complete_step(ticket, by=Actor.staff(amy))
    client = page_as(amy)
    answer = send(client, ticket, photo("a.jpg"), photo("b.jpg", "blue"), step="evid")

    assert answer.status_code == 302
    assert list(Attachment.objects.values_list("step_code", flat=True)) == ["evid", "evid"]
    assert "2 of 3 photos are here" in client.get(answer["Location"]).text


def test_the_same_photo_again_is_one_of_those_that_a_step_asks_for(ticket, page_as, amy):
    complete_step(ticket, by=Actor.staff(amy))
    client = page_as(amy)
    send(client, ticket, photo("of-no-step.jpg"))
    for _again in range(2):
        answer = send(client, ticket, photo("a.jpg"), step="evid")

    assert Attachment.objects.filter(step_code="evid").count() == 1
    assert "1 of 3 photos are here" in client.get(answer["Location"]).text


def test_htmx_gets_the_part_it_came_from(ticket, page_as, amy):
    client, asks = page_as(amy), {"hx-request": "true"}

    card = send(client, ticket, photo(), step="hello", **asks)
    facts = send(client, ticket, photo(), **asks)

    assert card.text.lstrip().startswith('<div class="stack" id="step-photos"')
    assert facts.text.lstrip().startswith('<aside id="facts"')
    assert "ticket.attach" in facts["HX-Trigger"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ((), "Choose a file first."),
        ((SimpleUploadedFile("page.html", b"<script>alert(1)</script>"),), "Allowed are JPEG, PNG"),
    ],
)
def test_what_is_no_picture_or_paper_is_refused(ticket, page_as, amy, files, sentence):
    answer = send(page_as(amy), ticket, *files)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("wen", 302), ("audrey", 403), ("quinn", 403), ("bob", 404)])
def test_who_may_send_files(ticket, page_as, stage, role, status):
    assert send(page_as(getattr(stage, role)), ticket, photo()).status_code == status


def test_a_file_is_a_download_and_nothing_else(ticket, paper, page_as, amy):
    answer = page_as(amy).get(f"/tickets/{ticket.number}/attachments/{paper.uid}")

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"].startswith("private")


def test_a_file_is_only_for_those_who_see_its_request(ticket, paper, page_as, amy, bob, client):
    path = f"/tickets/{ticket.number}/attachments/{paper.uid}"

    assert client.get(path).status_code == 302
    assert page_as(bob).get(path).status_code == 404
    assert page_as(amy).get(f"/tickets/{ticket.number}/attachments/{uuid.uuid4()}").status_code == 404


def test_a_file_that_is_gone_is_not_found(ticket, paper, page_as, amy, tmp_path):
    (tmp_path / paper.path).unlink()

    assert page_as(amy).get(f"/tickets/{ticket.number}/attachments/{paper.uid}").status_code == 404
