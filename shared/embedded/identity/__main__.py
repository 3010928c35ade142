"""Serve until stopped: `python -m embedded.identity --port P --data FOLDER --sign-ins FILE`."""

from embedded.identity.serving import main

main()
