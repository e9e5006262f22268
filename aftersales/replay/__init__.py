"""A shop's history played against a running desk, over HTTP and with keys, as a real shop and its people would.

It knows the desk by its REST contract alone: nothing here imports an app.
"""
