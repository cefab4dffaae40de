"""History: tickets that were worked elsewhere, brought in as they were. Nothing is set going by them."""
