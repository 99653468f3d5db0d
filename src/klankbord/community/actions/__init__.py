"""What can be done with questions and answers, one verb a file."""
