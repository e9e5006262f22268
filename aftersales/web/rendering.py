"""How answers become JSON, and how one that is JSON already is not made again."""

from rest_framework.renderers import JSONRenderer


class Rendered(bytes):
    """An answer's body as it goes out."""


class ReadyJSONRenderer(JSONRenderer):
    """JSON; a body that was rendered before, to be stored, is passed on."""

    def render(self, data, accepted_media_type=None, renderer_context=None):
        if isinstance(data, Rendered):
            return data
        return super().render(data, accepted_media_type, renderer_context)


JSON = ReadyJSONRenderer()
