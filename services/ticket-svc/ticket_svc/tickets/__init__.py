"""Tickets: what is asked, what is answered, what happens in between, and the trail of it."""
