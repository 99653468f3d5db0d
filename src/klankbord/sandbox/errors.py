"""What can go wrong with a job in the sandbox. The children import this file, so it imports nothing."""


class SandboxError(Exception):
    """A job gave no result. The child is already replaced, so the next job is not affected."""


class SandboxTimeout(SandboxError):
    """The job took longer than it may; its child was killed."""


class SandboxCrashed(SandboxError):
    """The child died or the function failed unexpectedly (out of memory, a bug, a signal)."""


class SandboxRefused(SandboxError):
    """The payload or the answer is over a limit, or the function itself raised this with a sentence why."""
