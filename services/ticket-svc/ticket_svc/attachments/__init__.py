"""Attachments: files that came with a message. Their type is judged, their bytes are kept, and links let them out."""
