"""An input method as Chromium hears it: letters that grow into a word, and the keys that belong to it."""


class Ime:
    """In whatever has the focus: `compose("lie", "lie'wen")`, `press("Enter")`, `commit("裂纹")`."""

    def __init__(self, page):
        self._cdp = page.context.new_cdp_session(page)

    def compose(self, *grown):
        """The letters as they stand, underlined, in the field."""
        for text in grown:
            at = len(text)
            self._cdp.send(
                "Input.imeSetComposition", {"text": text, "selectionStart": at, "selectionEnd": at}
            )

    def press(self, key, *, alt=False, control=False):
        """A key that the input method takes for itself: the page hears it with the code 229."""
        modifiers = (1 if alt else 0) + (2 if control else 0)
        told = {"key": key, "code": key, "windowsVirtualKeyCode": 229, "modifiers": modifiers}
        for kind in ("rawKeyDown", "keyUp"):
            self._cdp.send("Input.dispatchKeyEvent", {"type": kind, **told})

    def commit(self, word):
        """The word instead of the letters."""
        self._cdp.send("Input.insertText", {"text": word})
