"""What is sent about something: acknowledgements, sign-in codes, later digests and Web Push."""
