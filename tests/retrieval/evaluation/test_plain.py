"""The plain baseline, worked by hand over three passages."""

from retrieval.evaluation.plain import plain_quotation
from retrieval.types import Hit, Passage, Span
from tests.support.articles import make_article

TEXTS = [
    "The ferry was late. A storm closed the old harbour on Friday.",
    "Nobody was hurt. The harbour opens again when the storm is over.",
    "The mayor of the town spoke.",
]


class CountedWords:
    """Lower-cased words as stems; longer ones tell more."""

    def stems(self, text):
        return [word.strip(".?,").lower() for word in text.split()]

    def inverse_frequency(self, stem):
        return float(len(stem))


def hits(texts=TEXTS):
    found = []
    for n, text in enumerate(texts):
        article = make_article(f"article {n}", text)
        passage = Passage(f"p{n}", article.id, 0, Span(0, len(text)), text)
        found.append(Hit(passage, article, 1.0 - n / 10, 0.5, n + 1, n + 1, n + 1))
    return found


def test_sentences_that_share_most_come_first():
    # closed harbour storm: 6 + 7 + 5; harbour storm: 12; the others share nothing of content.
    quoted = plain_quotation("What storm closed the harbour?", hits(), CountedWords())
    assert quoted[:3] == [
        "A storm closed the old harbour on Friday.",
        "The harbour opens again when the storm is over.",
        "The ferry was late.",
    ]
    assert len(quoted) == 5


def test_what_does_not_fit_is_passed_over():
    question = "What storm closed the harbour?"
    # 41 code points, then 1 + 47; with room for 60 the next that fits is the ferry: 1 + 19 more.
    assert plain_quotation(question, hits(), CountedWords(), length=61) == [
        "A storm closed the old harbour on Friday.",
        "The ferry was late.",
    ]
    assert plain_quotation(question, hits(), CountedWords(), length=5) == [
        "A storm closed the old harbour on Friday."
    ]


def test_a_repeated_word_counts_once():
    texts = ["Storm, storm, storm, storm.", "Storm in the harbour."]
    quoted = plain_quotation("storm harbour", hits(texts), CountedWords(), length=25)
    assert quoted == ["Storm in the harbour."]


def test_only_five_passages_are_read():
    texts = ["The mayor spoke."] * 5 + ["A storm closed the harbour."]
    assert plain_quotation("storm", hits(texts), CountedWords()) == ["The mayor spoke."]


def test_without_hits_there_is_nothing_to_quote():
    assert plain_quotation("storm", [], CountedWords()) == []
