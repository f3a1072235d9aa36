"""The Telegram application: the only importer of python-telegram-bot."""

from __future__ import annotations

import os

# Time periods as timedelta: the library's next default; without it every flood wait warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
