"""Reads shaped for a page, a rule or a report."""
