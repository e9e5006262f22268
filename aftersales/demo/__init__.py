"""The demo: fictional shops, people, orders and requests, brought in through the same actions as real ones."""

from aftersales.demo.loading import load_demo
from aftersales.demo.reset import reset_demo

__all__ = ["load_demo", "reset_demo"]
