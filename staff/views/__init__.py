"""Pages of sign-in, set-up, settings and account."""
