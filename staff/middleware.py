"""How a logged-in person reads pages: in their own language, in the time of the shops they serve."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation


class AccountLanguageMiddleware:
    """A person's own language wins over the browser's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not request.path.startswith("/api/") and user.is_authenticated and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        return self.get_response(request)


class ShopTimeMiddleware:
    """Times on pages are those of the first shop that the person serves; the API speaks UTC."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        shops = []
        if not request.path.startswith("/api/") and request.user.is_authenticated:
            shops = request.user.places()[1]
        if not shops:
            return self.get_response(request)
        with timezone.override(ZoneInfo(shops[0].time_zone)):
            return self.get_response(request)
