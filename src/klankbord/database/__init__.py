"""What the database engines need from us: one fair queue of writers for SQLite."""
