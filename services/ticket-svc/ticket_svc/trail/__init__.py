"""The trail of a ticket: every step of its way, who did it, when, and what changed."""
