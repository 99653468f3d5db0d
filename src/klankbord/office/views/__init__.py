"""The pages of the back office, one file a subject."""
