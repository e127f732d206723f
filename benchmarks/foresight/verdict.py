"""What the forecasts of a trial are worth beside others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.foresight import contenders
from benchmarks.foresight.households import Bools, Demand, Ints
from benchmarks.foresight.scores import HORIZON, Floats, Scores, coverage, said, score
from benchmarks.foresight.trial import Case
from look_ahead.suggest import suggest
from stock.forecast import LIKELY, OUT

ONHAND, ONE_DAY, POISSON = "onhand", "count ÷ mean rate, one day (what tools show)", "mean rate, Poisson"
PACES = {"fast": (1, np.inf), "medium": (0.2, 1), "slow": (0, 0.2)}
"""Units a day, over the year."""

LEAD_DAYS, REVIEW_DAYS, SERVICE = 2, 7, 0.95
_SEED = 5


@dataclass(frozen=True)
class Verdict:
    """`forecasts`: how many were scored; `given`: that part of what was in stock got one; `scores`: by contender;
    `covered`: by pace, how often the middle 80 % of onhand's hold the truth; `within`: how often its range does;
    `told`: precision and recall of what people are told; `served`: by pace, how often the suggested reorder point was
    enough for lead and review days.
    """

    forecasts: int
    given: float
    scores: dict[str, Scores]
    covered: dict[str, float]
    within: float
    told: tuple[float, float]
    served: dict[str, float]

    def ratio(self, measure: str, to: str = ONE_DAY) -> float:
        """Return a score of onhand by that of another contender."""
        return float(getattr(self.scores[ONHAND], measure) / getattr(self.scores[to], measure))


def judge(demand: Demand, counts: Ints, cases: Sequence[Case]) -> Verdict:
    """Score all contenders where onhand has a forecast."""
    given = [case for case in cases if not case.forecast.why]
    there = sum(case.forecast.why != OUT for case in cases)
    out = np.array([case.out for case in given])
    chances = _chances(given, counts, out)
    paces = _paces(demand, given)
    return Verdict(
        forecasts=len(given),
        given=len(given) / there,
        scores={name: score(found, out, _random()) for name, found in chances.items()},
        covered={name: coverage(chances[ONHAND][rows], out[rows], _random()) for name, rows in paces.items()},
        within=float(np.mean([_in_range(case) for case in given])),
        told=said(chances[ONHAND], out, LIKELY),
        served=_served(demand, cases),
    )


def _random() -> np.random.Generator:
    return np.random.default_rng(_SEED)


def _chances(cases: Sequence[Case], counts: Ints, out: Ints) -> dict[str, Floats]:
    have = np.array([case.forecast.count for case in cases])
    seen = [contenders.seen_sales(counts[case.row], case.looks) for case in cases]
    rates = np.array([np.mean(daily or [0]) for daily in seen])
    chance = _random()
    return {
        "nothing known (how often items were out)": np.tile(contenders.nothing_known(out), (len(out), 1)),
        ONE_DAY: contenders.one_day(have, rates),
        POISSON: contenders.poisson(have, rates),
        "bootstrap": np.array([contenders.bootstrap(count, d, chance) for count, d in zip(have, seen, strict=True)]),
        ONHAND: np.array([contenders.onhand(case.forecast) for case in cases]),
    }


def _paces(demand: Demand, cases: Sequence[Case]) -> dict[str, Bools]:
    rates = demand.units.mean(axis=1)[[case.row for case in cases]]
    return {name: (rates >= least) & (rates < most) for name, (least, most) in PACES.items()}


def _in_range(case: Case) -> bool:
    first, last = case.forecast.first or HORIZON + 1, case.forecast.last or HORIZON + 1
    return first <= case.out <= last


def _served(demand: Demand, cases: Sequence[Case]) -> dict[str, float]:
    days = LEAD_DAYS + REVIEW_DAYS
    enough = []
    told = []
    for case in cases:
        if suggestion := suggest(case.forecast, LEAD_DAYS, REVIEW_DAYS, SERVICE):
            begin = case.looks[-1] + 1
            enough.append(int(demand.units[case.row, begin : begin + days].sum()) <= suggestion.reorder_point)
            told.append(case)
    return {name: float(np.mean(np.array(enough)[rows])) for name, rows in _paces(demand, told).items()}
