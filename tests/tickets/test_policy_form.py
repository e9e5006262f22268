"""The form of a policy: what is typed is the body again."""

import pytest

from tests.tickets.sla_cases import policy_body
from tickets.rule_forms import RuleForm
from tickets.views.time_rules import FORMS

pytestmark = pytest.mark.django_db


def test_a_level_may_name_people_and_wait_until_they_work(shop):
    form = RuleForm(FORMS["sla"], policy_body(levels=[]), form_context())
    row = {
        "at_percent": "75",
        "actions": ["raise_priority"],
        "others": "notify:person/leo, notify:email/a@b.cn",
    }
    form.values["levels"] = [row | {"when": ["in_working_time"]}]

    level = {
        "at_percent": 75,
        "actions": ["raise_priority", "notify:person/leo", "notify:email/a@b.cn"],
        "in_working_time": True,
    }
    assert form.body()["levels"] == [level]
    assert RuleForm(FORMS["sla"], form.body(), form_context()).values["levels"][0]["when"] == [
        "in_working_time"
    ]


def form_context():
    return {"is_new": False, "calendars": []}
