"""What moderators, and those who flag and object, do."""
