"""The one door to a language model: any endpoint that speaks OpenAI's protocol, off unless LLM_URL names one.

It gives text and can do nothing else. Called where no transaction is open: it may take ten seconds.
"""

import json
import logging
import time
import urllib.error
import urllib.request
from http.client import HTTPException

from django.conf import settings
from django.utils.translation import gettext as _

from aftersales.errors import NotPossible
from aftersales.storable import storable

SECONDS = 10  # in all; a person is waiting
LARGEST_ANSWER = 256 * 1024  # bytes
MOST_TOKENS = 800

# What a stranger's server can make of a connection and of JSON.
FAULTS = (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError, RecursionError)

log = logging.getLogger(__name__)


def is_on():
    return bool(settings.LLM_URL)


def complete(instructions, text):
    """What the model writes to these instructions and this text; a sentence when it writes nothing."""
    if not is_on():
        raise NotPossible(_("No language model is set up here."), code="model_unavailable")
    try:
        written = text_of(post(request_for(instructions, text)))
    except FAULTS as error:
        # The kind of error alone: what was asked and answered is of a customer.
        log.warning("language model gave nothing: %s", type(error).__name__)
        raise NotPossible(
            _("The language model did not answer. Write the reply yourself, or try again later."),
            code="model_unavailable",
        ) from None
    return written


def request_for(instructions, text):
    said = [{"role": "system", "content": instructions}, {"role": "user", "content": text}]
    body = {"model": settings.LLM_MODEL, "messages": said, "max_tokens": MOST_TOKENS, "temperature": 0.2}
    headers = {"Content-Type": "application/json"}
    if settings.LLM_KEY:
        headers["Authorization"] = f"Bearer {settings.LLM_KEY}"
    url = f"{settings.LLM_URL.rstrip('/')}/chat/completions"
    return urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - settings allow http(s) only


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirect would carry a customer's words to an address that nobody set."""

    def redirect_request(self, *args, **kwargs):
        return None


def post(request):
    """The answer's bytes, within time and size whatever the other side does."""
    until = time.monotonic() + SECONDS
    with opened(request) as answer:
        pieces, size = [], 0
        while piece := answer.read1(65_536):
            size += len(piece)
            if size > LARGEST_ANSWER or time.monotonic() > until:
                raise TimeoutError
            pieces.append(piece)
    return b"".join(pieces)


def opened(request):
    try:
        return urllib.request.build_opener(Stay).open(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        error.close()  # a refusal is an open answer too
        raise


def text_of(body):
    """The first choice's text, without what no page and no database takes: NUL, halves of characters."""
    content = json.loads(body)["choices"][0]["message"]["content"]
    text = storable(content).strip()
    if not text:
        raise ValueError("empty")
    return text
