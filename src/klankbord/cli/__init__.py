"""The `klankbord` command; each feature brings its own subcommands, the command only gathers them."""
