"""Whose keys the replay acts with: the shop's own, and one person's for each role."""

import os
from dataclasses import dataclass

from aftersales.replay.client import Client

ROLES = ("agent", "warehouse", "inspector", "finance", "supervisor")
SHOP_VARIABLE = "AFTERSALES_SHOP_KEY"
ROLE_VARIABLE = "AFTERSALES_{role}_KEY"


class MissingKeys(Exception):
    """Somebody cannot act; the text says who, and where a key is looked for."""


@dataclass(frozen=True)
class People:
    """Clients by role, and the shop's."""

    shop: Client
    by_role: dict

    def __getitem__(self, role):
        return self.by_role[role]

    def close(self):
        for client in (self.shop, *self.by_role.values()):
            client.close()


def read_keys(path):
    """{"shop": token, role: token} from the lines `shop-key CODE TOKEN` and `key ROLE TOKEN` of a file.

    What the environment names goes before: AFTERSALES_SHOP_KEY, AFTERSALES_AGENT_KEY and so on.
    """
    tokens = {}
    if path is not None and path.exists():
        for words in map(str.split, path.read_text(encoding="utf-8").splitlines()):
            if len(words) == len(("key", "role", "token")) and words[0] in ("shop-key", "key"):
                tokens["shop" if words[0] == "shop-key" else words[1]] = words[2]
    variables = {"shop": SHOP_VARIABLE} | {role: ROLE_VARIABLE.format(role=role.upper()) for role in ROLES}
    for name, variable in variables.items():
        tokens[name] = os.environ.get(variable) or tokens.get(name, "")
    missing = [f"{name} ({variables[name]})" for name in variables if not tokens[name]]
    if missing:
        raise MissingKeys(f"No key for: {', '.join(missing)}. Looked in {path} and in the environment.")
    return tokens


def people_with(tokens, url, meter):
    return People(
        shop=Client(url, tokens["shop"], meter),
        by_role={role: Client(url, tokens[role], meter) for role in ROLES},
    )
