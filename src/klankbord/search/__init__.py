"""Finding: an index that follows the outbox."""
