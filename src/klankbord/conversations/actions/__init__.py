"""What can be done with conversations: one verb a module, the same for views, commands, the API and tests."""
