"""Macros: what agents keep to say and do it again: a text with variables, and actions, done together or not at all."""
