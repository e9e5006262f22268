"""The studio's pages: the list, the board, one step's form, trying, publishing, files; each role and the stranger."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from aftersales.versions.models import State, Version
from tests.tickets.procedure_bodies import CODE, body_in_force
from tickets.actions import procedure_drafts

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(page_as, leo):
    return page_as(leo)


@pytest.fixture
def draft(shop, leo, as_staff):
    return procedure_drafts.begin_draft(shop, CODE, by=as_staff(leo))


def address(name="procedure", *more, shop="demo"):
    return reverse(name, args=[shop, CODE, *more])


def standing_draft():
    return Version.objects.get(code=CODE, state=State.DRAFT)


def mark():
    version = standing_draft()
    return f"{version.pk}.{version.revision}"


def first_step():
    return standing_draft().body["steps"][0]


def typed(step, **changes):
    """What a browser posts for a step as it stands."""
    data = {
        "seen": mark(),
        "stage": step["stage"],
        "kind": step["kind"],
        "role": step["role"],
        "target_minutes": step["target_minutes"],
        "mandatory": "on" if step["mandatory"] else "",
        **{f"{name}_{side}": step[name][side] for name in ("title", "instruction") for side in ("zh", "en")},
        **{name: value for name, value in step.get("params", {}).items() if isinstance(value, str | int)},
    }
    for number, choice in enumerate(step.get("params", {}).get("choices", ())):
        data |= {f"choices-{number}-{key}": value for key, value in choice.items()}
    return data | changes


def test_the_list_shows_every_procedure_in_its_group(lead, ticket, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        answer = lead.get(reverse("procedures"))

    rows = [row for _group, rows in answer.context["groups"] for row in rows]
    own = next(row for row in rows if row["standing"].code == CODE)
    assert len(rows) == 36
    assert own["running"] == {"count": 1, "capped": False}
    assert own["standing"].draft == draft
    assert b"the shop" not in answer.content


def test_the_board_has_a_column_for_each_stage(lead, draft):
    answer = lead.get(address())

    stages = [column["stage"] for column in answer.context["columns"]]
    cards = [card["code"] for column in answer.context["columns"] for card in column["cards"]]
    assert stages == ["communicate", "receive", "inspect", "resolve"]
    assert cards == [step["id"] for step in draft.body["steps"]]


@pytest.mark.parametrize("at", range(12))
def test_every_step_of_the_pack_comes_back_as_it_was(lead, draft, at):
    """A form that is posted as it was drawn changes nothing."""
    step = draft.body["steps"][at % len(draft.body["steps"])]
    form = lead.get(address(), {"step": step["id"]}).context["form"]
    data = dict(shown(form))

    lead.post(address("procedure_step", step["id"]), data | {"seen": mark(), "stage": step["stage"]})

    assert standing_draft().digest == draft.digest


def shown(form):
    """(name, value) of what a browser would post of a drawn form."""
    for part in form.parts():
        name = part["name"]
        if part["rows"] is not None:
            for number, row in enumerate(part["rows"]):
                yield from ((f"{name}-{number}-{key}", value) for key, value in row.items())
        elif part["kind"] == "tick":
            if form.initial[name]:
                yield name, "on"
        elif part["field"] is not None:
            yield name, form.initial[name]
    yield "when", form.conditions()


def test_a_step_is_saved_as_typed(lead, draft):
    answer = lead.post(address("procedure_step", first_step()["id"]), typed(first_step(), title_en="Anew"))

    assert answer.status_code == 302
    assert first_step()["title"]["en"] == "Anew"
    assert standing_draft().revision == 2


def test_an_unfinished_step_is_kept_with_what_is_wrong_beside_its_field(lead, draft):
    step = first_step()
    answer = lead.post(
        address("procedure_step", step["id"]), typed(step, title_en="", target_minutes="soon"), **HTMX
    )

    form = answer.context["form"]
    assert answer.status_code == 200
    assert first_step()["target_minutes"] == "soon"
    assert form.problems["title_en"] == ["This cannot be empty."]
    assert "whole number" in form.problems["target_minutes"][0]


def test_what_is_typed_is_checked_without_being_kept(lead, draft):
    step = first_step()
    answer = lead.post(
        address("procedure_step", step["id"]) + "?only=check", typed(step, title_en=" "), **HTMX
    )

    wrong = {name: sentences for name, sentences in answer.context["notes"] if sentences}
    assert wrong == {"title_en": ["This cannot be empty."]}
    assert b'id="step-title_en-notes"' in answer.content
    assert standing_draft().digest == draft.digest


def test_a_stale_save_is_refused_and_nothing_typed_is_lost(lead, draft):
    step, old = first_step(), mark()
    lead.post(address("procedure_step", step["id"]), typed(step, title_en="Quicker"))

    answer = lead.post(
        address("procedure_step", step["id"]), typed(step, title_en="Slower", seen=old), **HTMX
    )

    assert answer.status_code == 409
    assert ("Title (English)", "Quicker", "Slower") in answer.context["conflict"]["rows"]
    assert b"Slower" in answer.content
    assert first_step()["title"]["en"] == "Quicker"
    lead.post(address("procedure_step", step["id"]), typed(step, title_en="Slower"))
    assert first_step()["title"]["en"] == "Slower"


def test_a_step_that_was_taken_out_meanwhile_can_be_saved_again(lead, draft):
    step, old = first_step(), mark()
    lead.post(address("procedure_arrange"), {"seen": old, "do": f"remove:{step['id']}"})

    refused = lead.post(address("procedure_step", step["id"]), typed(step, seen=old))
    lead.post(address("procedure_step", step["id"]), typed(step))

    assert refused.status_code == 409
    assert refused.context["conflict"]["is_gone"]
    assert step["id"] in [each["id"] for each in standing_draft().body["steps"]]


def test_the_buttons_of_the_board_move_add_and_take_out(lead, draft):
    codes = [step["id"] for step in draft.body["steps"] if step["stage"] == "communicate"]

    lead.post(address("procedure_arrange"), {"seen": mark(), "do": f"down:{codes[0]}"})
    lead.post(address("procedure_arrange"), {"seen": mark(), "do": f"right:{codes[-1]}"})
    lead.post(address("procedure_arrange"), {"seen": mark(), "do": "add:inspect", "kind-inspect": "wait"})
    lead.post(address("procedure_arrange"), {"seen": mark(), "do": f"remove:{codes[1]}"})
    lead.post(address("procedure_arrange"), {"seen": mark(), "do": f"place:{codes[2]}:communicate:0"})

    now = [(step["id"], step["stage"]) for step in standing_draft().body["steps"]]
    assert now[0] == (codes[2], "communicate")
    assert ("wait_1", "inspect") in now
    assert (codes[-1], "receive") in now
    assert codes[1] not in dict(now)


def test_what_changed_in_a_step_is_taken_back(lead, draft):
    step = first_step()
    lead.post(address("procedure_step", step["id"]), typed(step, title_en="Anew"))
    lead.post(address("procedure_arrange"), {"seen": mark(), "do": f"back:{step['id']}"})

    assert standing_draft().body == draft.body


@pytest.mark.parametrize("do", ["", "fly:x", "place:x", "add:moon", "up", "remove:", "place:{}:moon:1"])
def test_nonsense_of_buttons_is_no_500(lead, draft, do):
    answer = lead.post(
        address("procedure_arrange"), {"seen": mark(), "do": do.format(draft.body["steps"][0]["id"])}
    )

    assert answer.status_code in (302, 404)


def test_publishing_asks_first_and_puts_the_draft_in_force(lead, ticket, draft):
    lead.post(address("procedure_step", first_step()["id"]), typed(first_step(), title_en="Anew"))

    asked = lead.get(address("procedure_publish"))
    lead.post(address("procedure_publish"), {"seen": mark()})

    assert "1 request is running" in asked.content.decode()
    assert (
        Version.objects.get(shop_id__isnull=False, state=State.PUBLISHED).body["steps"][0]["title"]["en"]
        == "Anew"
    )


def test_a_broken_draft_is_not_published(lead, draft):
    lead.post(address("procedure_step", first_step()["id"]), typed(first_step(), title_en=""))

    answer = lead.post(address("procedure_publish"), {"seen": mark()})

    assert answer.status_code == 422
    assert "This cannot be empty." in answer.content.decode()
    assert standing_draft().state == State.DRAFT


def test_it_is_tried_on_a_request_of_one_s_own_shop(lead, ticket, draft):
    found = lead.get(address("procedure_try"), {"ticket": ticket.number.lower()})
    missing = lead.get(address("procedure_try"), {"ticket": "ZZZZZZ"})

    assert len(found.context["rows"]) == len(draft.body["steps"])
    assert "No request “ZZZZZZ”" in missing.content.decode()


def test_a_file_goes_out_and_comes_in(lead, draft):
    text = lead.get(address("procedure_yaml")).content
    changed = text.replace(b"mandatory: true", b"mandatory: false", 1)

    lead.post(address("procedure_import"), {"seen": mark(), "file": SimpleUploadedFile("own.yaml", changed)})
    bad = lead.post(
        address("procedure_import"), {"seen": mark(), "file": SimpleUploadedFile("bad.yaml", b"id: [")}
    )

    assert first_step()["mandatory"] is False
    assert bad.status_code == 422
    assert "bad.yaml:" in bad.content.decode()


def test_the_heading_is_saved(lead, draft):
    data = {"seen": mark(), "title_zh": "新", "title_en": "New", "goal_zh": "目标", "goal_en": "Goal"}
    lead.post(address("procedure_heading"), data)

    assert standing_draft().body["title"] == {"zh": "新", "en": "New"}


def test_a_draft_is_begun_restored_and_discarded(lead):
    lead.post(address("procedure_begin"))
    lead.post(address("procedure_heading"), {"seen": mark(), "title_en": "New"})
    pack = Version.objects.get(code=CODE, shop_id=None)
    lead.post(address("procedure_restore"), {"seen": mark(), "version": pack.pk})
    restored = standing_draft().body
    lead.post(address("procedure_discard"), {"seen": mark()})

    assert restored == body_in_force()
    assert not Version.objects.filter(state=State.DRAFT).exists()
    assert lead.post(address("procedure_restore"), {"seen": "0", "version": "9" * 30}).status_code == 409


@pytest.mark.parametrize("name", ["amy", "wen", "ines", "finn", "quinn", "audrey"])
def test_who_does_not_lead_reads_and_does_not_write(page_as, stage, draft, name):
    client = page_as(getattr(stage, name))

    page = client.get(address(), {"step": draft.body["steps"][0]["id"]})

    assert page.status_code == 200
    assert b"procedure_arrange" not in page.content
    assert b"/arrange" not in page.content
    for act in ("begin", "discard", "restore", "import", "publish", "arrange", "heading"):
        assert client.post(address(f"procedure_{act}"), {"seen": mark()}).status_code == 403
    assert standing_draft().digest == draft.digest


def test_a_stranger_finds_nothing(page_as, bob, draft):
    client = page_as(bob)

    assert client.get(address()).status_code == 404
    assert client.post(address("procedure_discard")).status_code == 404
    assert client.get(reverse("procedures"), {"shop": "demo"}).status_code == 404
    assert client.get(address(shop="other")).context["standing"].draft is None


def test_without_signing_in_there_is_the_door(client, db):
    assert client.get(reverse("procedures"))["Location"].startswith("/login/")
