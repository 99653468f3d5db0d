"""What can be done with ideas, boards and changes; one verb a function, one transaction each."""
