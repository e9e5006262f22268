"""Loading a content pack: idempotent, all or nothing, refused by file and line."""

import shutil
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.versions.actions import draft, publish
from aftersales.versions.models import State, Version
from aftersales.versions.registry import current
from staff.models import Setting
from tickets.actions.loading import load_pack
from tickets.loading import PackError, read_pack
from tickets.management.commands.load_content import DEFAULT_PACK, report
from tickets.models import Category, Macro, Reason

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
LEAD = Actor.system("lead")


@pytest.fixture
def pack(tmp_path):
    """A copy of the default pack that a test may spoil."""
    return Path(shutil.copytree(DEFAULT_PACK, tmp_path / "pack"))


def edit(folder, name, old, new, count=1):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))


def changed_line(folder, name):
    """The first line, counted from one, in which the file is not the default pack's."""
    pairs = zip(
        (folder / name).read_text().splitlines(), (DEFAULT_PACK / name).read_text().splitlines(), strict=False
    )
    return next(number for number, (ours, theirs) in enumerate(pairs, 1) if ours != theirs)


def load(folder):
    return load_pack(read_pack(folder), by=BY)


def versions():
    return set(Version.objects.values_list("kind", "code", "number", "state"))


# -- the default pack ---------------------------------------------------------


def test_the_default_pack_is_there_when_the_desk_opens():
    counts = {kind: Version.objects.filter(kind=kind, state=State.PUBLISHED).count() for kind in KINDS}

    assert counts == KINDS
    assert Category.objects.filter(parent=None).count() == 8
    assert Category.objects.exclude(parent=None).count() == 36
    assert (Reason.objects.count(), Macro.objects.count()) == (48, 85)


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

    assert len(steps) == 29
    assert all(step.limits_in("GBP") and step.limits_in("EUR") for step in steps)


def test_holidays_are_written_out_when_a_calendar_names_a_list():
    calendar = current("calendar", "cn_office").content

    assert len(calendar.holidays) == 33
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


# -- refusals -----------------------------------------------------------------

NO_REASON = "procedures/no_reason_return.yaml"


# Refused not where the change is: a text of two languages at its entry, an open bracket where it hurts.
LAGS = {"Hello {customer_nick}, this is": -2, "steps: [": 1}


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (NO_REASON, "kind: check", "kind: guess", "guess"),
        (NO_REASON, "      fact: within_7_days", "      fact: within_8_days", "within_8_days"),
        (NO_REASON, "      verb: return.approve", "      verb: return.applaud", "return.applaud"),
        (NO_REASON, "      message: policy_7day", "      message: policy_8day", "policy_8day"),
        (NO_REASON, "      remind_message: send_back_reminder", "      remind_message: nothing", "nothing"),
        (NO_REASON, "    stage: inspect", "    stage: communicate", "receive"),
        (NO_REASON, "applies_to: [no_reason_return]", "applies_to: [no_reason]", "no_reason"),
        (NO_REASON, "    mandatory: true", "    mandatory: 'true'", "true"),
        (NO_REASON, "id: no_reason_return", "id: invoice", "invoice"),
        (NO_REASON, "      zh: 是否在七天内", "      zh: 2026-01-01", ""),
        (NO_REASON, "  - id: excluded", "  - id: window", "window"),
        (NO_REASON, "    role: system", "    role: system\n    role: agent", "role"),
        (NO_REASON, "steps:", "steps: [", ""),
        ("categories.yaml", "    sop: usage_help", "    sop: invoice", "invoice"),
        ("categories.yaml", "    sla_profile: consult", "    sla_profile: consultation", "consultation"),
        ("categories.yaml", "    group: consultation", "    group: nowhere", "nowhere"),
        ("categories.yaml", "    needs_goods: never", "    needs_goods: no", ""),
        ("reasons.yaml", "    fault_party: seller", "    fault_party: stars", "stars"),
        ("macros.yaml", "Hello {customer_name}, this is", "Hello {customer_nick}, this is", "customer_n"),
        ("sla_profiles.yaml", "      first_response: 10", "      first_response: 9999", ""),
        ("sla_profiles.yaml", "    calendar: cn_extended", "    calendar: mars", "mars"),
        ("sla_profiles.yaml", "    levels: standard", "    levels: lunar", "lunar"),
        ("sla_profiles.yaml", "        actions: [show_amber]", "        actions: [shout]", "shout"),
        ("sla_profiles.yaml", "      mon: ['09:00-12:00', '13:00-18:00']", "      mon: ['9-12']", "9-12"),
        ("sla_profiles.yaml", "        days: ['2026-01-01', ", "        days: ['2026-02-30', ", "2026-02-30"),
        (
            "surveys.yaml",
            "      - {question: overall, at_most: 2}",
            "      - {question: mood, at_most: 2}",
            "mood",
        ),
        ("surveys.yaml", "    measure: csat", "    measure: smiles", "smiles"),
        (
            "inspection_checklists.yaml",
            "{item: packaging, equals: damaged",
            "{item: packaging, equals: gone",
            "gone",
        ),
        ("inspection_checklists.yaml", "    grade_start: A", "    grade_start: S", "S"),
        ("eligibility.yaml", "    classes: [food]", "    classes: [fodder]", "fodder"),
        ("eligibility.yaml", "    reason_groups: [safety]", "    reason_groups: [fun]", "fun"),
        ("pack.yaml", "  - verbs.yaml", "  - adverbs.yaml", "adverbs.yaml"),
    ],
)
def test_a_pack_is_refused_by_file_and_line_when(pack, name, old, new, words):
    edit(pack, name, old, new)
    before, digest = versions(), Setting.objects.values_list("loaded_pack", flat=True).first()

    with pytest.raises(PackError) as refusal:
        load(pack)

    file, line, reason = str(refusal.value).split(":", 2)
    assert file == name
    lag = LAGS.get(new, 0)
    assert int(line) == changed_line(pack, name) + lag
    assert words in reason
    assert versions() == before
    assert Setting.objects.values_list("loaded_pack", flat=True).first() == digest


def test_one_bad_file_stops_all_when_others_are_good(pack):
    edit(pack, NO_REASON, "en: Within seven days?", "en: Still within seven days?")
    edit(pack, "surveys.yaml", "    measure: csat", "    measure: smiles")

    with pytest.raises(PackError, match=r"^surveys\.yaml:\d+: "):
        load(pack)

    assert current("sop", "no_reason_return").content.steps[0].title["en"] == "Within seven days?"


def test_a_value_used_twice_is_refused_when_it_is_an_alias(pack):
    edit(pack, "facts.yaml", "answers: [pass, fail]", "answers: &both [pass, fail]")
    edit(pack, "facts.yaml", "answers: [pass, fail]", "answers: *both")

    with pytest.raises(PackError, match=r"^facts\.yaml:"):
        load(pack)


@pytest.mark.parametrize("text", ["", "id: [", "load_order: everything\n", "- a\n", "id: \xff\n", "{1: 2}"])
def test_a_folder_is_refused_when_its_manifest_is(tmp_path, text):
    (tmp_path / "pack.yaml").write_bytes(text.encode("latin-1"))

    with pytest.raises(PackError, match=r"^pack\.yaml:\d+: "):
        read_pack(tmp_path)


def test_a_way_out_of_the_folder_is_refused_when_the_manifest_takes_it(pack):
    edit(pack, "pack.yaml", "  - verbs.yaml", "  - ../pack/verbs.yaml")

    with pytest.raises(PackError, match=r"^pack\.yaml:\d+: "):
        read_pack(pack)


# -- the command --------------------------------------------------------------


def test_the_command_fails_in_one_line_when_the_pack_is_bad(tmp_path):
    with pytest.raises(CommandError, match=r"^pack\.yaml:1: "):
        call_command("load_content", str(tmp_path / "nowhere"))


def test_the_command_tells_what_it_did_when_the_pack_is_new(pack, capsys):
    edit(pack, "reasons.yaml", "en: Does not turn on or work", "en: Dead")

    call_command("load_content", str(pack))

    told = capsys.readouterr().out
    assert "66 pieces of versioned content: 66 same; 177 rows." in told
