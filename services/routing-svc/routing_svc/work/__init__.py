"""Work items: every ticket that needs an agent, from its opening to its end."""
