"""`manage.py up`: each step of the preparation once, and a desk that heals and leaves nobody behind."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from aftersales.embedded import EmbeddedError, free_port
from aftersales.embedded.preparing import Preparation, look_at_database
from tests.processes import eventually, running_below

BASE = Path(settings.BASE_DIR)

# Stands where manage.py does, and writes down what it was asked.
MANAGE = "import sys; open('asked', 'a').write(' '.join(sys.argv[1:]) + '\\n')"


@pytest.fixture
def prepare(tmp_path):
    """Run the preparation for the suite's own database in a project of one file."""
    (tmp_path / "manage.py").write_text(MANAGE)
    (tmp_path / "tickets" / "migrations").mkdir(parents=True)

    def run(**options):
        (tmp_path / "asked").write_text("")
        Preparation(tmp_path, tmp_path / "var", dict(os.environ), lambda text: None).run(**options)
        return (tmp_path / "asked").read_text().replace(str(tmp_path / "var"), "VAR").splitlines()

    (tmp_path / "var").mkdir()
    return run


ALL_STEPS = ["migrate --noinput", "load_content", "collectstatic --noinput"]


def test_everything_is_prepared_once_when_nothing_changes(prepare):
    assert prepare() == [*ALL_STEPS, "demo load --var VAR"]
    assert prepare() == []


def test_migrations_run_again_when_one_is_added(prepare, tmp_path):
    prepare()
    (tmp_path / "tickets" / "migrations" / "0002_more.py").write_text("")

    assert prepare() == ["migrate --noinput"]


def test_demo_stays_away_when_it_is_not_wanted(prepare):
    assert prepare(demo=False) == ALL_STEPS
    assert prepare() == []  # by now the database may hold somebody's work


def test_everything_is_prepared_anew_when_the_database_is_another(prepare, tmp_path):
    prepare()
    noted = json.loads((tmp_path / "var" / "prepared.json").read_text())
    (tmp_path / "var" / "prepared.json").write_text(json.dumps(noted | {"database": "another"}))

    assert prepare() == [*ALL_STEPS, "demo load --var VAR"]


def ask(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return response.status
    except OSError:
        return 0


def test_reason_is_said_when_the_named_database_is_away():
    with pytest.raises(EmbeddedError, match="The database in DATABASE_URL does not answer"):
        look_at_database(f"postgresql://desk@127.0.0.1:{free_port()}/desk")


@pytest.fixture
def up(tmp_path):
    """Start the desk as `make up` does, in a directory of its own; answers (process, address)."""
    var = tmp_path / "var"
    without = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    environment |= {"STATIC_ROOT": str(tmp_path / "static"), "MEDIA_ROOT": str(tmp_path / "media")}
    started = []

    def start():
        command = [
            sys.executable,
            "manage.py",
            "up",
            "--no-demo",
            "--var",
            str(var),
            "--port",
            str(free_port()),
        ]
        process = subprocess.Popen(command, cwd=BASE, env=environment, stdout=subprocess.PIPE, text=True)
        started.append(process)
        lines = iter(process.stdout.readline, "")
        opened = next(line for line in lines if "The desk is open" in line)
        return process, opened.split()[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.slow
def test_desk_opens_heals_and_leaves_nobody_when_it_is_run_killed_and_run_again(up, tmp_path):
    process, url = up()
    assert ask(f"{url}/livez") == 200
    web = child_of(process.pid, "granian")

    os.kill(web, signal.SIGKILL)
    assert eventually(lambda: child_of(process.pid, "granian") not in (None, web))
    assert eventually(lambda: ask(f"{url}/readyz") == 200, seconds=30)

    process.kill()
    process.wait()
    assert eventually(lambda: not running_below(tmp_path), seconds=30)

    again, url = up()
    assert ask(f"{url}/readyz") == 200
    again.send_signal(signal.SIGTERM)
    assert again.wait(60) == 0
    assert not running_below(tmp_path)


def child_of(parent, word):
    """The child of this process whose command line has the word."""
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        command = Path(f"/proc/{pid}/cmdline")
        if command.exists() and word in command.read_text(errors="replace"):
            return int(pid)
    return None
