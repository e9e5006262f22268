"""The pages of requests: the queue, one request, opening one, the pulse."""
