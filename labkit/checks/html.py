"""A report as HTML, for notebooks. Self-contained, light and dark, readable without scripts.

Dark where the page says that it is dark, as JupyterLab, VS Code and Colab do. What the system prefers does not tell:
formgrader's pages are white whatever it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from labkit.checks.outcome import Finding, Outcome, Report
from labkit.checks.terminal import mark, partly

STYLE = """
.labkit{--ok:#1a7f37;--bad:#c0392b;--wait:#8a6d1a;--soft:rgba(127,127,127,.14);--line:rgba(127,127,127,.35);
 font:14px/1.45 system-ui,-apple-system,"Segoe UI",sans-serif;border:1px solid var(--line);border-left:5px solid var(--side);
 border-radius:6px;padding:.55em .9em .7em;max-width:54em;margin:.3em 0}
.labkit .top{display:flex;justify-content:space-between;gap:1em;font-weight:600}
.labkit .name{font-family:ui-monospace,Menlo,Consolas,monospace}
.labkit ul{list-style:none;margin:.45em 0 0!important;padding:0!important}
.labkit li{margin:.18em 0;padding-left:1.6em;text-indent:-1.6em}
.labkit li>*{text-indent:0}
.labkit .m{display:inline-block;width:1.3em;text-indent:0;font-weight:700}
.labkit .ok{color:var(--ok)}.labkit .bad{color:var(--bad)}.labkit .wait{color:var(--wait)}
.labkit .f{background:var(--soft);border-radius:5px;padding:.45em .7em;margin:.3em 0 .5em;display:flex;gap:1.2em;flex-wrap:wrap}
.labkit table{border-collapse:collapse;margin:.3em 0!important;font-size:13px}
.labkit td{padding:.05em .9em .05em 0!important;text-align:left!important;vertical-align:top;border:0!important}
.labkit tr,.labkit td,.labkit code{background:none!important}
.labkit td:first-child{opacity:.7;white-space:nowrap}
.labkit code{font:12.5px/1.4 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;color:inherit;margin:0;padding:0!important}
.labkit .hint{margin-top:.25em}
.labkit .note{font-size:13px;opacity:.85;margin-top:.3em}
.labkit figure{margin:0;font-size:11.5px;text-align:center}
[data-jp-theme-light="false"] .labkit,.vscode-dark .labkit,[theme="dark"] .labkit{--ok:#4cc26a;--bad:#ff7b6b;--wait:#d9b44a}
"""
CLASSES = {"passed": "ok", "not written": "wait", "waiting": "wait"}
WIDEST = 160


def render(report: Report) -> str:
    """The report as one `<div>` with its own style."""
    done = sum(outcome.passed for outcome in report.outcomes)
    waiting = any(CLASSES.get(outcome.status) == "wait" for outcome in report.outcomes)
    kind = "ok" if report.passed else "wait" if waiting and not _wrong(report) else "bad"
    state = "all checks pass" if report.passed else f"{done} of {len(report.outcomes)} checks pass"
    notes = "".join(f'<div class="note">Note: {escape(note)}</div>' for note in report.notes)
    rows = "".join(_outcome(outcome) for outcome in report.outcomes)
    return (
        f'<style>{STYLE}</style><div class="labkit" style="--side:var(--{kind})">'
        f'<div class="top"><span class="name">{escape(report.question)}</span>'
        f'<span class="{kind}">{state}</span></div>{notes}<ul>{rows}</ul></div>'
    )


def _wrong(report: Report) -> bool:
    return any(outcome.status not in CLASSES for outcome in report.outcomes)


def _outcome(outcome: Outcome) -> str:
    kind = CLASSES.get(outcome.status, "bad")
    remark = partly(outcome)
    counts = f" <small>{escape(remark)}</small>" if remark else ""
    waits = (
        f' <span class="wait">waits for <code>{escape(outcome.waits_for)}</code>: mend that one first</span>'
        if outcome.waits_for
        else ""
    )
    below = "".join(finding_html(finding) for finding in outcome.findings)
    return (
        f'<li><span class="m {kind}">{mark(outcome)}</span>{escape(outcome.title)}{counts}{waits}{below}</li>'
    )


def finding_html(finding: Finding) -> str:
    """One finding as a box: problem, a small table of values, traceback lines, diagnosis, hint, error map."""
    what = f"<b>{escape(finding.what)}</b> " if finding.what else ""
    rows = [("expected", finding.expected), ("got", finding.got)]
    if finding.error is not None:
        place = f", largest at {finding.where}" if finding.where else ""
        rows.append(("relative error", f"{finding.error:.2g}{place}"))
    table = "".join(
        f"<tr><td>{name}</td><td><code>{escape(text)}</code></td></tr>"
        for name, text in rows
        if text is not None
    )
    frames = "".join(
        f"<div><code>{escape(file)}, line {line}{escape(f', in {function}' if function else '')}: {escape(code)}</code></div>"
        for file, line, function, code in finding.frames[-3:]
    )
    diagnosis = (
        f'<div class="hint">Looks like: <b>{escape(finding.diagnosis)}</b></div>' if finding.diagnosis else ""
    )
    hint = f'<div class="hint">Hint: {escape(finding.hint)}</div>' if finding.hint else ""
    return (
        f'<div class="f"><div>{what}{escape(finding.problem)}'
        f"{f'<table>{table}</table>' if table else ''}{frames}{diagnosis}{hint}</div>"
        f"{error_map(finding.picture) if finding.picture else ''}</div>"
    )


def error_map(rows: Sequence[Sequence[float]]) -> str:
    """The relative error of every entry as an inline SVG: pale is right, dark red is wrong."""
    height, width = len(rows), max(len(row) for row in rows)
    side = max(5, min(18, WIDEST // max(height, width)))
    squares = "".join(
        f'<rect x="{j * side}" y="{i * side}" width="{side - 1}" height="{side - 1}" fill="{_shade(value)}"/>'
        for i, row in enumerate(rows)
        for j, value in enumerate(row)
    )
    wrong = sum(value > 0 for row in rows for value in row)
    label = f"map of the error: {wrong} of {sum(len(row) for row in rows)} places are wrong"
    return (
        f'<figure><svg role="img" aria-label="{label}" width="{width * side}" height="{height * side}" '
        f'viewBox="0 0 {width * side} {height * side}">{squares}</svg>'
        "<figcaption>where it is wrong</figcaption></figure>"
    )


def _shade(value: float) -> str:
    if value <= 0:
        return "rgba(127,127,127,.25)"
    strength = 0.35 + 0.65 * min(1.0, value) ** 0.5
    return f"rgba(192,57,43,{strength:.2f})"
