"""Tagging tickets, and which tags there are."""
