"""Dialogues over the sample articles, and how often a way of completing follow-ups serves them.

`tests/dialogues/*.jsonl` holds one dialogue a line: `{"id", "turns": [{"question", "kind", "form",
"expected", "seed"}]}`. `kind` is standalone (the opening question), follow-up or new-topic; every
string of `expected` has to stand in what the reply quotes, `seed` is the article it is from.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.followup import Turn, complete
from retrieval.index.sync import SyncOptions, sync
from retrieval.library import Library
from retrieval.passages import PassageRule
from retrieval.readers import find_files, read_file
from retrieval.types import Abstention, Article, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.embedding import SentenceTransformerEmbedder
    from retrieval.index.home import IndexHome
    from retrieval.types import Reply

    Completion = Callable[[str, Sequence[Turn]], str]

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
DIALOGUES = ROOT / "tests" / "dialogues"
AS_OF = datetime(2022, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class AskedTurn:
    """One question of a dialogue, and what a good reply to it holds."""

    question: str
    kind: str
    form: str
    expected: tuple[str, ...]
    seed: str


@dataclass(frozen=True)
class Dialogue:
    """Questions that one person asks one after the other."""

    id: str
    turns: tuple[AskedTurn, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one question: as asked, as understood, and whether the reply was right."""

    dialogue: str
    turn: AskedTurn
    text: str
    nearest: bool  # the right article is cited first or, without an answer, comes closest
    first: bool  # it is cited first
    cited: bool  # it is among the citations
    found: bool  # the quoted text holds every expected string


@dataclass(frozen=True)
class Figures:
    """Shares of the questions of one kind, from 0 to 1."""

    count: int
    unchanged: float
    nearest: float
    first: float
    cited: float
    found: float


def as_asked(question: str, turns: Sequence[Turn]) -> str:
    """Complete nothing: every question for itself."""
    return question


def concatenated(question: str, turns: Sequence[Turn]) -> str:
    """Put the previous question in front of every question."""
    return f"{turns[-1].question} {question}" if turns else question


def completed(question: str, turns: Sequence[Turn]) -> str:
    """Complete follow-ups as Newsdesk does."""
    return complete(question, turns).text


def load_dialogues(name: str) -> list[Dialogue]:
    """Return the dialogues of one of the two files, `tuning` or `heldout`."""
    lines = (DIALOGUES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    dialogues = []
    for record in map(json.loads, lines):
        turns = tuple(
            AskedTurn(t["question"], t["kind"], t["form"], tuple(t["expected"]), t["seed"])
            for t in record["turns"]
        )
        dialogues.append(Dialogue(record["id"], turns))
    return dialogues


@dataclass(frozen=True)
class Newsstand:
    """The sample articles, indexed with the real model. `seeds`: article id → file name."""

    library: Library
    embedder: SentenceTransformerEmbedder
    seeds: dict[str, str]
    replies: dict[str, Reply] = field(default_factory=dict)

    def ask(self, text: str) -> Reply:
        """Answer a question that stands alone; the same one is answered once."""
        if text not in self.replies:
            vector = self.embedder.embed_questions([text])[0]
            self.replies[text] = self.library.reply(Query(text, AS_OF), vector)
        return self.replies[text]


def open_newsstand(home: IndexHome, embedder: SentenceTransformerEmbedder) -> Newsstand:
    """Index the sample articles in `home`, which is empty."""
    articles = {
        item.id: (path.name, item)
        for path in find_files(SEEDS)
        for item in read_file(path, fetched=AS_OF)
        if isinstance(item, Article)
    }
    sync(
        home,
        [article for _, article in articles.values()],
        SyncOptions(spec=embedder.spec, rule=PassageRule(), inputs=("seeds",), now=AS_OF),
        load_embedder=lambda: embedder,
        warn=lambda _line: None,
    )
    seeds = {identity: name for identity, (name, _) in articles.items()}
    return Newsstand(Library(home.open()), embedder, seeds)


def hold(
    dialogue: Dialogue, newsstand: Newsstand, completion: Completion = completed
) -> list[Outcome]:
    """Ask the questions of a dialogue in order; each sees the turns before it."""
    turns: list[Turn] = []
    outcomes = []
    for asked in dialogue.turns:
        text = completion(asked.question, turns)
        reply = newsstand.ask(text)
        outcomes.append(_outcome(dialogue.id, asked, text, reply, newsstand.seeds))
        # What concatenation understood would pile up the whole dialogue.
        turns.append(turn_of(asked.question if completion is concatenated else text, reply))
    return outcomes


def turn_of(question: str, reply: Reply) -> Turn:
    """Return what later questions can lean on."""
    if isinstance(reply, Abstention):
        return Turn(question, "", ())
    titles = tuple(dict.fromkeys(citation.title for citation in reply.citations))
    return Turn(question, " ".join(sentence.text for sentence in reply.sentences), titles)


def figures(outcomes: Sequence[Outcome], kind: str) -> Figures:
    """Return the shares among the questions of one kind."""
    of_kind = [outcome for outcome in outcomes if outcome.turn.kind == kind]
    counts: Counter[str] = Counter()
    for outcome in of_kind:
        counts["unchanged"] += outcome.text == outcome.turn.question
        counts["nearest"] += outcome.nearest
        counts["first"] += outcome.first
        counts["cited"] += outcome.cited
        counts["found"] += outcome.found
    names = ("unchanged", "nearest", "first", "cited", "found")
    return Figures(len(of_kind), *(counts[name] / len(of_kind) for name in names))


def measure(name: str, newsstand: Newsstand, completion: Completion = completed) -> list[Outcome]:
    """Hold every dialogue of a file."""
    return [
        outcome
        for dialogue in load_dialogues(name)
        for outcome in hold(dialogue, newsstand, completion)
    ]


def _outcome(
    dialogue: str, asked: AskedTurn, text: str, reply: Reply, seeds: dict[str, str]
) -> Outcome:
    if isinstance(reply, Abstention):
        closest = [seeds[reference.article_id] for reference in reply.closest]
        nearest = closest[:1] == [asked.seed]
        return Outcome(dialogue, asked, text, nearest, first=False, cited=False, found=False)
    cited = [seeds[citation.article_id] for citation in reply.citations]
    quoted = " ".join(sentence.text for sentence in reply.sentences)
    return Outcome(
        dialogue,
        asked,
        text,
        nearest=cited[0] == asked.seed,
        first=cited[0] == asked.seed,
        cited=asked.seed in cited,
        found=all(string in quoted for string in asked.expected),
    )
