"""What a start takes along: a question is answered without torch and what else is large."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.settings import load_settings
from tests.support.collections import index_paths, write_article
from tests.support.models import link_graphs
from tests.support.programs import PATIENCE, ROOT

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from retrieval.embedding import Embedder

LARGE = (
    "torch transformers sentence_transformers sklearn scipy matplotlib pandas trafilatura".split()
)

# What `newsdesk run` imports, then a question to its desk; then passages.
PROGRAM = """
import asyncio, json, sys
from pathlib import Path

import bot.cli, bot.commands.run, bot.alerting.service, bot.collection.opening
import bot.collection.reloading, bot.collection.watching, bot.operations.logs
import bot.telegram.application
from bot.desk import open_desk
from bot.settings import load_settings


async def ask():
    async with open_desk(load_settings(data=Path(sys.argv[1]), precision="float32")) as desk:
        reply = (await desk.ask("When did the harbour of Vello reopen?")).reply
        told = {"reply": repr(reply), "after_start": sorted(sys.modules)}
        vectors = desk.embedder.embed_passages(["The harbour of Vello reopened on Monday."])
        return told | {"shape": vectors.shape, "in_the_end": sorted(sys.modules)}

print(json.dumps(asyncio.run(ask())))
"""


@pytest.fixture
def data(tmp_path: Path, now: datetime, embedder: Embedder) -> Path:
    """Return the data folder of a small collection."""
    text = "The harbour of Vello reopened on Monday after two years of repairs, the mayor said."
    article = write_article(tmp_path, "the harbour", text)
    index_paths(load_settings(data=tmp_path / "data"), [article], now=now, embedder=embedder)
    return tmp_path / "data"


def test_a_question_is_answered_without_torch(data: Path) -> None:
    link_graphs(data)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NEWSDESK_")}
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", PROGRAM, str(data)],
        env={**clean, "PYTHONPATH": str(ROOT)},
        cwd=data.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "reopened on Monday" in told["reply"]
    assert {"openvino", "telegram", "bot.desk"} <= set(told["after_start"])
    assert [name for name in LARGE if name in told["after_start"]] == []
    assert told["shape"] == [1, 384]
    assert [name for name in LARGE if name in told["in_the_end"]] == []
