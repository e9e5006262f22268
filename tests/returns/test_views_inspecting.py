"""The inspector's desk: the line, its checklist, a refusal that keeps what was ticked."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from returns.models import Inspection
from tests.returns.test_actions_inspecting import SOUND
from tests.returns.test_views_receiving import picture
from tickets.models import Attachment

TICKED = {f"answers-{code}": answer for code, answer in SOUND.items()}


@pytest.fixture
def desk(page_as, ines):
    return page_as(ines)


def test_the_page_shows_the_line_what_was_said_and_the_checklist(desk, received, line):
    page = desk.get(f"/inspect/{received.number}")

    for words in (
        "白瓷杯",
        "收到时杯口有裂纹",
        "Signs of misuse",
        'name="answers-packaging"',
        f'value="{line.uid}"',
    ):
        assert words in page.text


def test_saving_inspects_and_goes_on(desk, received, line):
    answer = desk.post(f"/inspect/{received.number}", {**TICKED, "line": line.uid, "quantity": "1"})

    assert (answer.status_code, answer.url) == (302, f"/inspect/{received.number}")
    assert Inspection.objects.get().grade == "A"
    desk.post(f"/inspect/{received.number}", {**TICKED, "line": line.uid, "quantity": "1"})
    assert desk.get(f"/inspect/{received.number}").url == f"/tickets/{received.number}"


def test_a_refusal_keeps_what_was_ticked(desk, received, line):
    answer = desk.post(f"/inspect/{received.number}", {
        **TICKED, "answers-packaging": "damaged", "line": line.uid, "quantity": "2", "grade": "A",
    })  # fmt: skip

    assert answer.status_code == 422
    assert "at most B, because of “Packaging”" in answer.text
    assert 'value="damaged" checked' in answer.text
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("name", ["amy", "wen", "audrey"])
def test_the_desk_is_for_inspectors(name, stage, page_as, received):
    assert page_as(getattr(stage, name)).get(f"/inspect/{received.number}").status_code == 403


def test_another_shops_goods_are_not_there(stage, page_as, received):
    stage.bob.role = "inspector"
    stage.bob.save()

    assert page_as(stage.bob).get(f"/inspect/{received.number}").status_code == 404


def test_photos_stand_beside_their_checks_and_are_of_the_step(desk, counted):
    page = desk.get(f"/inspect/{counted.number}").text
    for words in ('name="photo-packaging"', 'capture="environment"', "0 of 2 photos are here"):
        assert words in page
    ticked = {**TICKED, "quantity": "1"}

    refused = desk.post(f"/inspect/{counted.number}", ticked | {"photo-packaging": upload("a.png")})
    assert refused.status_code == 409
    assert "“Fill in the checklist” needs 2 photos; 1 are here." in refused.text
    assert Inspection.objects.count() == 0

    files = {"photo-packaging": upload("a.png"), "photos": [upload("b.png", "blue")]}
    assert desk.post(f"/inspect/{counted.number}", ticked | files).status_code == 302
    kept = Attachment.objects.filter(step_code="insp").order_by("id").values_list("name", flat=True)
    assert list(kept) == ["packaging-a.png", "b.png"]


def test_photos_stay_when_an_answer_is_missing(desk, counted):
    """The browser sends them once: they are here when the answer is given."""
    path, ticked = f"/inspect/{counted.number}", {**TICKED, "quantity": "1"}
    files = {"photos": [upload("a.png"), upload("b.png", "blue")]}

    refused = desk.post(path, ticked | {"answers-fault": ""} | files)
    assert refused.status_code == 422
    assert "2 photos are here" in refused.text
    assert refused.text.count('class="ph"') == 2
    assert "2 photos are here" in desk.get(path).text

    assert desk.post(path, ticked).status_code == 302
    assert Inspection.objects.count() == 1
    assert Attachment.objects.filter(step_code="insp").count() == 2


def test_every_missing_answer_is_named_at_its_question(desk, received):
    refused = desk.post(f"/inspect/{received.number}", {**TICKED, "answers-fault": "", "answers-misuse": ""})

    assert refused.status_code == 422
    for code in ("fault", "misuse"):
        assert f'id="wrong-{code}"' in refused.text
    assert refused.text.count("“Signs of misuse” has no answer yet.") == 2  # above, and at the question


def test_a_file_that_cannot_be_kept_is_named_and_the_others_stay(desk, counted):
    bad = SimpleUploadedFile("notes.txt", b"words", "image/png")

    refused = desk.post(
        f"/inspect/{counted.number}", {**TICKED, "quantity": "1", "photos": [bad, upload("a.png")]}
    )

    assert refused.status_code == 422
    assert "notes.txt: Allowed are JPEG" in refused.text
    assert "1 photo is here" in refused.text
    assert not Inspection.objects.exists()


def test_the_same_picture_twice_is_one(desk, counted):
    refused = desk.post(
        f"/inspect/{counted.number}",
        {**TICKED, "quantity": "1", "photos": [upload("a.png"), upload("b.png")]},
    )

    assert refused.status_code == 409
    assert "needs 2 photos; 1 are here." in refused.text


def upload(name, colour="red"):
    return SimpleUploadedFile(name, picture(colour), "image/png")
