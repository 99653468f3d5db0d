"""What every public post is held to: screened before, flagged after, judged by people, with reasons and a way back."""
