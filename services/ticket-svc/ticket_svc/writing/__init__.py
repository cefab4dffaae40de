"""Writing: HTML made harmless, the text that it says, and what somebody has begun to write. It uses no other room."""
