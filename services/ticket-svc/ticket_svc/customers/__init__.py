"""Customers: who asks, and how we know that it is the same person."""
