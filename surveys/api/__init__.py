"""The REST endpoints of surveys: thin, one gate, the same rules as the pages."""
