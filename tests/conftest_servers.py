"""The suite's own PostgreSQL and Valkey: started once, before the settings are read, stopped with the run.

Loaded as a plugin (`-p tests.conftest_servers` in pyproject.toml), because pytest-django reads the
settings before any conftest. With xdist only the controller starts them; its workers inherit the
addresses. They are ended too when the run is killed, and their directory goes with them.
"""

import os
import shutil
import tempfile

import pytest

from aftersales import embedded

pytest_plugins = ["tests.conftest_browser"]

_running = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests():
    if "PYTEST_XDIST_WORKER" not in os.environ:
        start_servers()
    return (yield)


def pytest_unconfigure():
    stop_servers()


def start_servers():
    """Never on servers that the environment names: those hold somebody's data."""
    directory = tempfile.mkdtemp(prefix="aftersales-tests-")
    leash = embedded.Leash()
    leash.remove_at_end(directory)
    servers = embedded.start(directory, durable=False, leash=leash)
    _running.update(servers=servers, leash=leash, directory=directory)
    os.environ["DATABASE_URL"] = servers.database_url
    os.environ["REDIS_URL"] = servers.redis_url
    os.environ["MEDIA_ROOT"] = os.path.join(directory, "media")


def servers():
    """What runs, for tests that stop it; only without xdist, whose workers share it."""
    return _running["servers"]


def stop_servers():
    if not _running:
        return
    _running["servers"].stop()
    _running["leash"].close()
    shutil.rmtree(_running["directory"], ignore_errors=True)
    _running.clear()
