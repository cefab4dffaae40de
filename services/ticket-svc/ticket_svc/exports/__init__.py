"""Exports: all tickets, customers and organisations as a file, from which the change feed goes on."""
