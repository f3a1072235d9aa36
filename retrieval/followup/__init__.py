"""Follow-up questions: one that leans on the turns before it becomes one that stands alone.

The reply to "When did he arrive?" is looked for with "When did Sergei Lavrov arrive India?": the
result has to serve the rankings and the answerer, not a reader. Rules, no model, microseconds:

1. `leaning` decides whether the question leans at all. A question that doesn't stays as it is, to
   the letter, so that a new topic is not dragged along with the old one.
2. A bare question word or a bare name is put into the previous question ("Why?", "And Sweden?").
3. Otherwise "he" and "she" give way to the most salient person, as centering has it (Grosz, Joshi,
   Weinstein: Centering, Computational Linguistics 1995): those of the question before those of
   its answer, unless it asked who; a first name that tells the gender decides between them.
4. What the previous question named, and what its topic's title names besides, is appended: few
   names and words, so that the new information need keeps its weight.

Carrying over single terms is what expansion with the conversation's keywords does (Lin et al.:
Multi-Stage Conversational Passage Retrieval, ACM TOIS 2021, HQE) and query resolution as term
classification (Voskarides et al.: Query Resolution for Conversational Search with Limited
Supervision, SIGIR 2020, QuReTeC); here capitals and word lists stand in for corpus statistics
and for the trained classifier. The rules are English's, all in `english`; in other languages only
a fragment of up to three words is completed.
"""

from retrieval.followup.completing import complete, stands_alone
from retrieval.followup.turns import Standalone, Turn

__all__ = ["Standalone", "Turn", "complete", "stands_alone"]
