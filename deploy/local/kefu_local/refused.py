"""What the command will not do, and why."""


class Refused(Exception):
    """One plain sentence for the person at the terminal. Nothing was changed; the exit code is 2."""
