"""Teams: who works by which windows. A ticket without a team goes by the settings of the service."""
