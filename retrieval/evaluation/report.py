"""Writes the report of a run: one self-contained HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.errors import RetrievalError
from retrieval.evaluation.plots import draw_all
from retrieval.evaluation.tables import figure_table, fit_table, stage_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.evaluation.calibrating import Fit
    from retrieval.evaluation.run import Outcome
    from retrieval.evaluation.summary import Summary

_WORST = 20  # misses shown of each kind

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}: Newsdesk evaluation</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --line: #8884; --soft: light-dark(#666, #aaa); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem }
table { border-collapse: collapse } td, th { padding: .25rem 1rem .25rem 0; text-align: left;
  border-bottom: 1px solid var(--line); vertical-align: top }
.plots { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)) }
tbody th { font-weight: normal; white-space: pre } td { font-variant-numeric: tabular-nums }
.tables { display: flex; flex-wrap: wrap; gap: 0 4rem } .wide { overflow-x: auto }
.tables section { max-width: 100% }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: .75rem }
figure svg { width: 100%; height: auto } figure svg text { fill: currentColor }
figcaption { font-weight: 600; margin-bottom: .5rem }
.miss { border-top: 1px solid var(--line); padding: .6rem 0 } .miss p { margin: .2rem 0 }
.soft { color: var(--soft) } blockquote { margin: .2rem 0 .2rem .5rem; padding-left: .75rem;
  border-left: 3px solid var(--line) }
</style></head><body>
<h1>{{ title }}</h1>
<div class="tables">{% for table in tables %}
<section><h2>{{ table.caption }}</h2><div class="wide"><table>
<thead><tr>{% for cell in table.header %}<th scope="col">{{ cell }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in table.rows %}<tr><th scope="row">{{ row[0] }}</th>
{% for cell in row[1:] %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody>
</table></div></section>{% endfor %}</div>
<h2>Plots</h2>
<div class="plots">{% for caption, svg in plots %}
<figure><figcaption>{{ caption }}</figcaption>{{ svg | safe }}</figure>{% endfor %}</div>
{% for heading, outcomes in misses %}
<h2>{{ heading }} ({{ outcomes | length }})</h2>
{% for o in outcomes %}<div class="miss">
<p><strong>{{ o.question.text }}</strong>
<span class="soft">{{ o.question.id }},
confidence {{ "%.2f" | format(o.reply.confidence) }}</span></p>
{% if o.question.answers %}<p>Accepted: {{ o.question.answers | join(" / ") }}
<span class="soft">{% if o.evidence %}(in passage {{ o.evidence }}){% else %}(in none of the
passages found){% endif %}</span></p>{% endif %}
{% for text in o.quoted %}<blockquote>{{ text }}</blockquote>{% endfor %}
</div>{% endfor %}{% endfor %}
</body></html>
"""


def write_report(
    path: Path,
    outcomes: Sequence[Outcome],
    summary: Summary,
    *,
    title: str,
    fit: Fit | None = None,
) -> None:
    """Write the page to `path`; every text from articles and questions is escaped.

    A `fit` is shown beside the figures. Raises RetrievalError if the disk refuses.
    """
    from jinja2 import Environment

    tables = [figure_table(summary)]
    tables += [stage_table(summary.stages)] if summary.stages else []
    tables += [fit_table(fit)] if fit else []

    page = (
        Environment(autoescape=True, trim_blocks=True)
        .from_string(_PAGE)
        .render(
            title=title,
            tables=tables,
            plots=draw_all(outcomes, summary, fit),
            misses=_misses(outcomes),
        )
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise RetrievalError(
            f"{path}: can't be written ({error.strerror})", "name another file"
        ) from error


def _misses(outcomes: Sequence[Outcome]) -> list[tuple[str, list[Outcome]]]:
    """Return the worst misses of each kind, most confident (or, refused, least) first."""
    answerable = [o for o in outcomes if o.question.answerable]
    wrong = [o for o in answerable if o.answered and not o.right]
    refused = [o for o in answerable if not o.answered]
    invented = [o for o in outcomes if o.answered and not o.question.answerable]
    surest = sorted(wrong, key=lambda o: -o.reply.confidence)
    least = sorted(refused, key=lambda o: o.reply.confidence)
    boldest = sorted(invented, key=lambda o: -o.reply.confidence)
    return [
        ("Answered beside the point", surest[:_WORST]),
        ("Refused although answerable", least[:_WORST]),
        ("Answered although unanswerable", boldest[:_WORST]),
    ]
