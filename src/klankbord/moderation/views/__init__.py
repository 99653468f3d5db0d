"""The pages of moderation: for moderators, for authors, and the log for everybody."""
