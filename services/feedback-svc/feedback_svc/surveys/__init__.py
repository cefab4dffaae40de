"""Surveys: asking customers how it went, and what they answer."""
