"""Every event of the platform, defined once, by owner. `REGISTRY` (base.py) knows them all after this import."""

from common.contracts import feedback, gateway, kb, routing, tickets

__all__ = ["feedback", "gateway", "kb", "routing", "tickets"]
