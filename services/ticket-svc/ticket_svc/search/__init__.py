"""The room of search: tickets by what was written on them, by their numbers, and by who asked."""
