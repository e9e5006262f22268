"""A content pack with a mistake: refused as a whole, by file and line."""

import pytest
from django.core.management import CommandError, call_command

from aftersales.versions.registry import current
from staff.models import Setting
from tests.tickets.packs import edit, load, versions
from tickets.loading import PackError, read_pack
from tickets.management.commands.load_content import DEFAULT_PACK

pytestmark = pytest.mark.django_db


def changed_line(folder, name):
    """The first line, counted from one, in which the file is not the default pack's."""
    pairs = zip(
        (folder / name).read_text().splitlines(), (DEFAULT_PACK / name).read_text().splitlines(), strict=False
    )
    return next(number for number, (ours, theirs) in enumerate(pairs, 1) if ours != theirs)


NO_REASON = "procedures/no_reason_return.yaml"


# Refused not where the change is: a text of two languages at its entry, an open bracket where it hurts.
LAGS = {"Hello {customer_nick}, this is": -2, "steps: [": 1, "zh: 下单页{password}标注了": -1}


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (NO_REASON, "kind: check", "kind: guess", "guess"),
        ("faq.yaml", "category: not_shipped", "category: not_sent", "not_sent"),
        ("faq.yaml", "action: change_order", "action: change_mind", "change_mind"),
        ("faq.yaml", "- id: ship_presale", "- id: ship_when", "ship_when"),
        ("faq.yaml", "zh: 下单页标注了", "zh: 下单页{password}标注了", "password"),
        ("faq.yaml", "        - 什么时候发货？", "        - 7", "empty"),
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
        ("sla_profiles.yaml", "'2026-01-01', '2026-01-02'", "'2026-02-30', '2026-01-02'", "2026-02-30"),
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


def test_two_policies_of_a_pack_for_the_same_requests_are_refused_by_name(pack):
    scope = "\n    for: {channels: [phone]}\n    levels: standard"
    text = (pack / "sla_profiles.yaml").read_text()
    (pack / "sla_profiles.yaml").write_text(text.replace("\n    levels: standard", scope))

    with pytest.raises(CommandError, match=r"“consult” and “[a-z_]+” may mean the same request"):
        call_command("load_content", str(pack))
    assert current("sla", "order").content.scope is None
