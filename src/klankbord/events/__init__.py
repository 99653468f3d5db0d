"""What happened, told once it is true: events, the outbox, the runner that reacts, and the schedule."""
