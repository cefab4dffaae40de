"""Choosing: the pure rules of routing. Values in, decision out; no input or output."""
