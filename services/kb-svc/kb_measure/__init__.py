"""Measurements of search on the shared evaluation data; no part of the service."""
