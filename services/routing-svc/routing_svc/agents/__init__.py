"""Agents: who can be given work, with which skills, and whether they are there."""
