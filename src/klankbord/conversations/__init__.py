"""The heart: one thread with one subject, whatever door it came through, and the promise that it is answered."""
