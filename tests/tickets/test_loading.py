"""Loading a content pack: idempotent, and what a shop edited stays."""

import re
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.versions.actions import draft, publish
from aftersales.versions.models import State, Version
from aftersales.versions.registry import InvalidContent, current
from tests.tickets.packs import edit, load, versions
from tickets.loading import read_pack
from tickets.management.commands.load_content import report
from tickets.models import Category, Macro, Reason
from tickets.queries import catalogue

pytestmark = pytest.mark.django_db
LEAD = Actor.system("lead")


# -- the default pack ---------------------------------------------------------


def test_the_default_pack_is_there_when_the_desk_opens():
    counts = {kind: Version.objects.filter(kind=kind, state=State.PUBLISHED).count() for kind in KINDS}

    assert counts == KINDS
    assert Category.objects.filter(parent=None).count() == 8
    assert Category.objects.exclude(parent=None).count() == 36
    assert (Reason.objects.count(), Macro.objects.count()) == (48, 90)


KINDS = {"sop": 36, "sla": 13, "calendar": 4, "checklist": 8, "survey": 4, "eligibility": 1}


def test_every_category_has_its_procedure_and_policy_when_loaded():
    for category in Category.objects.exclude(parent=None):
        assert category.code in current("sop", category.procedure).content.applies_to
        assert current("sla", category.sla_policy).content.targets


def test_every_approval_has_pounds_and_euros_when_loaded():
    steps = [
        step
        for version in Version.objects.filter(kind="sop", state=State.PUBLISHED)
        for step in current("sop", version.code).content.steps
        if step.kind == "approve"
    ]

    assert len(steps) == 40
    assert all(step.limits_in("GBP") and step.limits_in("EUR") for step in steps)


def test_holidays_are_written_out_when_a_calendar_names_a_list():
    calendar = current("calendar", "cn_office").content

    assert len([holiday for holiday in calendar.holidays if holiday.day.year == 2026]) == 33
    assert "2026-10-10" in {day.isoformat() for day in calendar.make_up_days}


def test_eligibility_differs_when_the_shop_is_in_europe():
    policy = current("eligibility", "default").content

    assert policy.window("changed_mind", "return", "CN").days == 7
    assert policy.window("changed_mind", "return", "DE").days == 14
    assert policy.approver(2001, "GBP") == "supervisor"
    assert policy.approver(1, "USD") == "finance"


# -- idempotence --------------------------------------------------------------


def test_a_second_load_changes_nothing_when_the_pack_is_the_same(pack):
    load(pack)
    before = versions()
    started = time.monotonic()

    assert load(pack) is None

    assert time.monotonic() - started < 1
    assert versions() == before
    assert list(report(read_pack(pack), None)) == ["This pack is loaded already."]


def test_only_what_changed_gets_a_new_version_when_the_pack_is_newer(pack):
    before = versions()
    edit(pack, "procedures/no_reason_return.yaml", "en: Within seven days?", "en: Still within seven days?")

    loaded = load(pack)

    assert [(v.code, v.outcome) for v in loaded.versions if v.outcome != "same"] == [
        ("no_reason_return", "updated")
    ]
    assert versions() - before == {
        ("sop", "no_reason_return", 1, "retired"),
        ("sop", "no_reason_return", 2, "published"),
    }
    assert current("sop", "no_reason_return").content.steps[0].title["en"] == "Still within seven days?"


def test_rows_follow_the_pack_when_it_is_newer(pack):
    edit(pack, "reasons.yaml", "en: Does not turn on or work", "en: Dead")
    edit(pack, "categories.yaml", "priority: low", "priority: high")
    ids = set(Category.objects.values_list("pk", flat=True))

    load(pack)

    assert Reason.objects.get(code="q_dead").name["en"] == "Dead"
    assert Category.objects.get(code="usage_help").priority == "high"
    assert set(Category.objects.values_list("pk", flat=True)) == ids


def test_a_version_is_kept_when_the_shop_edited_it(pack):
    body = Version.objects.get(kind="sop", code="invoice", state=State.PUBLISHED).body
    own = {**body, "goal": {"zh": "我们自己的", "en": "Our own"}}
    publish(draft("sop", "invoice", own, by=LEAD), by=LEAD)
    edit(pack, "procedures/invoice.yaml", "target_minutes: ", "target_minutes: 1")

    loaded = load(pack)

    assert current("sop", "invoice").content.goal["en"] == "Our own"
    assert "Kept as the shop edited it: sop invoice; the pack's differs." in list(
        report(read_pack(pack), loaded)
    )


def test_each_new_version_is_an_event_when_loaded(pack):
    edit(pack, "procedures/invoice.yaml", "target_minutes: ", "target_minutes: 1")

    load(pack)

    event = Event.objects.filter(kind="version.publish").latest("id")
    assert (event.stream, event.actor_name, event.data["number"]) == ("sop:invoice", "test", 2)


def test_what_has_no_code_is_said_when_loaded(pack):
    edit(
        pack,
        "facts.yaml",
        "  - id: order_paid",
        "  - id: moon_is_full\n    zh: 满月\n    en: Full moon\n  - id: order_paid",
    )
    edit(
        pack,
        "verbs.yaml",
        "  - id: claim.open",
        "  - id: moon.howl\n    zh: 嚎叫\n    en: Howl\n  - id: claim.open",
    )
    edit(pack, "procedures/no_reason_return.yaml", "fact: within_7_days", "fact: moon_is_full")
    edit(pack, "procedures/no_reason_return.yaml", "verb: inspection.record", "verb: moon.howl")

    loaded = load(pack)

    assert "moon_is_full" in loaded.unknown_facts
    assert "moon.howl" in loaded.unknown_verbs
    assert loaded.manual_steps >= 2


def test_a_file_is_named_when_nothing_reads_it(pack):
    (pack / "horoscope.yaml").write_text("signs: []\n")
    edit(pack, "pack.yaml", "  - demo.yaml", "  - demo.yaml\n  - horoscope.yaml")

    lines = list(report(read_pack(pack), load(pack)))

    assert lines[-1] == "Not used by this version: horoscope.yaml."


# -- policies beside each other -------------------------------------------------


def give(folder, code, scope):
    """The policy of the pack is for these requests; none: for those whose category names it."""
    path = folder / "sla_profiles.yaml"
    head, mark, rest = path.read_text().partition(f"\n  - id: {code}\n")
    rest = re.sub(r"\A    for: .*\n", "", rest)
    path.write_text(head + mark + (f"    for: {scope}\n" if scope else "") + rest)


@pytest.mark.parametrize("codes", [("consult", "order"), ("order", "consult")])
def test_conditions_may_go_from_one_policy_of_a_pack_to_another(pack, codes):
    give(pack, codes[0], "{channels: [phone]}")
    load(pack)
    give(pack, codes[0], "")
    give(pack, codes[1], "{channels: [phone]}")

    loaded = load(pack)

    assert loaded.clashes == ()
    assert [bool(current("sla", code).content.scope) for code in codes] == [False, True]


def test_one_shops_own_policy_keeps_no_pack_away_and_is_told(pack, shop):
    body = Version.objects.get(kind="sla", code="consult", state=State.PUBLISHED).body
    own = {**body, "code": "ours", "for": {"channels": ["phone"]}}
    publish(draft("sla", "ours", own, by=LEAD, shop_id=shop.pk), by=LEAD)
    give(pack, "order", "{channels: [phone], priorities: [urgent]}")

    loaded = load(pack)

    assert current("sla", "order").content.scope
    assert current("sla", "ours", shop.pk).content.scope
    assert any(
        "a shop's own says the same" in line and "“order” and “ours”" in line
        for line in report(read_pack(pack), loaded)
    )


def test_categories_of_a_pack_that_is_refused_are_not_remembered(pack):
    edit(pack, "categories.yaml", "priority: low", "priority: high")
    for code in ("order", "consult"):
        give(pack, code, "{channels: [phone], categories: [general_question]}")

    with pytest.raises(InvalidContent), transaction.atomic():
        load(pack)

    assert catalogue.categories()["usage_help"].priority == "low"


# -- the command --------------------------------------------------------------


def test_the_command_fails_in_one_line_when_the_pack_is_bad(tmp_path):
    with pytest.raises(CommandError, match=r"^pack\.yaml:1: "):
        call_command("load_content", str(tmp_path / "nowhere"))


def test_the_command_tells_what_it_did_when_the_pack_is_new(pack, capsys):
    edit(pack, "reasons.yaml", "en: Does not turn on or work", "en: Dead")

    call_command("load_content", str(pack))

    told = capsys.readouterr().out
    assert "66 pieces of versioned content: 66 same; 280 rows." in told
