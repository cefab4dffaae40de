"""What this service is told from outside: nothing beyond what every service is told."""

from common.settings import Settings as Shared


class Settings(Shared):
    """The shared settings, prefix KEFU_."""
