"""The forms of sign-in, set-up, settings and account: what may be typed, in the words that refuse it."""
