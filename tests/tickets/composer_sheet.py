"""The composer's form as a browser sends it, read from the page that it stands on."""

import re

HTMX = {"hx-request": "true"}
COMPOSER = HTMX | {"hx-target": "composer"}


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def box(page):
    return re.search(r'<textarea id="reply"[^>]*>\n([^<]*)</textarea>', page.text)[1]


def sheet(client, ticket, **changes):
    """What the composer's form sends, as it was drawn."""
    page = client.get(f"/tickets/{ticket.number}")
    names = ("seen", "composing", "was", "draft_version")
    return {"kind": hidden(page, "was"), **{name: hidden(page, name) for name in names}, **changes}


def post(client, ticket, what, data, **headers):
    return client.post(f"/tickets/{ticket.number}/{what}", data, headers=headers)
