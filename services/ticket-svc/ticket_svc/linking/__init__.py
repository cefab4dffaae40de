"""Links between tickets: duplicates, causes, parents and children."""
