"""Views: conditions that people keep, to come back to the tickets that they hold of, and to how many these are."""
