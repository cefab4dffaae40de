"""Offers: a waiting ticket and a free agent are brought together, and the agent answers."""
