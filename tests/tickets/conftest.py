"""What only the tests of tickets need."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def pack(tmp_path):
    """A copy of the default pack that a test may spoil."""
    return Path(shutil.copytree(Path(settings.BASE_DIR) / "tickets" / "sops", tmp_path / "pack"))


@pytest.fixture
def files_here(settings, tmp_path):
    """A storage of this test's own; `files_here()` are the paths in it."""
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    }
    return lambda: sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
