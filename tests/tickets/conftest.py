"""What only the tests of tickets need."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def pack(tmp_path):
    """A copy of the default pack that a test may spoil."""
    return Path(shutil.copytree(Path(settings.BASE_DIR) / "tickets" / "sops", tmp_path / "pack"))
