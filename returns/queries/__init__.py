"""Reads of goods and money, shaped for an action, a page or the API."""
