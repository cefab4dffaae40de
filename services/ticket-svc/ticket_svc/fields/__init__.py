"""Ticket types, custom fields, and the form that a type asks them by."""
