"""What a logged-in person has settled for themselves: the language."""

from django.utils import translation


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
