"""The timeline: all that happened with one person, whatever the channel or the service, newest first."""
