"""The Chinese is complete, and the command that keeps it so loses no translation."""

import pytest
from django.core.management import CommandError, call_command

from aftersales.management.commands.messages import find_problems, po_path, refresh

ONE = 'from django.utils.translation import gettext as _\n_("Send the label")\n'


@pytest.fixture
def root(tmp_path):
    """A project with one app that says one thing in Python."""
    (tmp_path / "tickets").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "tickets" / "actions.py").write_text(ONE)
    return tmp_path


def say(root, template, text):
    path = root / "templates" / template
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def translate(root, english, chinese, app="tickets"):
    path = po_path(root, app)
    text = path.read_text()
    path.write_text(text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"'))
    refresh(root, app)


def test_every_message_of_every_app_is_translated(settings):
    assert find_problems(settings.BASE_DIR) == []


def test_a_new_message_is_missing_until_it_has_chinese(root):
    refresh(root, "tickets")
    missing = find_problems(root)

    translate(root, "Send the label", "发送面单")

    assert missing == ["tickets: no Chinese for 'Send the label'"]
    assert find_problems(root) == []


def test_a_translation_stays_when_other_messages_come(root):
    refresh(root, "tickets")
    translate(root, "Send the label", "发送面单")

    (root / "tickets" / "forms.py").write_text(ONE.replace("Send the label", "Which parcel?"))
    refresh(root, "tickets")

    assert 'msgstr "发送面单"' in po_path(root, "tickets").read_text()
    assert find_problems(root) == ["tickets: no Chinese for 'Which parcel?'"]


def test_a_message_that_nobody_says_any_more_is_named(root):
    refresh(root, "tickets")
    translate(root, "Send the label", "发送面单")

    (root / "tickets" / "actions.py").write_text("")

    assert find_problems(root) == ["tickets: nobody says (None, 'Send the label') any more"]


def test_a_compiled_file_older_than_its_source_is_named(root):
    refresh(root, "tickets")
    translate(root, "Send the label", "发送面单")

    path = po_path(root, "tickets")
    path.write_text(path.read_text().replace("发送面单", "寄出面单"))

    assert find_problems(root) == [
        "tickets: django.mo is older than django.po; run manage.py messages tickets"
    ]


def test_the_compiled_file_is_the_same_on_any_day(root):
    refresh(root, "tickets")

    assert b"Date" not in po_path(root, "tickets").with_suffix(".mo").read_bytes()


def test_a_lost_placeholder_is_named(root):
    (root / "tickets" / "actions.py").write_text(ONE.replace("the label", "%(count)d labels"))
    refresh(root, "tickets")
    translate(root, "Send %(count)d labels", "发送 %(n)d 张面单")

    assert any("placeholder" in problem for problem in find_problems(root))


def test_two_translations_of_one_sentence_are_named(root):
    (root / "returns").mkdir()
    (root / "returns" / "actions.py").write_text(ONE)
    for app, chinese in (("tickets", "发送面单"), ("returns", "寄出面单")):
        refresh(root, app)
        translate(root, "Send the label", chinese, app)

    assert find_problems(root) == ["'Send the label' is '发送面单' in tickets but '寄出面单' in returns"]


def test_templates_belong_to_their_folder_and_all_others_to_the_project(root):
    say(
        root,
        "tickets/page.html",
        '<p>\n    {% translate "Open" %}\n  {% translate "Waiting" context "clock" %}</p>',
    )
    say(
        root,
        "base.html",
        "{% blocktranslate count n=n %}{{ n }} line{% plural %}{{ n }} lines{% endblocktranslate %}",
    )

    refresh(root, "tickets")
    refresh(root, "aftersales")

    tickets, shared = po_path(root, "tickets").read_text(), po_path(root, "aftersales").read_text()
    assert 'msgid "Open"' in tickets
    assert 'msgctxt "clock"\nmsgid "Waiting"' in tickets
    assert 'msgid "%(n)s line"\nmsgid_plural "%(n)s lines"' in shared


def test_the_command_refuses_an_app_that_is_not_there():
    with pytest.raises(CommandError, match="No such app: parcels"):
        call_command("messages", "parcels")
