"""A page of the desk in a real Chromium without a server: templates and static files straight from Django."""

import mimetypes
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory

from aftersales.web.design import samples

SITE = "http://desk.test"
POLICY = "; ".join(
    f"{name} {' '.join(values)}" for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)


class Desk:
    """Answers each request of one browser page: templates, static files, replies that a test lays ready."""

    def __init__(self, page):
        self.page = page
        self.replies = {}  # path -> (status, body) or a list of them, the last of which stays
        self.asked = []
        self.troubles = []
        page.route("**/*", self._answer)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message):
        if "Content Security Policy" in message.text:
            self.troubles.append(message.text)

    def open(self, template="components.html", theme="light", **context):
        request = RequestFactory().get("/design")
        request.COOKIES["theme"] = theme
        html = render_to_string(template, {"design": samples(), **context}, request)
        self.replies["/page"] = (200, html)
        self.page.goto(f"{SITE}/page")
        return self.page

    def _answer(self, route, request):
        path = urlsplit(request.url).path
        self.asked.append((request.method, path, request.post_data))
        if path.startswith("/static/"):
            file = finders.find(path.removeprefix("/static/"))
            route.fulfill(path=file, content_type=mimetypes.guess_type(file)[0])
            return
        reply = self.replies.get(path, (404, ""))
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        status, body = reply
        headers = {"Content-Security-Policy": POLICY}
        if isinstance(body, dict):
            route.fulfill(status=status, json=body)
        else:
            route.fulfill(status=status, body=body, headers=headers, content_type="text/html; charset=utf-8")

    def asked_for(self, path):
        return [(method, data) for method, asked, data in self.asked if asked == path]


@pytest.fixture
def desk(chromium):
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    desk = Desk(context.new_page())
    yield desk
    context.close()
    assert desk.troubles == []


def write(template, tmp_path, settings):
    (tmp_path / "scratch.html").write_text(template, encoding="utf-8")
    engine = dict(settings.TEMPLATES[0])
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], tmp_path]}]
    return "scratch.html"


@pytest.fixture
def page_with(desk, tmp_path, settings):
    """A page of the desk around a piece of HTML."""

    def build(html, attributes="", **context):
        source = '{% extends "base.html" %}{% block title %}x{% endblock %}{% block pulse %} ' + attributes
        source += '{% endblock %}{% block page %}<main id="main">' + html + "</main>{% endblock %}"
        return desk.open(write(source, tmp_path, settings), **context)

    return build
