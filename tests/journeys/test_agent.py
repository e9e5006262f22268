"""An agent's first steps by pages alone: HTTP, forms as the page draws them, no JavaScript."""

import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import PASSWORD
from tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db

FORM = re.compile(r'<form id="step-form" method="post" action="([^"]+)".*?</form>', re.DOTALL)
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
TEXT = re.compile(r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', re.DOTALL)
COUNTED = re.compile(r'name="(lines-[^"]+)" value="(\d+)"')


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path):
    files = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": files}


def title(page):
    return re.search(r'<h2 id="next-step-title"[^>]*>([^<]*)</h2>', page.text)[1]


def submit(client, page, **chosen):
    """Send the card's form as a browser would, with what is filled in already, and follow."""
    form = FORM.search(page.text)
    fields = {
        name: unescape(value) for find in (INPUT, TEXT, COUNTED) for name, value in find.findall(form[0])
    }
    return client.post(form[1], fields | chosen, follow=True)


def photo(name, width):
    content = io.BytesIO()
    Image.new("RGB", (width, 30), "red").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue())


def test_from_the_login_to_an_approved_return(ticket, client, amy):
    client.post("/login/", {"username": "amy", "password": PASSWORD})
    queue = client.get("/", follow=True)
    page = client.get(re.search(r'class="step" href="([^"]+)"', queue.text)[1])

    assert title(page) == "First reply"
    page = submit(client, page)
    assert title(page) == "Collect evidence"
    refused = submit(client, page)
    assert (refused.status_code, title(refused)) == (409, "Collect evidence")
    files = [photo(f"{number}.jpg", 40 + number) for number in range(3)]
    page = client.post(f"/tickets/{ticket.number}/attachments", {"file": files, "step": "evid"}, follow=True)
    page = submit(client, page)
    assert title(page) == "Quick diagnosis"
    page = submit(client, page, answer="not_solved")
    assert title(page) == "Approve the return and issue the label"
    page = submit(client, page)

    assert title(page) == "Wait for the parcel"
    after = Ticket.objects.get()
    assert (after.stage, after.waiting_on, after.goods_expected) == ("receive", "customer", True)
    assert Attachment.objects.filter(step_code="evid").count() == 3
    assert Message.objects.filter(author_kind="staff", visibility="public").count() == 2
    assert "The request was approved" in page.text
