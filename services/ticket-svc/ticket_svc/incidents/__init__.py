"""Incidents: one problem that many customers report, answered once for all of them."""
