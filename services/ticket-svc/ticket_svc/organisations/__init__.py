"""Organisations: the companies and households that customers belong to."""
