"""What the law lets a customer ask for: a copy of their data, and that these are erased; and what stands against it."""
