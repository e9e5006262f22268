"""What holds for every template and static file of the house."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

STATIC = settings.BASE_DIR / "aftersales" / "static"


TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


PAGES = [
    path for path in TEMPLATES if "emails" not in path.parts
]  # mail has no policy, and its styles inline


# -- the house ----------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(settings.BASE_DIR).as_posix())
def test_no_template_breaks_the_content_security_policy(path):
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", source)
    assert not re.search(r"<style|<script(?![^>]+src=)|javascript:|https?://", source)


def test_vendored_files_stand_beside_their_licence():
    for file, licence in (
        ("vendor/htmx/htmx-2.0.11.min.js", "vendor/htmx/LICENSE"),
        ("icons/sprite.svg", "icons/LICENSE-Tabler.txt"),
        ("fonts/inter-latin.woff2", "fonts/LICENSE-Inter.txt"),
    ):
        assert (STATIC / file).exists()
        assert (STATIC / licence).exists()
    assert "sourceMappingURL" not in (STATIC / "vendor/htmx/htmx-2.0.11.min.js").read_text()


@pytest.mark.parametrize("path", sorted(Path(STATIC).rglob("*.css")), ids=lambda path: path.name)
def test_every_address_in_a_stylesheet_leads_to_a_file(path):
    for address in re.findall(r'url\("([^"]+)"\)', path.read_text()):
        assert (path.parent / address).resolve().exists()


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_a_failure_says_what_to_do_next_without_database_or_request(name):
    html = render_to_string(name, {"request_id": "a1b2"})

    assert "a1b2" in html
    assert 'href="/"' in html


@pytest.mark.parametrize(
    ("shell", "body"), [("base.html", ""), ("base_touch.html", "touch"), ("base_portal.html", "portal")]
)
def test_every_shell_has_its_density_a_skip_link_and_one_main(shell, body):
    html = render_to_string(
        shell, {"nav": [{"url": "/q", "icon": "inbox", "label": "Queue", "key": "queue"}]}
    )

    assert f'<body class="{body}"' in html
    assert '<a class="skip" href="#main">' in html
    assert html.count("<main") == (0 if shell == "base.html" else 1)
