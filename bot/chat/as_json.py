"""A reply as the JSON that programs depend on; docs/json.md describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from retrieval.types import Abstention, Answer

if TYPE_CHECKING:
    from datetime import datetime

    from retrieval.types import ArticleRef, Citation, Difference, Reply


def reply_to_json(reply: Reply, *, took_ms: float) -> dict[str, Any]:
    """Return the reply as a dictionary of JSON's types; every key is always there."""
    match reply:
        case Answer():
            kind, reason = "answer", None
            text = " ".join(
                f"{s.text} {''.join(f'[{n}]' for n in s.citation_numbers)}" for s in reply.sentences
            )
            sentences = [
                {"text": s.text, "citations": list(s.citation_numbers)} for s in reply.sentences
            ]
            citations = [_citation(c) for c in reply.citations]
            differences = [_difference(d) for d in reply.differences]
        case Abstention():
            kind, text, reason = "abstention", reply.reason, reply.reason
            sentences, citations, differences = [], [], []
    return {
        "question": reply.question,
        "kind": kind,
        "text": text,
        "sentences": sentences,
        "citations": citations,
        "differences": differences,
        "confidence": round(reply.confidence, 4),
        "as_of": _moment(reply.as_of),
        "dates": reply.dates or None,
        "generation": reply.generation,
        "took_ms": round(took_ms, 1),
        "reason": reason,
        "closest": [_closest(article) for article in reply.closest],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "url": citation.url,
        "source": citation.source,
        "published": _moment(citation.published),
        "passage": citation.passage,
        "quote": citation.quote,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "values": [
            {"text": value.text, "citations": list(value.citation_numbers)}
            for value in difference.values
        ]
    }


def _closest(article: ArticleRef) -> dict[str, Any]:
    return {"title": article.title, "url": article.url, "published": _moment(article.published)}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
