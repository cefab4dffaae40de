"""Members of staff: who they are, how they log in, and their sessions."""
