"""Where a model's ONNX graph lies, and the record beside it: what it was made of and its sums.

models/all-MiniLM-L6-v2-1a2b3c4d/model.onnx       a text's tokens in, its vector out
                                 tokenizer.json   with the model's truncation
                                 model.json       the record
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from retrieval.embedding import locate

FORMAT = 2
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
RECORD = "model.json"


class UnusableModelError(Exception):
    """There is no ONNX graph to use, or none can be made; the text says why. torch does without."""


@dataclass(frozen=True, slots=True)
class Record:
    """What an ONNX graph is. `refused` says why there is none, where none can be made.

    `source` is the `fingerprint` of the model that it was made of, `made_with` the versions of
    the packages that made it, `sums` the SHA-256 of each file.
    """

    model: str
    source: str
    made_with: dict[str, str]
    dimension: int = 0
    max_tokens: int = 0
    modules: tuple[str, ...] = ()
    opset: int = 0
    sums: dict[str, str] = field(default_factory=dict)
    refused: str = ""


def folder_of(home: Path, model: str) -> Path:
    """Return where the graph of `model` lies within `home`."""
    readable = re.sub(r"[^\w.-]+", "-", Path(model).name)[:60]
    return home / f"{readable}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def fingerprint(model: str) -> str:
    """Return a digest of the model's files as they are on this disk: names, sizes and times.

    A model that was exchanged or installed anew has another one. Raises UnusableModelError if the
    model isn't on this disk.
    """
    folder = _model_folder(model)
    digest = hashlib.sha256(folder.name.encode())
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            about = file.stat()
            line = f"{file.relative_to(folder)}\0{about.st_size}\0{about.st_mtime_ns}\n"
            digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _model_folder(model: str) -> Path:
    """Return the model's folder: as given, or the hub's copy as sentence-transformers names it."""
    folder = Path(locate(model))
    if model and folder.is_dir():
        return folder
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    name = model if "/" in model else f"sentence-transformers/{model}"
    try:
        found = try_to_load_from_cache(name, "config.json")
    except HFValidationError as error:
        raise UnusableModelError(f"{model!r} is no model's name") from error
    if not isinstance(found, str):
        raise UnusableModelError(f"the model {model} isn't on this disk yet")
    return Path(found).parent


def checksum(file: Path) -> str:
    """Return a file's SHA-256 in hexadecimal. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_record(folder: Path, record: Record) -> None:
    """Write the record into the folder. Raises OSError."""
    text = json.dumps({"format": FORMAT, **asdict(record)}, indent=1)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def read_record(folder: Path) -> Record:
    """Read the folder's record. Raises UnusableModelError if there is none that can be read."""
    try:
        known: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if known.pop("format") != FORMAT:
            raise UnusableModelError("it was made by another version of Newsdesk")
        return Record(**{**known, "modules": tuple(known["modules"])})
    except FileNotFoundError as error:
        raise UnusableModelError("none was made yet") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableModelError(f"{folder / RECORD} can't be read") from error
