"""Attributes: what an organisation wants to know of its customers and of the organisations they belong to."""
