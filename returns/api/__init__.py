"""The REST endpoints of goods and money: thin, one gate, the same verbs as the pages."""
