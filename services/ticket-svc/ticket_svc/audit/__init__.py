"""Who changed how we work (teams, statuses, types, fields, attributes, organisations, views), before and after."""
