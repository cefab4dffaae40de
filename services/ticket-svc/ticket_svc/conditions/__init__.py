"""The language in which people say which tickets they mean: checked once, decided here or asked of the database."""
