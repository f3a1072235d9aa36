"""Jobs in processes of their own, each once: what is done is on disk and not done again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
_TAIL = 15  # lines of a failed job's log that are shown


def tell(line: str) -> None:
    """Say on stderr how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def environment() -> dict[str, str]:
    """Return the jobs' environment: no model hub, no usage statistics, no settings of Newsdesk."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NEWSDESK_")}
    return kept | {
        "PYTHONPATH": str(_ROOT),
        "PYTHONUNBUFFERED": "1",
        "HF_HUB_OFFLINE": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
    }


@dataclass
class Runner:
    """Runs jobs in the folder `work`, one at a time. `failed` maps names to what went wrong."""

    work: Path
    failed: dict[str, str] = field(default_factory=dict)

    def claim(self, options: dict[str, Any]) -> None:
        """Note what the run is made with; end the program if the folder holds another run."""
        self.work.mkdir(parents=True, exist_ok=True)
        file = self.work / "run.json"
        if not file.exists():
            file.write_text(json.dumps(options), encoding="utf-8")
        elif json.loads(file.read_text(encoding="utf-8")) != options:
            raise SystemExit(
                f"{self.work} holds a run with other options; "
                "delete it, or name another folder with --work"
            )

    def run(self, name: str, job: dict[str, Any]) -> dict[str, Any] | None:
        """Return the result of a job, done now or before; None if it failed."""
        out = self.work / "jobs" / f"{name}.json"
        if not out.exists():
            tell(f"{name} ...")
            started = time.perf_counter()
            if not self._work_out(name, job | {"out": str(out), "work": str(self.work)}):
                return None
            tell(f"{name} took {time.perf_counter() - started:.0f} s")
        record: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return record

    def need(self, name: str, job: dict[str, Any]) -> dict[str, Any]:
        """Like `run`, for a job without which nothing goes on."""
        record = self.run(name, job)
        if record is None:
            raise SystemExit(f"{name} failed: {self.failed[name]}")
        return record

    def _work_out(self, name: str, job: dict[str, Any]) -> bool:
        """Do a job; say whether it succeeded."""
        place = self.work / "jobs" / f"{name}.job"
        place.parent.mkdir(exist_ok=True)
        place.write_text(json.dumps(job), encoding="utf-8")
        log = place.with_suffix(".log")
        command = [sys.executable, "-m", "benchmarks.peers.worker", str(place)]
        with log.open("w", encoding="utf-8") as stream:
            done = subprocess.run(
                command, cwd=self.work, env=environment(), stdout=stream, stderr=stream, check=False
            )
        if done.returncode:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            self.failed[name] = lines[-1] if lines else f"exit code {done.returncode}"
            tell(f"{name} FAILED with {done.returncode}; the end of {log}:")
            print("\n".join(lines[-_TAIL:]), file=sys.stderr)
        return done.returncode == 0
