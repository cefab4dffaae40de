"""Metrics: figures over the answers, each with its uncertainty."""
