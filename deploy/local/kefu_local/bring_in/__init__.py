"""Bringing tickets, customers and articles in from files, through the REST API: `kefu import`."""
