"""Versions: drafted, published, pinned; what is published never changes, and a shop's own wins."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from aftersales.errors import Invalid, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.versions import registry
from aftersales.versions.actions import (
    begin_draft,
    change_draft,
    digest_of,
    discard_draft,
    draft,
    load,
    publish,
)
from aftersales.versions.models import Version
from aftersales.versions.registry import compiled, current, current_id, versioned

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def recipes(monkeypatch):
    """A kind of content of our own: {"grams": n}, compiled to the number."""
    monkeypatch.setattr(registry, "PARSERS", dict(registry.PARSERS))
    monkeypatch.setattr("aftersales.versions.actions.PARSERS", registry.PARSERS)

    @versioned("recipe")
    def parse(body):
        if not isinstance(body.get("grams"), int):
            raise registry.InvalidContent("grams: This has to be a number.", field="/grams")
        return body["grams"]


def published(grams, **options):
    return publish(draft("recipe", "tea", {"grams": grams}, by=SYSTEM, **options), by=SYSTEM)


# -- drafting and publishing -----------------------------------------------------


def test_drafts_are_numbered_and_change_nothing():
    published(3)
    second = draft("recipe", "tea", {"grams": 4}, by=SYSTEM)

    assert (second.number, second.state, second.published_at) == (2, "draft", None)
    assert current("recipe", "tea").content == 3


def test_publishing_puts_in_force_and_retires_the_one_before():
    first = published(3)
    second = published(4)

    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "published")
    assert current("recipe", "tea").id == second.pk
    assert compiled(first.pk).content == 3  # what began with it goes on with it
    event = Event.objects.filter(stream="recipe:tea").order_by("-seq").first()
    assert (event.kind, event.data) == ("version.publish", {"number": 2, "name": "tea"})


def test_publishing_twice_is_publishing_once():
    version = published(3)

    publish(version, by=SYSTEM)

    assert Event.objects.filter(stream="recipe:tea").count() == 1


def test_a_bad_body_cannot_even_be_drafted():
    with pytest.raises(Invalid) as refused:
        draft("recipe", "tea", {"grams": "much"}, by=SYSTEM)

    assert (refused.value.code, refused.value.field) == ("invalid_content", "/grams")
    assert not Version.objects.filter(kind="recipe").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"grams": 9}},
        {"digest": "0" * 64},
        {"number": 7},
        {"code": "coffee"},
        {"state": "draft"},
    ],
)
def test_a_published_version_does_not_change(change):
    version = published(3)

    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(**change)


def test_a_published_version_stays_and_a_draft_may_go():
    version = published(3)
    sketch = draft("recipe", "tea", {"grams": 4}, by=SYSTEM)

    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        version.delete()
    sketch.delete()

    assert list(Version.objects.filter(kind="recipe").values_list("number", flat=True)) == [1]


def test_only_one_version_can_be_in_force():
    published(3)
    sketch = draft("recipe", "tea", {"grams": 4}, by=SYSTEM)

    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=sketch.pk).update(state="published", published_at=sketch.created_at)


# -- which is in force -----------------------------------------------------------


def test_a_shops_own_version_wins_there_and_only_there(shop, other_shop):
    published(3)
    published(5, shop_id=shop.pk)

    assert current("recipe", "tea", shop.pk).content == 5
    assert current("recipe", "tea", other_shop.pk).content == 3
    assert current("recipe", "tea").content == 3


def test_what_nobody_published_is_refused_by_name():
    with pytest.raises(NotPossible, match="coffee") as refused:
        current("recipe", "coffee")

    assert refused.value.code == "content_missing"
    assert current_id("recipe", "coffee") is None


def test_a_version_is_read_once_and_remembered(django_assert_num_queries):
    version = published(3)
    registry.forget_all()

    with django_assert_num_queries(2):
        assert current("recipe", "tea").content == 3
    with django_assert_num_queries(0):
        assert current("recipe", "tea").content == 3
        assert compiled(version.pk).number == 1


def test_what_another_process_published_is_seen_within_a_second(monkeypatch):
    published(3)
    assert current("recipe", "tea").content == 3
    monkeypatch.setattr("aftersales.versions.actions.forget", lambda: None)  # it happened elsewhere
    published(4)

    assert current("recipe", "tea").content == 3
    later = registry.time.monotonic() + registry.FRESH_SECONDS
    monkeypatch.setattr(registry.time, "monotonic", lambda: later + 0.01)
    assert current("recipe", "tea").content == 4


# -- packs -----------------------------------------------------------------------


def test_loading_is_idempotent_and_follows_the_pack():
    outcomes = [load("recipe", "tea", {"grams": grams}, by=SYSTEM).outcome for grams in (3, 3, 4)]

    assert outcomes == ["new", "same", "updated"]
    assert current("recipe", "tea").content == 4


def test_what_a_shop_has_edited_is_kept():
    load("recipe", "tea", {"grams": 3}, by=SYSTEM)
    published(8)

    assert load("recipe", "tea", {"grams": 4}, by=SYSTEM).outcome == "kept"
    assert current("recipe", "tea").content == 8


def test_a_digest_does_not_depend_on_the_order_of_names():
    assert digest_of({"a": 1, "b": [1, 2]}) == digest_of({"b": [1, 2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})


# -- drafts that people work on ------------------------------------------------------


def begun(**options):
    return begin_draft("recipe", "tea", {"grams": "some"}, by=SYSTEM, **{"shop_id": 7, **options})


def test_a_draft_may_be_unfinished_until_it_is_published():
    standing = published(3)
    sketch = begun(based_on=standing)

    assert (sketch.number, sketch.based_on, sketch.revision) == (2, standing, 1)
    with pytest.raises(registry.InvalidContent):
        publish(sketch, by=SYSTEM)
    assert current("recipe", "tea", 7).content == 3


def test_each_save_counts_up_and_the_same_again_does_not():
    sketch = begun()

    changed = change_draft(sketch, {"grams": 4}, by=SYSTEM)
    again = change_draft(sketch, {"grams": 4}, by=SYSTEM)

    assert (changed.revision, again.revision) == (2, 2)
    kinds = Event.objects.filter(stream="recipe:tea").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["version.begin_draft", "version.change_draft"]


def test_what_is_discarded_or_published_is_no_draft_any_more():
    gone, done = begun(), begun(shop_id=8)
    discard_draft(gone, by=SYSTEM)
    change_draft(done, {"grams": 4}, by=SYSTEM)
    publish(done, by=SYSTEM)

    for sketch in (gone, done):
        with pytest.raises(NotPossible, match="no more"):
            change_draft(sketch, {"grams": 5}, by=SYSTEM)


def test_a_procedure_has_one_draft_in_each_shop():
    begin_draft("sop", "tea", {}, by=SYSTEM, shop_id=7)
    begin_draft("sop", "tea", {}, by=SYSTEM, shop_id=8)

    with pytest.raises(IntegrityError), transaction.atomic():
        begin_draft("sop", "tea", {}, by=SYSTEM, shop_id=7)
