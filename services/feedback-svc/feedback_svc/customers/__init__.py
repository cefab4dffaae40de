"""Customers who were found to be one person, as ticket-svc tells of them."""
