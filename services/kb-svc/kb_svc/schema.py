"""The metadata that all tables of this service stand in."""

from common.db import new_metadata

metadata = new_metadata()
