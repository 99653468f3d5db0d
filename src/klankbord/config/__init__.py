"""Settings, urls and the server's entry point; the only reader of the environment."""
