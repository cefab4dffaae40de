"""The metadata that the tables of all rooms share."""

from common.db import new_metadata

metadata = new_metadata()
