"""The tables of docs/foresight.md."""

from collections.abc import Mapping

from benchmarks.foresight.verdict import LEAD_DAYS, ONHAND, POISSON, REVIEW_DAYS, SERVICE, Verdict
from stock.forecast import LIKELY

DAILY, EVERY_3, COLD = "daily counts", "counts every 3 days", "cold start: counted for 14 to 45 days"
AS_BOUGHT, SHUFFLED = "days as they were", "days in random order"
_AT_MOST, _AT_LEAST = "at most", "at least"


def compared(verdicts: Mapping[str, Verdict]) -> str:
    """Return how good all contenders are, as Markdown."""
    lines = []
    for schedule, verdict in verdicts.items():
        lines += [
            f"| {schedule} | RPS, 30 days | Brier, 7 days | 80 % covers | precision / recall |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for name, scores in verdict.scores.items():
            said = f"{scores.precision:.2f} / {scores.recall:.2f}" if scores.recall else ""
            lines.append(f"| {name} | {scores.rps:.4f} | {scores.brier:.4f} | {scores.coverage:.2f} | {said} |")
        lines += ["", f"{verdict.forecasts:,} forecasts; of what was in stock {verdict.given:.1%} got one.", ""]
    return "\n".join(lines)


def accepted(verdicts: Mapping[str, Verdict], phantoms: Mapping[str, float], microseconds: float) -> str:
    """Return what was asked for and what is, as Markdown. `phantoms`: by order of the days, the part that is real."""
    daily = verdicts[DAILY]
    coverages = {"all": daily.scores[ONHAND].coverage, **daily.covered}
    lines = [
        _line("RPS by that of count ÷ mean rate", daily.ratio("rps"), _AT_MOST, 0.72),
        _line("RPS by that of Poisson", daily.ratio("rps", POISSON), _AT_MOST, 0.90),
        _line("Brier score by that of count ÷ mean rate", daily.ratio("brier"), _AT_MOST, 0.80),
        *(
            f"| the middle 80 % hold the truth: {name} items | 78–86 % | {part:.1%} | {_yes(0.78 <= part <= 0.86)} |"
            for name, part in coverages.items()
        ),
        _line("counts every 3 days: RPS by that of count ÷ mean rate", verdicts[EVERY_3].ratio("rps"), _AT_MOST, 0.75),
        _line("cold start: RPS by that of count ÷ mean rate", verdicts[COLD].ratio("rps"), _AT_MOST, 0.72),
        *(_line(f"count these first: real of the first 10, {o}", part, _AT_LEAST, 0.9) for o, part in phantoms.items()),
        _line("microseconds an item", microseconds, _AT_MOST, 200),
    ]
    return "\n".join(["| | asked for | is | |", "| --- | ---: | ---: | --- |", *lines, ""])


def ordered(verdict: Verdict) -> str:
    """Return what the ranges and the suggested reorder points are worth, as Markdown."""
    precision, recall = verdict.told
    titles = " | ".join(verdict.served)
    served = " | ".join(f"{part:.1%}" for part in verdict.served.values())
    return "\n".join(
        [
            f"| daily counts | {titles} |",
            "| --- |" + " ---: |" * len(verdict.served),
            f"| reorder point is enough for {LEAD_DAYS + REVIEW_DAYS} days (asked for: {SERVICE:.0%}) | {served} |",
            "",
            f"Of what people are told, from a probability of {LIKELY:.0%} on, {precision:.0%} was out within 7 days;",
            f"of all that was out within 7 days, {recall:.0%} had been told.",
            "",
            f"{verdict.within:.1%} of the items were out on a day of the range that was shown, its ends included.",
            "",
        ]
    )


def _line(name: str, figure: float, how: str, bound: float) -> str:
    met = figure <= bound if how == _AT_MOST else figure >= bound
    digits = 0 if bound > 1 else 2
    return f"| {name} | {how} {bound:.{digits}f} | {figure:.{digits}f} | {_yes(met)} |"


def _yes(met: bool) -> str:
    return "yes" if met else "**no**"
