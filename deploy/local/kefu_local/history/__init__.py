"""Bringing history in: tickets that were worked in another system, as they were: `kefu import --history`."""
