"""What was found out, in the formats that people and programs read: one file a format."""
