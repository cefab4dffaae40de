"""Making one ticket of two, and two of one; nothing that was said is lost by either."""
