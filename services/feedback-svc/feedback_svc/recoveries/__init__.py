"""Recoveries: making good what a low score tells of."""
