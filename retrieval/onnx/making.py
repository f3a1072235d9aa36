"""Makes a model's ONNX graph where there is none yet: whole and compared, or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from filelock import FileLock

from retrieval.embedding import load_model
from retrieval.onnx.export import export_model
from retrieval.onnx.layout import (
    Record,
    UnusableModelError,
    fingerprint,
    folder_of,
    read_record,
    write_record,
)
from retrieval.onnx.model import open_model
from retrieval.precision import fixed

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.onnx.model import OnnxModel

_PACKAGES = ("openvino", "sentence-transformers", "torch", "transformers")


def make_model(home: Path, name: str) -> OnnxModel:
    """Make the graph of the model `name` in `home`, or open what another program made meanwhile.

    Returns it in float32, as it is compared with the model.

    Takes seconds, and for that time the memory of the model twice over. A model that none can be
    made of is remembered, so that it is tried once. Raises UnusableModelError that says why there
    is none, EmbeddingError if the model can't be loaded.
    """
    folder = folder_of(home, name)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            try:
                return open_model(home, name, fixed("float32"))
            except UnusableModelError:
                if _failed_before(folder, name):
                    raise
            return _make(folder, name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnusableModelError(f"{folder} can't be written ({reason})") from error


def _failed_before(folder: Path, name: str) -> bool:
    """Tell whether these very packages have failed with this very model."""
    try:
        record = read_record(folder)
        now = (name, fingerprint(name), _versions())
    except UnusableModelError:
        return False
    return bool(record.refused) and (record.model, record.source, record.made_with) == now


def _make(folder: Path, name: str) -> OnnxModel:
    working = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir()
    record = Record(name, fingerprint(name), _versions())
    try:
        try:
            made = export_model(load_model(name), working, record)
        except UnusableModelError as error:
            shutil.rmtree(working)
            working.mkdir()
            _keep(working, folder, replace(record, refused=str(error)))
            raise
        _keep(working, folder, made.record)
        return made
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _keep(working: Path, folder: Path, record: Record) -> None:
    """Put what was made in the place of what was there. Raises OSError."""
    write_record(working, record)
    _settle(working)
    shutil.rmtree(folder, ignore_errors=True)
    working.rename(folder)
    _settle(folder.parent)


def _settle(folder: Path) -> None:
    """Hand a folder's entries to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _versions() -> dict[str, str]:
    return {package: version(package) for package in _PACKAGES}
