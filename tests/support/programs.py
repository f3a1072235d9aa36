"""Programs of their own, started with nothing of this process's settings."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio.subprocess import Process

ROOT = Path(__file__).parents[2]
PATIENCE = 180


async def start_program(*arguments: str | Path, cwd: Path, **environment: str) -> Process:
    """Start `python -m` with these arguments in a folder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NEWSDESK_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *arguments),
        cwd=cwd,
        env={**clean, **environment, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


async def log_of(process: Process) -> str:
    """Return what it logged once it has ended."""
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    return err.decode()


async def index_seeds(folder: Path) -> None:
    """Index the sample articles in a folder."""
    process = await start_program("bot", "index", ROOT / "seeds", cwd=folder)
    log = await log_of(process)
    assert process.returncode == 0, log
