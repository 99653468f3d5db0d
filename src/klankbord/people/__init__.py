"""Who there are: organisations, the persons who speak to them, the users who answer, and what each may see."""
