"""The demo where there is none: it mixes with nothing of anybody's, and is not missed."""

import pytest
from django.core.management import CommandError, call_command

from aftersales.demo import credentials
from staff.models import Shop

pytestmark = pytest.mark.django_db


def test_the_demo_is_refused_when_its_names_are_taken(stage, tmp_path):
    with pytest.raises(CommandError, match="“demo” exists"):
        call_command("demo", "load", "--var", str(tmp_path))

    assert not (tmp_path / "demo-credentials.txt").exists()
    assert Shop.objects.filter(is_demo=True).count() == 0


def test_resetting_nothing_is_no_mistake_when_there_is_no_demo(tmp_path, capsys):
    call_command("demo", "reset", "--var", str(tmp_path))

    assert "Closed 0 shops" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "password\n", "shop-key demo\n", "shop-key demo ask_a_b\n", "\x00"])
def test_a_spoilt_file_says_nothing_when_read(tmp_path, text):
    (tmp_path / credentials.FILE).write_text(text)

    assert credentials.read(tmp_path) is None
