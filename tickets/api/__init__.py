"""The REST endpoints of orders and tickets: thin, one gate, the same verbs as the pages."""
