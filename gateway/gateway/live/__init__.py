"""The live stream: every event of the platform, as it happens, to whoever may see it."""
