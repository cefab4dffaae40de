"""Service levels: when an answer and a solution are due, when the clocks stand, what was kept. Rules only."""
