"""What can be set, read from the settings models: who may be told what, and the page that says so."""
