"""The metadata that this service's tables share."""

from common.db import new_metadata

metadata = new_metadata()
