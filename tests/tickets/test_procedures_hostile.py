"""What nobody would type: naughty strings in every field, hundreds of steps, shapes from elsewhere; never a 500."""

import random

import pytest
import yaml
from django.urls import reverse

from aftersales.versions.models import State, Version
from tests.shared_data import shared_json
from tests.tickets.procedure_bodies import CODE, body_in_force
from tests.tickets.test_content import step
from tickets.actions import procedure_drafts
from tickets.content.differences import compare
from tickets.content.procedures import problems_of
from tickets.loading.writing import procedure_as_yaml
from tickets.procedure_words import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(page_as, leo):
    return page_as(leo)


@pytest.fixture
def naughty():
    return shared_json("nasty/blns/blns.json")


def address(name="procedure", *more):
    return reverse(name, args=["demo", CODE, *more])


def draft():
    return Version.objects.get(code=CODE, state=State.DRAFT)


def mark():
    return f"{draft().pk}.{draft().revision}"


def titled(naughty):
    """A body with a step for each naughty string, as its title, its instruction and one of its answers."""
    body = body_in_force()
    body["steps"] = [
        step(
            f"s{number}",
            "decide",
            title={"zh": text, "en": text},
            instruction={"zh": text, "en": text},
            params={"choices": [{"id": "a", "zh": text, "en": text}, {"id": text, "zh": "乙", "en": "B"}]},
            when={f"s{number - 1}": text} if number else {},
        )
        for number, text in enumerate(naughty[:300])
    ]
    return body


def test_naughty_strings_are_kept_shown_and_given_back(lead, shop, leo, as_staff, naughty):
    kept = [text for text in naughty if "\0" not in text]
    for part in (kept[:300], kept[300:]):
        procedure_drafts.save_draft(shop, CODE, titled(part), by=as_staff(leo))

        assert lead.get(address()).status_code == 200
        assert lead.get(address(), {"view": "changes", "step": "s1"}).status_code == 200
        assert lead.get(address("procedure_publish")).status_code == 200
        text = lead.get(address("procedure_yaml")).content.decode()
        assert yaml.safe_load(text)["steps"][0]["title"]["en"] == part[0]
        assert [each["title"] for each in draft().body["steps"]] == [{"zh": t, "en": t} for t in part]


def test_naughty_titles_are_typed_and_come_back_escaped(lead, shop, leo, as_staff, naughty):
    procedure_drafts.begin_draft(shop, CODE, by=as_staff(leo))
    first = draft().body["steps"][0]

    for text in random.Random(7).sample(naughty, 20):
        data = {
            "seen": mark(),
            "stage": first["stage"],
            "kind": text,
            "role": text,
            "target_minutes": text,
            "title_zh": text,
            "title_en": text,
            "fact": text,
            "photos": text,
            "when": text,
        }
        answer = lead.post(address("procedure_step", first["id"]), data, HTTP_HX_REQUEST="true")
        assert answer.status_code in (200, 400, 422)
        assert b"<script>alert" not in answer.content


def test_naughty_strings_as_addresses_and_numbers(lead, naughty):
    for text in random.Random(8).sample(naughty, 15):
        assert lead.get(address(), {"view": text, "step": text}).status_code in (200, 400)
        assert lead.get(address("procedure_try"), {"ticket": text}).status_code in (200, 400)
        assert lead.get(reverse("procedures"), {"shop": text}).status_code in (200, 400, 404)


SHAPES = (
    None,
    "",
    "x",
    7,
    -1,
    1e300,
    True,
    [],
    {},
    [None],
    {"zh": 1},
    {"a": "b"},
    [{}],
    [[[]]],
    {"id": {"x": []}},
)


def test_any_value_in_any_place_is_told_or_refused(api_as, leo):
    """Every value of a body replaced by every shape: a draft with problems or a refusal, and pages that draw it."""
    client, places = api_as(leo), list(places_of(body_in_force()))

    for number, place in enumerate(random.Random(9).sample(places, 60)):
        body = replaced(body_in_force(), place, SHAPES[number % len(SHAPES)])
        answer = client.put(f"/procedures/{CODE}/draft", body)
        assert answer.status_code in (200, 201, 422), (place, answer.content)
        if answer.status_code != 422:
            old = body_in_force()
            assert all(told(change, old, body) for change in compare(old, body))
            assert client.get(f"/procedures/{CODE}/diff").status_code == 200
            procedure_as_yaml(body)


def places_of(value, place=()):
    if place:
        yield place
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places_of(inner, (*place, key))


def replaced(body, place, value):
    part = body
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    return body


@pytest.mark.parametrize("at", range(len(SHAPES)))
def test_drawn_drafts_open_on_the_board_with_each_step(lead, api_as, leo, at):
    body = body_in_force()
    for each in body["steps"]:
        each["role"] = each["target_minutes"] = each["mandatory"] = SHAPES[at]
        each["params"] = dict.fromkeys(each.get("params", {}), SHAPES[at])
    answer = api_as(leo).put(f"/procedures/{CODE}/draft", body)

    if answer.status_code == 201:
        for each in body["steps"][:8]:
            assert lead.get(address(), {"step": each["id"]}).status_code == 200


def test_three_hundred_steps_are_drawn_and_moved(lead, shop, leo, as_staff, django_assert_max_num_queries):
    body = body_in_force()
    body["steps"] = [step(f"s{n}", "check", when={f"s{n - 1}": "pass"} if n else {}) for n in range(300)]
    procedure_drafts.save_draft(shop, CODE, body, by=as_staff(leo))

    with django_assert_max_num_queries(25):
        page = lead.get(address(), {"step": "s299"})
    moved = lead.post(address("procedure_arrange"), {"seen": mark(), "do": "up:s299"})

    assert (page.status_code, moved.status_code) == (200, 302)
    assert problems_of(draft().body) == [("/steps/298/when/s298", "No earlier step is called “s298”.")]


def test_a_thousand_steps_are_too_many(shop, leo, as_staff):
    body = body_in_force() | {"steps": [step(f"s{n}", "check") for n in range(1000)]}

    with pytest.raises(procedure_drafts.Invalid, match="at most 500 steps"):
        procedure_drafts.save_draft(shop, CODE, body, by=as_staff(leo))
