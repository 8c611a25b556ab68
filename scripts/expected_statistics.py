"""Expected values for the tests of experiments/src/statistics, by SciPy and statsmodels.

    pip install scipy statsmodels
    python scripts/expected_statistics.py > experiments/src/statistics/expected.rs
    cargo fmt
"""

import math

import scipy
import statsmodels
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

EXACT_UP_TO = 25
LEVEL, POWER = 0.025, 0.8


def p_mcnemar(b, c):
    table = [[0, b], [c, 0]]
    return mcnemar(table, exact=b + c <= EXACT_UP_TO, correction=True).pvalue


def newcombe(counts, alpha):
    """Newcombe (1998), method 10, from statsmodels' Wilson limits; alpha is two-sided."""
    a, b, c, d = counts
    n = sum(counts)
    p1, p2 = (a + b) / n, (a + c) / n
    l1, u1 = proportion_confint(a + b, n, alpha, method="wilson")
    l2, u2 = proportion_confint(a + c, n, alpha, method="wilson")
    product = a * d - b * c
    if product > n / 2:
        numerator = product - n / 2
    elif product >= 0:
        numerator = 0
    else:
        numerator = product
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    phi = numerator / math.sqrt(margins) if margins else 0.0
    low = math.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    high = math.sqrt((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2)
    return p1 - p2 - low, p1 - p2 + high


def p_not_above(counts, bound):
    """The one-sided level at which the lower limit is the bound."""
    meets = lambda z: newcombe(counts, 2 * stats.norm.sf(z))[0] - bound
    return stats.norm.sf(optimize.brentq(meets, 1e-6, 8, xtol=1e-13))


def seeds(effect):
    return math.ceil(TTestPower().solve_power(effect, None, LEVEL, POWER, "larger"))


def constant(name, kind, rows, comment=None):
    print(f"\n/// {comment}" if comment else "")
    print(f"pub(super) const {name}: {kind} = [")
    for row in rows:
        print(f"    {row},")
    print("];")


discordant = [(0, 5), (1, 8), (3, 20), (10, 15), (10, 16), (40, 70), (3, 90), (500, 430)]
tables = [(36, 12, 2, 0), (0, 8, 8, 30), (50, 0, 0, 0), (20, 10, 15, 5), (9700, 30, 60, 210), (9000, 400, 500, 100)]
bounds = [((9700, 30, 60, 210), -0.005), ((9700, 60, 40, 200), 0.0), ((450, 10, 15, 25), -0.02)]
p_values = [0.01, 0.04, 0.03, 0.005, 0.5, 0.011]
samples = [([0.1, -0.2, 0.3], -0.5), ([-0.4, -0.1, -0.35, 0.2, 0.05], -0.5), ([1.0, 1.2], 0.0)]

print("//! Values by", f"SciPy {scipy.__version__} and statsmodels {statsmodels.__version__}:",
      "`scripts/expected_statistics.py`.")
constant("MCNEMAR", f"[(usize, usize, f64); {len(discordant)}]",
         [f"({b}, {c}, {float(p_mcnemar(b, c))!r})" for b, c in discordant])
limits = [(table, newcombe(table, 0.05)) for table in tables]
floats = lambda table: str([float(count) for count in table])
constant("NEWCOMBE", f"[([f64; 4], f64, f64); {len(tables)}]",
         [f"({floats(table)}, {float(low)!r}, {float(high)!r})" for table, (low, high) in limits])
constant("NON_INFERIORITY", f"[([f64; 4], f64, f64); {len(bounds)}]",
         [f"({floats(table)}, {bound}, {float(p_not_above(table, bound))!r})" for table, bound in bounds])
constant("HOLM_P", f"[f64; {len(p_values)}]", p_values)
constant("HOLM_ADJUSTED", f"[f64; {len(p_values)}]",
         [float(p) for p in multipletests(p_values, method="holm")[1]])


def student(values, bound):
    test = stats.ttest_1samp(values, bound, alternative="greater")
    interval = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    return f"(&{values}, {float(interval.low)!r}, {float(interval.high)!r}, {bound}, {float(test.pvalue)!r})"


constant("STUDENT", f"[(&[f64], f64, f64, f64, f64); {len(samples)}]", [student(*sample) for sample in samples],
         "Values, ends of the 95 % interval, a bound, and the one-sided p that the mean is not above it.")
effects = [0.2, 0.5, 0.8, 1.0, 1.5, 3.0]
constant("SEEDS", f"[(f64, usize); {len(effects)}]", [f"({effect}, {seeds(effect)})" for effect in effects],
         "Standardised distance, and seeds for a power of 80 % at a one-sided level of 2.5 %.")
