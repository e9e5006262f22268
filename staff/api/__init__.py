"""The REST endpoints of people: their own account, with the same rules as its page."""
