"""The verbs of the back office, one file a subject. Each checks the right, writes, logs and tells others."""
