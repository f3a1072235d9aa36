"""The rounds in which syncs are killed: undisturbed first, to know what each leads to."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.index.home import IndexHome
from retrieval.index.sync import SyncOptions
from retrieval.passages import PassageRule
from retrieval.readers import read_file
from retrieval.types import Article
from tests.crash import world
from tests.crash.server import PASSAGE_TOKENS, Job
from tests.crash.verdicts import Expected, read_whole
from tests.support.articles import NOW, make_article
from tests.support.indexes import FAKE, sync_fake

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


class Server(AbstractContextManager["Server"]):
    """A process that forks a child for each job. For one thread."""

    def __init__(self, folder: Path) -> None:
        self._out = folder
        folder.mkdir()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.server"],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, **what: Any) -> dict[str, Any]:
        """Run a job; returns how it ended, with what it told unless it was killed."""
        assert self._process.stdin
        assert self._process.stdout
        out = self._out / "told.json"
        out.unlink(missing_ok=True)
        print(json.dumps(asdict(Job(out=str(out), **what))), file=self._process.stdin, flush=True)
        ended: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert ended["signal"] in (None, 9), ended
        if ended["signal"] is None:
            assert ended["code"] == 0, "a child broke off; its trace is above"
            ended |= json.loads(out.read_text(encoding="utf-8"))
            assert not ended["torch"], "a child loaded the model's library"
        return ended

    def __exit__(self, *_: object) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


@dataclass(frozen=True)
class Round:
    """An action on a data folder, and what it leads to undisturbed.

    `steps` are (kind, number among its kind, seconds to the next step), in order.
    """

    name: str
    action: str
    start: Path
    inputs: Path
    now: str
    steps: list[tuple[str, int, float]]
    expected: Expected

    def job(self, data: Path, kill: tuple[str, int, float | None] | None = None) -> dict[str, Any]:
        """Return what a server is to run: the action on the folder `data`."""
        return self._job(self.action, data) | {"kill": kill}

    def next_sync(self, data: Path) -> dict[str, Any]:
        """Return what a server is to run after the action."""
        return self._job("sync" if self.action == "rollback" else self.action, data)

    def _job(self, action: str, data: Path) -> dict[str, Any]:
        inputs = str(self.inputs)
        return {"action": action, "data": str(data), "inputs": inputs, "now": self.now}


def play(
    server: Server, folder: Path, on_round: Callable[[Round], None], *, last: str = "adoption"
) -> None:
    """Go through the rounds, undisturbed, and give each to `on_round` while its inputs are so."""
    inputs = folder / "inputs"
    data = folder / "empty"
    data.mkdir(parents=True)
    for hours, (name, action, edit) in enumerate(_ROUNDS):
        edit(inputs)
        start = _older_index(folder, inputs) if action == "adopt" else data
        made, data = _undisturbed(server, folder, name, action, start, inputs, hours)
        on_round(made)
        if name == last:
            return


_ROUNDS: tuple[tuple[str, str, Callable[[Path], None]], ...] = (
    ("first sync", "sync", world.first_round),
    ("sync of edits", "sync", world.second_round),
    ("sync that prunes", "sync", world.third_round),
    ("rollback", "rollback", lambda _inputs: None),
    ("sync after a rollback", "sync", lambda _inputs: None),
    ("adoption", "adopt", lambda _inputs: None),
)


def _undisturbed(
    server: Server, folder: Path, name: str, action: str, start: Path, inputs: Path, hours: int
) -> tuple[Round, Path]:
    now = NOW + timedelta(hours=hours)
    after, final = folder / f"{name}: after", folder / f"{name}: final"
    shutil.copytree(start, after)
    moment = now.replace(tzinfo=None).isoformat(sep=" ")
    draft = Round(name, action, start, inputs, now.isoformat(), [], None)  # type: ignore[arg-type]
    told = server.run(**draft.job(after))
    assert told["error"] is None, told["error"]
    shutil.copytree(after, final)
    told_final = server.run(**draft.next_sync(final))
    assert told_final["error"] is None, told_final["error"]
    expected = Expected(read_whole(start), read_whole(after), read_whole(final), moment)
    times = told["times"]
    gaps = [later[2] - one[2] for one, later in pairwise(times)] + [0.0]
    steps = [(kind, nth, gap) for (kind, nth, _), gap in zip(times, gaps, strict=True)]
    made = Round(name, action, start, inputs, now.isoformat(), steps, expected)
    return made, after


def _older_index(folder: Path, inputs: Path) -> Path:
    """Make an index as one without a database did: some of the inputs, and other articles."""
    data = folder / "older"
    articles = [
        make_article(f"old {n}", world.report(f"Old Town {n}"), title=f"Bridge {n}")
        for n in range(12)
    ]
    for path in sorted((inputs / "news").iterdir()):
        articles += [item for item in read_file(path, fetched=NOW) if isinstance(item, Article)]
    rule = PassageRule(PASSAGE_TOKENS, PASSAGE_TOKENS * 25 // 16)
    made_with = SyncOptions(spec=FAKE, rule=rule, inputs=(str(inputs / "news"),), now=NOW)
    sync_fake(IndexHome(data / "index"), articles, made_with)
    return data
