"""Custom names of statuses: what an organisation calls its stages, each inside one of the fixed categories."""
