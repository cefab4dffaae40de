"""The change feed: what changed, for those who keep a copy of tickets, customers and organisations elsewhere."""
