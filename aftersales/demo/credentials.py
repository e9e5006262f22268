"""The demo's logins and keys: handed out once per installation, kept in a file that only its owner reads."""

import os
import secrets
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare

from aftersales.clock import now
from aftersales.demo.cast import DEMO
from staff.actions import issue_key, revoke_key
from staff.keys import digest
from staff.models import ApiKey

FILE = "demo-credentials.txt"
LABEL = "demo"


@dataclass(frozen=True)
class Credentials:
    """As printed: `shop-key demo ask_...`, `password ...`, then `login` and `key` lines by role."""

    shop_key: str
    password: str
    logins: dict  # role -> username
    keys: dict  # role -> token

    def lines(self, shop_code):
        yield f"shop-key {shop_code} {self.shop_key}"
        yield f"password {self.password}"
        for role, username in self.logins.items():
            yield f"login {role} {username}"
        for role, token in self.keys.items():
            yield f"key {role} {token}"


def new_password():
    """Typed by people, so without what looks alike; 71 bits all the same."""
    return "-".join(
        "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(5)) for _ in range(3)
    )


def read(folder):
    """What was handed out before, or None."""
    try:
        rows = [line.split() for line in (folder / FILE).read_text(encoding="utf-8").splitlines()]
        return Credentials(
            shop_key=next(row[2] for row in rows if row[0] == "shop-key"),
            password=next(row[1] for row in rows if row[0] == "password"),
            logins={row[1]: row[2] for row in rows if row[0] == "login"},
            keys={row[1]: row[2] for row in rows if row[0] == "key"},
        )
    except (OSError, StopIteration, IndexError, UnicodeDecodeError):
        return None


def write(folder, lines):
    """Written whole and readable by its owner alone, from the first moment."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{FILE}.new"
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    path.replace(folder / FILE)


def still_good(known, cast, shop):
    """Whether what was handed out before opens this database."""
    if known is None or known.logins != {role: person.username for role, person in cast.first_of_each_role()}:
        return False
    tokens = [(known.shop_key, {"shop": shop})]
    tokens += [(known.keys.get(role, ""), {"user": person}) for role, person in cast.first_of_each_role()]
    return all(opens(token, holder) for token, holder in tokens) and all(
        person.check_password(known.password) for _role, person in cast.first_of_each_role()[:1]
    )


def opens(token, holder):
    parts = token.split("_", 2)
    if len(parts) != len(("ask", "prefix", "secret")):
        return False
    key = ApiKey.objects.filter(prefix=parts[1], revoked_at=None, expires_at__gt=now(), **holder).first()
    return key is not None and constant_time_compare(key.secret_digest, digest(parts[2]))


def hand_out(cast, shop, password):
    """New keys for the shop and one person of each role; the demo's older ones end."""
    chosen = cast.first_of_each_role()
    holders = [person for _role, person in chosen]
    for key in ApiKey.objects.filter(label=LABEL, revoked_at=None):
        if key.shop_id == shop.pk or key.user in holders:
            revoke_key(key, by=DEMO)
    return Credentials(
        shop_key=issue_key(by=DEMO, label=LABEL, shop=shop)[1],
        password=password,
        logins={role: person.username for role, person in chosen},
        keys={role: issue_key(by=DEMO, label=LABEL, user=person)[1] for role, person in chosen},
    )


def forget(folder):
    (folder / FILE).unlink(missing_ok=True)
