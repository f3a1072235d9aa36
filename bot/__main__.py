"""`python -m bot`: the twin of `newsdesk`."""

from bot.cli import main

if __name__ == "__main__":
    main()
