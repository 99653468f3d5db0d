"""One folder for each kind of channel, complete and removable; none knows the database or another."""
