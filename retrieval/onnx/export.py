"""Writes a sentence-transformers model as an ONNX graph, and compares the two's vectors."""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from retrieval.embedding import encode, unit_rows
from retrieval.errors import EmbeddingError
from retrieval.onnx.layout import GRAPH, TOKENIZER, UnusableModelError, checksum
from retrieval.onnx.model import start_model
from retrieval.onnx.samples import SAMPLES
from retrieval.precision import fixed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from retrieval.onnx.layout import Record
    from retrieval.onnx.model import OnnxModel

MIN_COSINE = 0.9999
OPSET = 17
_AT_ONCE = 4  # samples that are padded to the longest of them
_MOST = 1_000_000_000  # bytes of weights: a graph is one message of at most 2 GB, held in memory
_MODULES = {"Transformer", "Pooling", "Dense", "Normalize"}  # they don't decide by what they read


def export_model(model: Any, folder: Path, record: Record) -> OnnxModel:
    """Write the graph and the tokenizer of a SentenceTransformer to `folder` and load them.

    The record that comes back with them is completed. Raises UnusableModelError, before anything
    is written where the model is of a kind that can't be exported, and where a sample's vectors
    have a cosine below MIN_COSINE. Raises OSError if `folder` can't be written.
    """
    _check_kind(model)
    model = model.float()
    _write_tokenizer(model, folder / TOKENIZER)
    _write_graph(model, folder / GRAPH)
    dimension = int(encode(model, SAMPLES[:1]).shape[1])
    made = start_model(
        folder,
        replace(
            record,
            dimension=dimension,
            max_tokens=int(model.max_seq_length),
            modules=tuple(type(module).__name__ for module in model),
            opset=OPSET,
            sums={name: _settled_sum(folder / name) for name in (GRAPH, TOKENIZER)},
        ),
        fixed("float32"),
    )
    _compare(model, made)
    return made


def _check_kind(model: Any) -> None:
    """Raise UnusableModelError where the graph could differ from the model beyond the samples."""
    foreign = [
        type(module).__name__
        for module in model
        if type(module).__name__ not in _MODULES
        or not type(module).__module__.startswith("sentence_transformers.")
    ]
    if foreign:
        raise UnusableModelError(f"the model has a part of its own, {foreign[0]}")
    if not type(getattr(model[0], "auto_model", None)).__module__.startswith("transformers."):
        raise UnusableModelError("the model brings its own code")
    if sum(p.numel() for p in model.parameters()) * 4 > _MOST:
        raise UnusableModelError("the model is too large")
    tokenizer = model.tokenizer
    sides = {getattr(tokenizer, f"{kind}_side", None) for kind in ("padding", "truncation")}
    if not getattr(tokenizer, "is_fast", False) or sides != {"right"}:
        raise UnusableModelError("the model's tokenizer is of another kind")
    if tokenizer.pad_token_id is None or not model.max_seq_length:
        raise UnusableModelError("the model names no padding or no longest text")


def _write_tokenizer(model: Any, file: Path) -> None:
    """Write the model's tokenizer with its truncation, without padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.enable_truncation(int(model.max_seq_length))
    tokenizer.no_padding()
    file.write_text(tokenizer.to_str(), encoding="utf-8")


def _write_graph(model: Any, file: Path) -> None:
    """Trace the model's modules, one after the other as `encode` runs them."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.steps = torch.nn.ModuleList(model)

        def forward(self, input_ids: Any) -> Any:
            features = {"input_ids": input_ids}  # one text, no padding: nothing to be masked
            for step in self.steps:
                features = step(features)
            return features["sentence_embedding"]

    example = torch.ones(1, 8, dtype=torch.int64)
    try:
        with _quiet(), _without_onnx(), torch.no_grad():
            torch.onnx.export(
                Whole().eval(),
                (example,),
                str(file),
                input_names=["input_ids"],
                output_names=["vectors"],
                dynamic_axes={"input_ids": {1: "tokens"}},
                opset_version=OPSET,
                dynamo=False,
            )
    except OSError:
        raise
    except Exception as error:  # whatever torch meets in a model it can't trace
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise UnusableModelError(f"torch can't export it: {reason}") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the tracer's warnings to itself: what they warn of, the comparison would find."""
    from torch.jit._trace import TracerWarning

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=TracerWarning)
        warnings.filterwarnings(
            "ignore", "You are using the legacy TorchScript", DeprecationWarning
        )
        warnings.filterwarnings("ignore", "The feature will be removed", DeprecationWarning)
        warnings.filterwarnings("ignore", "Exporting aten::index operator", UserWarning)
        yield


@contextmanager
def _without_onnx() -> Iterator[None]:
    """Let torch write the graph without the package onnx.

    At the end torch reads the whole graph with that package, to add functions that somebody wrote
    for operators of their own. Modules that pass `_check_kind` have none.
    """
    from torch.onnx._internal.torchscript_exporter import onnx_proto_utils as utils

    def unchanged(model_bytes: bytes, custom_opsets: Mapping[str, int]) -> bytes:  # noqa: ARG001
        return model_bytes

    adding = utils._add_onnxscript_fn  # noqa: SLF001 - torch has no setting for it
    utils._add_onnxscript_fn = unchanged  # noqa: SLF001
    try:
        yield
    finally:
        utils._add_onnxscript_fn = adding  # noqa: SLF001


def _compare(model: Any, made: OnnxModel) -> None:
    """Raise UnusableModelError unless both give the same directions."""
    try:
        expected = unit_rows(encode(model, SAMPLES, at_once=_AT_ONCE))
        lowest = float((expected * made.embed(SAMPLES)).sum(axis=1).min())
    except EmbeddingError as error:
        raise UnusableModelError(str(error)) from error
    if not lowest >= MIN_COSINE:
        raise UnusableModelError(f"its vectors would differ (cosine {lowest:.6f})")


def _settled_sum(file: Path) -> str:
    """Hand the file to the disk and return its checksum."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return checksum(file)
