"""The history of this database."""
