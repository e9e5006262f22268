"""How tests speak to the API: with a key, in JSON, as a shop's system or a person would."""

import json

from django.test import Client


class Api:
    """A client bound to one key; paths are below /api/v1."""

    def __init__(self, token):
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def get(self, path, data=None, **headers):
        return self.client.get(f"/api/v1{path}", data, headers=tidy(headers))

    def post(self, path, body=None, **headers):
        return self.client.post(
            f"/api/v1{path}", json.dumps(body or {}), "application/json", headers=tidy(headers)
        )

    def patch(self, path, body, **headers):
        return self.client.patch(
            f"/api/v1{path}", json.dumps(body), "application/json", headers=tidy(headers)
        )

    def delete(self, path, **headers):
        return self.client.delete(f"/api/v1{path}", headers=tidy(headers))

    def put(self, path, body, **headers):
        return self.client.put(f"/api/v1{path}", json.dumps(body), "application/json", headers=tidy(headers))

    def upload(self, path, files, **headers):
        return self.client.post(f"/api/v1{path}", files, headers=tidy(headers))


def tidy(headers):
    """`idempotency_key="x"` as the header Idempotency-Key."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def ask_pulse(client, question):
    """What an open page asks every few seconds."""
    return client.post("/pulse", json.dumps(question), "application/json")
