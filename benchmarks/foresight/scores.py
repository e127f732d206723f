"""How good forecasts are: scores of the probabilities to be out by each of the coming days."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from benchmarks.foresight.households import Bools, Ints

Floats: TypeAlias = npt.NDArray[np.float64]
HORIZON = 60
"""Days for which a forecast is made: `chances[n, h - 1]` is its probability to be out within h days."""

_RANKED, _SOON = 30, 7  # days of the RPS and of the Brier score
_SURE = 0.5


@dataclass(frozen=True)
class Scores:
    """`rps`: ranked probability score over 30 days; `brier`: of the next 7; the less, the better. `coverage`: how often
    the truth is within the middle 80 %; `precision`, `recall`: of "out within 7 days" where that is at least as likely
    as not."""

    rps: float
    brier: float
    coverage: float
    precision: float
    recall: float


def score(chances: Floats, out: Ints, rng: np.random.Generator) -> Scores:
    """Score forecasts. `out[n]`: the day on which it was out, more than HORIZON if it was not."""
    days = np.arange(1, HORIZON + 1)
    truth = out[:, None] <= days
    error = (chances - truth) ** 2
    precision, recall = said(chances, out, _SURE)
    return Scores(
        rps=float(error[:, :_RANKED].mean()),
        brier=float(error[:, _SOON - 1].mean()),
        coverage=coverage(chances, out, rng),
        precision=precision,
        recall=recall,
    )


def said(chances: Floats, out: Ints, least: float) -> tuple[float, float]:
    """Return precision and recall of "out within 7 days", which is said from a probability of `least` on."""
    soon, told = out <= _SOON, chances[:, _SOON - 1] >= least
    hits = float((soon & told).sum())
    return hits / max(1, int(told.sum())), hits / max(1, int(soon.sum()))


def coverage(chances: Floats, out: Ints, rng: np.random.Generator) -> float:
    """Return how often the truth is within the middle 80 % of what was forecast.

    Days are coarse: where the day on which it was out has a great probability, a random part of that is taken
    (randomised probability integral transform); so too for all days behind the horizon.
    """
    edges = np.concatenate([np.zeros((len(out), 1)), chances, np.ones((len(out), 1))], axis=1)
    at = np.minimum(out, HORIZON + 1)
    rows = np.arange(len(out))
    low, high = edges[rows, at - 1], edges[rows, at]
    place = low + rng.random(len(out)) * (high - low)
    inside: Bools = (place >= 0.1) & (place <= 0.9)
    return float(inside.mean())
