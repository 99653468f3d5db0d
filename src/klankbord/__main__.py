"""`python -m klankbord`."""

from klankbord.cli.main import main

main()
