"""What a level may do, as text: what each means, and what is refused where."""

import pytest

from aftersales.versions.bodies import Part
from aftersales.versions.registry import InvalidContent
from tests.tickets.sla_cases import policy_body
from tickets.content.level_actions import Action, action_of, read_actions
from tickets.content.sla import parse_sla


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("raise_priority", Action("raise_priority")),
        ("notify_assignee", Action("notify", "assignee", "assignee")),
        ("notify_director", Action("notify", "role", "manager")),
        ("notify:team_lead", Action("notify", "team_lead", "team_lead")),
        ("notify:finance", Action("notify", "role", "finance")),
        ("notify:person/leo", Action("notify", "person", "leo")),
        ("notify:team/after-sales", Action("notify", "team", "after-sales")),
        ("notify:email/boss@example.com", Action("notify", "email", "boss@example.com")),
        ("add_watcher:person/leo", Action("add_watcher", "person", "leo")),
        ("reassign_to:supervisor", Action("reassign_to", "role", "supervisor")),
        ("reassign_least_loaded:team/after-sales", Action("reassign_least_loaded", "team", "after-sales")),
        ("start_step:resolve", Action("start_step", "step", "resolve")),
    ],
)
def test_an_action_means(text, meant):
    assert action_of(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "shout",
        "notify",
        "notify:",
        "notify:everybody",
        "notify:person/",
        "notify:auditor",
        "add_watcher:email/a@example.com",
        "reassign_to:assignee",
        "reassign_least_loaded:email/a@example.com",
        "webhook:anything",
        "start_step:",
    ],
)
def test_there_is_no_such_action(text):
    assert action_of(text) is None
    with pytest.raises(InvalidContent, match="is no action"):
        read_actions(Part([text], "actions"))


def test_an_address_has_to_be_one():
    with pytest.raises(InvalidContent, match="“boss” is no e-mail address"):
        read_actions(Part(["notify:email/boss"], "actions"))


def test_each_once():
    with pytest.raises(InvalidContent, match="stands here twice"):
        read_actions(Part(["raise_priority", "raise_priority"], "actions"))


def level(**more):
    return parse_sla(policy_body(levels=[{"at_percent": 75, "actions": ["notify_assignee"], **more}])).levels[
        0
    ]


def test_a_level_tells_at_once_unless_it_says_otherwise():
    assert (level().in_working_time, level().urgent_at_once) == (False, False)
    waits = level(in_working_time=True, urgent_at_once=True)
    assert (waits.in_working_time, waits.urgent_at_once) == (True, True)


def test_urgent_at_once_alone_says_nothing_and_is_refused():
    with pytest.raises(InvalidContent, match="set in_working_time, too"):
        level(urgent_at_once=True)
    assert not level(urgent_at_once=False).urgent_at_once
