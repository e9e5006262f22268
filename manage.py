#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from pathlib import Path

import environ
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftersales.settings")
    if sys.argv[1:2] != ["up"]:
        # The servers that a running `up` started; what the environment names goes before.
        environ.Env.read_env(Path(__file__).with_name("var") / "up.env")
    execute_from_command_line(sys.argv)
