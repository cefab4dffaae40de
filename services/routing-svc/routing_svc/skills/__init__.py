"""Skills: which topic needs which skill."""
