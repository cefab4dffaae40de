"""Messages afterwards: written anew with every earlier version kept, or made unreadable for good."""
