"""Dutch words: what they were before they were bent, joined and pulled apart."""
