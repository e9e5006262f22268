"""Data that lies beside the repository, not in it: what needs it is skipped aloud where it is missing."""

import json
import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(name):
    """The path of a shared file; AFTERSALES_DATA names its folder where it is not ../shared/data."""
    path = Path(os.environ.get("AFTERSALES_DATA") or BESIDE) / name
    if not path.exists():
        pytest.skip(f"SKIPPED FOR WANT OF DATA: {path} is missing; set AFTERSALES_DATA to its folder.")
    return path


def shared_json(name):
    return json.loads(shared_data(name).read_text(encoding="utf-8"))
