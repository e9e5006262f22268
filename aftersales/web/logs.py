"""Log lines carry the id of the request that made them, and ids and verbs, never personal data."""

import logging

from aftersales.events.trace import current_request_id


class RequestIdFilter(logging.Filter):
    def filter(self, record):
        record.request_id = current_request_id() or "-"
        return True
