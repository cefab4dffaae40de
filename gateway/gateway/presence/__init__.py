"""Presence: who looks at a ticket now, and who is writing to it; said again every few seconds, and kept no longer."""
