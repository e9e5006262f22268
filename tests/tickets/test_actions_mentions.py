"""Who is called in a note, by name or as a team, and who is not."""

import pytest

from aftersales.events.actors import Actor
from staff.models import Notification
from tickets.actions.conversation import add_note
from tickets.actions.mentions import names_in

pytestmark = pytest.mark.django_db


def told():
    return sorted(Notification.objects.filter(kind="mention").values_list("user__username", flat=True))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@leo please", ["leo"]),
        ("@Leo, @leo. and (@LEO)", ["leo"]),
        ("请@leo看一下", ["leo"]),
        ("@after-sales 和 @amy.wang_2 谢谢", ["after-sales", "amy.wang_2"]),
        ("write to leo@example.com or @@leo", []),
        ("@", []),
        ("@" + "x" * 200, []),
        (" ".join(f"@p{n}" for n in range(60)), [f"p{n}" for n in range(50)]),
    ],
)
def test_names_are_read_out_of_text(text, names):
    assert names_in(text) == names


def test_a_hundred_thousand_signs_are_read_at_once():
    assert names_in("@" * 100_000 + "a-" * 50_000) == []


def test_people_are_called_in_any_case_and_once(ticket, amy):
    add_note(ticket, by=Actor.staff(amy), body="@LEO @leo @finn")

    assert told() == ["finn", "leo"]


def test_a_team_is_all_its_people_but_the_writer(ticket, amy, stage):
    add_note(ticket, by=Actor.staff(amy), body="@after-sales who knows?")

    assert told() == sorted(stage.team.people.exclude(pk=amy.pk).values_list("username", flat=True))


def test_nobody_is_called_who_does_not_see_the_ticket(ticket, amy, bob, leo):
    leo.is_active = False
    leo.save()

    add_note(ticket, by=Actor.staff(amy), body="@bob @others @leo @nobody @amy")

    assert told() == []


def test_whoever_muted_mentions_is_left_in_peace(ticket, amy, leo):
    leo.muted_kinds = ["mention"]
    leo.save()

    add_note(ticket, by=Actor.staff(amy), body="@leo")

    assert told() == []


def test_a_shops_system_calls_people_too(ticket, shop):
    add_note(ticket, by=Actor("shop", "shop system", id=1, shop_id=shop.pk), body="@leo a fax came")

    assert told() == ["leo"]
