"""Doing one thing to many tickets at once, with an answer for each."""
