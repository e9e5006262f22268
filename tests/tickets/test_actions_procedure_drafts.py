"""Drafts of procedures: begun, changed, published, each an event; who may; and what runs stays as it was."""

import threading

import pytest

from aftersales.errors import InvalidFields, NotAllowed, NotPossible, Stale
from aftersales.versions.actions import load
from aftersales.versions.models import State, Version
from aftersales.versions.registry import InvalidContent, current
from tests.factories import SYSTEM, order_body, ticket_body
from tests.tickets.procedure_bodies import CODE, body_in_force, kinds_of, renamed
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.actions.procedure_drafts import (
    begin_draft,
    discard_draft,
    import_draft,
    problems_in,
    publish_draft,
    restore_version,
    save_draft,
)
from tickets.queries.procedures import standing_of
from tickets.queries.runs import running_run
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(leo, as_staff):
    return as_staff(leo)


def publish(shop, body, lead):
    save_draft(shop, CODE, body, by=lead)
    return publish_draft(shop, CODE, by=lead)


# -- one draft, written by actions ----------------------------------------------------------


def test_a_draft_is_what_is_in_force_when_it_is_begun(shop, lead):
    draft = begin_draft(shop, CODE, by=lead)

    assert (draft.number, draft.state, draft.shop_id) == (2, State.DRAFT, shop.pk)
    assert draft.body == body_in_force()
    assert draft.based_on.shop_id is None
    assert kinds_of() == ["version.begin_draft"]


def test_a_second_draft_is_the_first_when_there_is_one(shop, lead, ada, as_staff):
    first = begin_draft(shop, CODE, by=lead)

    assert begin_draft(shop, CODE, by=as_staff(ada)) == first
    assert kinds_of() == ["version.begin_draft"]


def test_two_shops_draft_apart(stage, lead):
    mine = save_draft(stage.shop, CODE, renamed(body_in_force(), "Mine"), by=lead)
    theirs = save_draft(stage.other_shop, CODE, renamed(body_in_force(), "Theirs"), by=SYSTEM)

    assert mine.body != theirs.body
    assert standing_of(stage.shop, CODE).draft == mine


def test_each_change_is_one_event_and_the_same_again_is_none(shop, lead):
    begin_draft(shop, CODE, by=lead)
    body = renamed(body_in_force(), "Anew")

    save_draft(shop, CODE, body, by=lead)
    again = save_draft(shop, CODE, body, by=lead)

    assert again.revision == 2
    assert kinds_of() == ["version.begin_draft", "version.change_draft"]


def test_an_older_mark_is_stale(shop, lead):
    begin_draft(shop, CODE, by=lead)
    mark = standing_of(shop, CODE).mark
    save_draft(shop, CODE, renamed(body_in_force(), "Quicker"), by=lead, seen=mark)

    for act in (discard_draft, publish_draft):
        with pytest.raises(Stale, match="Leo has changed this draft"):
            act(shop, CODE, by=lead, seen=mark)
    with pytest.raises(Stale):
        save_draft(shop, CODE, renamed(body_in_force(), "Slower"), by=lead, seen=mark)
    assert standing_of(shop, CODE).draft.body["steps"][0]["title"]["en"] == "Quicker"


def test_the_mark_of_a_draft_that_was_discarded_is_stale(shop, lead):
    begin_draft(shop, CODE, by=lead)
    mark = standing_of(shop, CODE).mark
    discard_draft(shop, CODE, by=lead)

    with pytest.raises(Stale, match="published or discarded"):
        save_draft(shop, CODE, body_in_force(), by=lead, seen=mark)
    assert kinds_of() == ["version.begin_draft", "version.discard_draft"]


def test_without_a_draft_there_is_nothing_to_discard_or_publish(shop, lead):
    for act in (discard_draft, publish_draft):
        with pytest.raises(NotPossible):
            act(shop, CODE, by=lead)


def test_what_does_not_differ_is_not_published(shop, lead):
    begin_draft(shop, CODE, by=lead)

    with pytest.raises(NotPossible, match="same as what is in force"):
        publish_draft(shop, CODE, by=lead)


@pytest.mark.parametrize("name", ["amy", "wen", "ines", "finn", "quinn", "audrey", "bob"])
def test_who_does_not_lead_here_may_not(stage, as_staff, name):
    actor = as_staff(getattr(stage, name))

    with pytest.raises(NotAllowed):
        begin_draft(stage.shop, CODE, by=actor)


def test_a_lead_of_another_shop_may_not(stage, lead):
    with pytest.raises(NotAllowed):
        begin_draft(stage.other_shop, CODE, by=lead)


def test_two_at_once_begin_one_draft(shop, lead, transactional_db):
    found = []

    def begin():
        from django.db import connection  # noqa: PLC0415 - the thread's own

        found.append(begin_draft(shop, CODE, by=lead).pk)
        connection.close()

    threads = [threading.Thread(target=begin) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == 1
    assert Version.objects.filter(code=CODE, state=State.DRAFT).count() == 1


# -- publishing -----------------------------------------------------------------------------


def test_a_running_request_finishes_on_its_version_and_a_new_one_follows_the_new(shop, ticket, lead):
    before = running_run(ticket).version_id

    published = publish(shop, renamed(body_in_force(), "Anew"), lead)

    put_order(shop, "O-2", read_order(order_body(number="TM260002")), by=SYSTEM)
    fresh = open_ticket(shop, read_ticket(ticket_body(order="O-2")), by=SYSTEM)[0]
    ticket.refresh_from_db()
    del ticket._run
    assert running_run(ticket).version_id == ticket.procedure_version_id == before
    assert fresh.procedure_version_id == published.pk
    assert running_run(fresh).procedure.steps[0].title["en"] == "Anew"


def test_only_the_shop_that_published_follows_it(stage, lead):
    publish(stage.shop, renamed(body_in_force(), "Anew"), lead)

    assert current("sop", CODE, stage.shop.pk).content.steps[0].title["en"] == "Anew"
    assert current("sop", CODE, stage.other_shop.pk).content.steps[0].title["en"] != "Anew"


def test_a_newer_pack_does_not_overwrite_what_the_shop_edited(stage, lead):
    publish(stage.shop, renamed(body_in_force(), "Our own"), lead)

    load("sop", CODE, renamed(body_in_force(), "Newer pack"), by=SYSTEM)

    standing = standing_of(stage.shop, CODE)
    assert standing.in_force.body["steps"][0]["title"]["en"] == "Our own"
    assert standing.has_newer_pack
    assert standing_of(stage.other_shop, CODE).in_force.body["steps"][0]["title"]["en"] == "Newer pack"


def test_a_past_version_of_the_pack_becomes_the_draft(shop, lead):
    pack = standing_of(shop, CODE).in_force
    publish(shop, renamed(body_in_force(), "Anew"), lead)

    draft = restore_version(shop, CODE, pack.pk, by=lead)

    assert (draft.body, draft.based_on, draft.number) == (pack.body, pack, 3)


def test_a_draft_of_another_procedure_is_no_past_version(shop, lead):
    other = begin_draft(shop, "invoice", by=lead)

    with pytest.raises(NotPossible):
        restore_version(shop, CODE, other.pk, by=lead)


# -- what keeps it from being published -----------------------------------------------------


def wrong(body):
    return dict(problems_in(body, CODE))


def test_the_pack_s_own_procedures_have_nothing_wrong(db):
    versions = Version.objects.filter(kind="sop", state=State.PUBLISHED)

    assert {version.code: problems_in(version.body, version.code) for version in versions} == {
        version.code: [] for version in versions
    }


def test_a_category_that_follows_it_has_to_be_listed(db):
    assert list(wrong({**body_in_force(), "applies_to": ["invoice"]})) == ["/applies_to"]
    assert "/applies_to" in wrong({**body_in_force(), "applies_to": 7})


def test_what_the_desk_does_not_know_is_said(db):
    body = body_in_force()
    at = {step["kind"]: number for number, step in reversed(list(enumerate(body["steps"])))}
    body["steps"][at["check"]]["params"]["fact"] = "moon_is_full"
    body["steps"][at["do"]]["params"]["verb"] = "moon.howl"
    body["steps"][at["message"]]["params"]["message"] = "moon_song"

    told = wrong(body)

    assert told[f"/steps/{at['check']}/params/fact"] == "This desk knows no fact “moon_is_full”."
    assert told[f"/steps/{at['do']}/params/verb"] == "This desk knows no action “moon.howl”."
    assert told[f"/steps/{at['message']}/params/message"] == "This desk has no prepared message “moon_song”."


def test_a_step_that_others_ask_for_is_missed_when_it_is_gone(shop, lead):
    body = body_in_force()
    asked = next(code for step in body["steps"] for code in step.get("when", {}))
    body["steps"] = [step for step in body["steps"] if step["id"] != asked]
    save_draft(shop, CODE, body, by=lead)

    with pytest.raises(InvalidFields) as refusal:
        publish_draft(shop, CODE, by=lead)

    assert {row["detail"] for row in refusal.value.errors} == {f"No earlier step is called “{asked}”."}


def test_steps_that_ask_for_each_other_are_refused(db):
    body = body_in_force()
    first, second = body["steps"][0], body["steps"][1]
    first["when"], second["when"] = {second["id"]: "pass"}, {first["id"]: "pass", second["id"]: "pass"}

    assert {f"/steps/0/when/{second['id']}", f"/steps/1/when/{second['id']}"} <= wrong(body).keys()


# -- files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "own.yaml:1: "),
        (b"id: [", "own.yaml:"),
        (b"\xff\xfe\x00", "own.yaml:1: "),
        (b"id: other\nsteps: []\n", "own.yaml:1: id: This has to be"),
        (b"id: quality_other\nsteps:\n  - 7\n", "own.yaml:3: "),
        (b"id: quality_other\nsteps: &a []\ngoal: *a\n", "own.yaml:2: "),
        (b"[" * 5000 + b"]" * 5000, "own.yaml:1: "),
        (b"id: quality_other\nid: twice\n", "own.yaml:2: "),
        (b"id: quality_other\nsteps: []\nversion: .inf\n", "own.yaml:3: "),
        (b'id: quality_other\nsteps: []\ntitle: {en: "\\0"}\n', "own.yaml:3: "),
    ],
)
def test_a_bad_file_is_refused_by_its_line(shop, lead, data, told):
    with pytest.raises(Exception, match=r".") as refusal:
        import_draft(shop, CODE, data, "own.yaml", by=lead)

    assert str(refusal.value).startswith(told)
    assert standing_of(shop, CODE).draft is None


def test_a_sketch_is_refused_when_it_is_of_another_procedure(shop, lead):
    with pytest.raises(InvalidContent, match="the procedure at hand"):
        save_draft(shop, CODE, body_in_force("invoice"), by=lead)
