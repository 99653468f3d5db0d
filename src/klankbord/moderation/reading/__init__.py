"""What the pages of moderation show, read in few queries."""
