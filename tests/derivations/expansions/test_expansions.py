"""The expansions: a wrong coefficient fails, and so does a bound that is false or loose."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from derivations import contents
from derivations.expansions import bulk, flat, manifold, mirror
from derivations.expansions.bounds import OnDomain, OnInterval
from derivations.expansions.series import Excess
from derivations.notation import x
from derivations.prover import emit
from derivations.prover.claims import eq, ge
from derivations.prover.proofs import unfold
from derivations.prover.statement import ARGUED, PROVED
from twolayer import _expansions

MODULES = (mirror, flat, bulk, manifold)
STATEMENTS = [statement for module in MODULES for statement in module.STATEMENTS]
SERIES = [
    s
    for s in STATEMENTS
    if isinstance(s.claim, sp.Eq) and s.claim.lhs.is_Symbol and s.name.split(".")[1][-1].isdigit()
]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.name)
def test_is_proved(statement):
    assert statement.verdict in (PROVED, ARGUED)


@pytest.mark.parametrize("statement", SERIES, ids=lambda s: s.name)
def test_any_wrong_numerator_fails(statement):
    """Each coefficient of each polynomial, raised by one unit in its numerator."""
    symbols = sorted(statement.claim.rhs.free_symbols, key=str)
    above, below = sp.fraction(sp.together(statement.claim.rhs))
    poly = sp.Poly(sp.expand(above), *symbols)
    for powers, value in poly.terms():
        monomial = sp.prod([symbol**power for symbol, power in zip(symbols, powers, strict=True)])
        wrong = (poly.as_expr() + monomial / value.q) / below
        assert not replace(statement, claim=eq(statement.claim.lhs, wrong)).verify()


def test_committed_tables_are_the_derived_ones():
    assert emit.PATH.with_name(emit.TABLES_NAME).read_text(encoding="utf-8") == emit.render_tables(
        contents.TABLES
    )


@pytest.mark.parametrize("order", range(1, bulk.ORDER + 1))
def test_nested_rows_are_the_coefficients(order):
    """The table, unfolded at a rational point, against the solved coefficient."""
    point = Fraction(7, 3)
    m = 1 - point
    factors = [point - 1, point * (2 - point), 1 + m**2, 1 + m**2 + m**4, 1 + m**4]
    tables = ((_expansions.BULK, bulk.BULK), (_expansions.COORDINATE, bulk.COORDINATE),
              (_expansions.MANIFOLD_X, manifold.CURVATURE), (_expansions.MANIFOLD_S, manifold.OUTPUT))  # fmt: skip
    for table, solved in tables:
        below = Fraction(1)
        for _, exponents in table[:order]:
            for factor, exponent in zip(factors, exponents, strict=True):
                below *= factor**exponent
        above = sum(value * point**k for k, value in enumerate(table[order - 1][0]))
        exact = sp.Rational(solved[order].as_expr().subs(x, sp.Rational(7, 3)))
        assert above / below == Fraction(int(exact.p), int(exact.q))


def test_mirror_law():
    assert [str(value) for value in mirror.ENDING[:3]] == ["-1", "-1/3", "-5/18"]
    assert _expansions.MIRROR[0][2:6] == ((1, 1), (2, 3), (0, 1), (-22, 45))


def test_flat_series_in_x_and_product():
    """The table in (x, PQ) is the series in (P, Q), in exact rationals."""
    p, q = Fraction(1, 7), Fraction(2, 9)
    rows = sum(
        Fraction(*pair) * (p + q) ** i * (p * q) ** j
        for j, row in enumerate(_expansions.FLAT)
        for i, pair in enumerate(row)
    )
    series = sum(
        value * p**i * q**j for form in flat.FORMS.values() for (i, j), value in form.items()
    )
    assert p * q * rows == series


def test_bounds_are_true_and_sharp():
    t, bound, omitted = sp.symbols("t bound omitted", real=True)
    interval = (ge(t, sp.Integer(0)), ge(sp.Integer(1), t))

    def holds(limit):
        proof = OnInterval(
            t, sp.Integer(0), sp.Integer(1), {bound: limit, omitted: t * (1 - t) * (1 + t)}
        )
        return proof.holds(ge(bound, sp.Abs(omitted)), interval)

    assert holds(sp.Rational(2, 5))
    assert not holds(sp.Rational(38, 100))  # the largest value is 2/(3 sqrt 3) = 0.3849
    assert not holds(sp.Integer(1))
    proof = OnInterval(
        t, sp.Integer(0), sp.Integer(1), {bound: sp.Rational(2, 5), omitted: t * (1 - t) * (1 + t)}
    )
    assert not proof.holds(ge(sp.Abs(omitted), bound), interval)
    assert not proof.holds(ge(bound, sp.Abs(omitted)), ())


TOTALS = ("bulk.lazy", "bulk.origin", "bulk.coordinate", "manifold.X", "manifold.S")
BOUNDED = [
    s
    for s in STATEMENTS
    if isinstance(s.proof, OnDomain | OnInterval | Excess)
    or s.name.endswith(".error")
    or s.name in TOTALS
]
CHANGES = [s for s in STATEMENTS if s.name.endswith(".change")]


def named(name):
    return next(s for s in STATEMENTS if s.name == name)


@pytest.mark.parametrize("statement", BOUNDED, ids=lambda s: s.name)
def test_a_bound_a_hundred_times_smaller_or_larger_is_refused(statement):
    for factor in (sp.Rational(1, 100), sp.Integer(100)):
        assert not replace(
            statement, claim=ge(factor * statement.claim.gts, statement.claim.lts)
        ).verify()


@pytest.mark.parametrize("statement", CHANGES, ids=lambda s: s.name)
@pytest.mark.parametrize("degree", [4, 11, 20])
def test_a_wrong_coefficient_is_no_invariant(statement, degree):
    """One coefficient of one form, off by a millionth: a step changes that too much."""
    module = next(module for module in MODULES if statement in module.STATEMENTS)
    first, second = module.VARIABLES
    weights = module.STEP.weights
    wrong = first ** (degree - 2 * weights[1]) * second**2 / 10**6
    before = statement.proof.before
    definitions = {**module.BOUNDS, before: module.BOUNDS[before] + wrong}
    assert not replace(statement, proof=replace(statement.proof, definitions=definitions)).verify()


@pytest.mark.parametrize("statement", CHANGES, ids=lambda s: s.name)
def test_a_domain_is_what_its_relations_say(statement):
    domain = statement.proof.domain
    scaled = {
        variable: domain.size**weight * side
        for variable, weight, side in zip(
            domain.step.variables, domain.step.weights, domain.edge, strict=True
        )
    }
    relation = domain.relations[0]
    assert sp.expand((relation.lhs - relation.rhs).subs(scaled)) == 0
    assert all(
        side.subs(domain.t, t) >= 0 for side in domain.edge[1:] for t in (-1, sp.Rational(1, 3), 1)
    )


def test_bounds_on_domains_refuse_what_they_cannot_prove():
    """A factor that changes sign, a square of what comes after a step, a symbol that nothing defines."""
    change, other = named("mirror.change"), sp.Symbol("other", real=True)
    delta, later = mirror.delta, mirror.invariant_next
    assert change.proof.holds(change.claim, change.assumptions)
    negative = replace(change.proof, factor=delta)
    assert not negative.holds(
        ge(change.claim.gts * delta / mirror.z, change.claim.lts), change.assumptions
    )
    for inner in (later**2 - mirror.invariant, later - mirror.invariant + other):
        assert not change.proof.holds(ge(change.claim.gts, sp.Abs(inner)), change.assumptions)


@pytest.mark.parametrize("module", [mirror, flat], ids=lambda m: m.__name__)
def test_a_wrong_end_is_refused(module):
    statement = named(f"{module.__name__.rpartition('.')[2]}.excess")
    *found, last = statement.proof.found
    proof = replace(statement.proof, found=(*found, last * (1 + Fraction(1, 1000))))
    assert not replace(statement, proof=proof).verify()


def series(table, a, b):
    """A table in two variables, in mpmath."""
    return sum(
        mpmath.mpf(n) / d * a**i * b**j
        for j, row in enumerate(table)
        for i, (n, d) in enumerate(row)
        if n
    )


def ending(table, rho):
    return sum(mpmath.mpf(n) / d * rho**k for k, (n, d) in enumerate(table, 1))


def number(module, symbol):
    return mpmath.mpf(sp.Rational(module.BOUNDS[symbol]).p) / sp.Rational(module.BOUNDS[symbol]).q


@pytest.mark.parametrize("place", range(9))
def test_mirror_bounds_at_the_edge(place):
    """In 50 digits, from the edge of the region, all that the proof says of a run and its end."""
    with mpmath.workdps(50):
        radius, wide, narrow = (
            number(mirror, symbol) for symbol in (mirror.radius, mirror.wide, mirror.narrow)
        )
        d = mpmath.mpf("0.1048") - mpmath.mpf("0.027") * place
        z = (radius**2 - d**2 - 2 * d**3 / 3) / 2
        start, total = series(_expansions.MIRROR, d, z), 0
        first = d
        said = 2 + ending(_expansions.MIRROR_END, mpmath.sqrt(start))
        for _ in range(400):
            size = mpmath.sqrt(d**2 + 2 * z)
            assert size <= (narrow if d >= 0 else wide)
            total += z
            d, z = d + z * (d - 2), z * (1 + d - z) ** 2
        assert z < mpmath.mpf(10) ** -30
        assert total * (2 - narrow) <= first - d
        drift = mpmath.mpf(sp.N(mirror.BOUNDS[mirror.drift].subs(mirror.BOUNDS), 30))
        assert abs(series(_expansions.MIRROR, d, z) - start) <= drift
        assert abs(said - 2 - d) <= mpmath.mpf(10) ** -14


@pytest.mark.parametrize("share", ["0", "0.3", "0.6", "0.8", "0.9"])
def test_flat_bounds_at_the_edge(share):
    with mpmath.workdps(50):
        x = number(flat, flat.radius)
        s = x * mpmath.mpf(share) / 2
        p = x**2 / 4 - s**2
        rho = mpmath.sqrt(p * series(_expansions.FLAT, x, p))
        said = ending(_expansions.FLAT_END, rho)
        for _ in range(3000):
            z = s * s
            p *= (1 - z) ** 2
            x, s = x + z * (x - 4), s * (1 - x + z)
        assert z < mpmath.mpf(10) ** -20 * x**2
        assert abs(said / (2 * mpmath.sqrt(p)) - 1) <= mpmath.mpf(10) ** -14


def at(expr, place):
    """A function of x at a rational place."""
    value = sp.Rational(expr.subs(x, place))
    return mpmath.mpf(value.p) / value.q


def around(disk):
    return [disk * mpmath.mpf("0.999") * mpmath.expjpi(mpmath.mpf(k) / 6) for k in range(12)]


@pytest.mark.parametrize(
    ("place", "disk"),
    [("0.146", bulk.NEAR_ZERO), ("0.5", bulk.NEAR_ZERO), ("1", bulk.NEAR_ZERO), ("1", bulk.NEAR_TWO), ("1.5", bulk.NEAR_TWO),
     ("1.8915", bulk.NEAR_TWO)],
)  # fmt: skip
def test_complex_runs_converge_where_the_proof_says(place, disk):
    """Below 2: from the edge of the disk a run stays within `away`, and |1 - x + z| is at most q."""
    place = sp.Rational(place)
    start, away, q = mpmath.mpf(place.p) / place.q, at(disk.away, place), at(disk.shrinks, place)
    for z in around(at(disk.disk, place)):
        now = start
        for _ in range(300):
            assert abs(1 - now + z) <= q
            now, z = now + z * (now - 4), z * (1 - now + z) ** 2
            assert abs(now - start) <= away
        assert abs(z) < 1e-9


def earlier_point(now, z, root):
    """The point that a step takes to (now, z), by Newton from a guess of its z."""

    def beyond(back):
        return back * (1 - (now + 4 * back) / (1 + back) + back) ** 2 - z

    back = mpmath.findroot(beyond, root)
    return (now + 4 * back) / (1 + back), back


@pytest.mark.parametrize("place", ["2.1", "2.5", "3", "3.6", "4"])
def test_complex_runs_go_back_where_the_proof_says(place):
    """Above 2: the earlier points stay within `away` and `near`, and sigma/s - 1 is at most E/(1 - E)."""
    place = sp.Rational(place)
    start = mpmath.mpf(place.p) / place.q
    away, near, Q, product = (
        at(sp.sympify(part), place) for part in (bulk.away, bulk.near, bulk.Q, bulk.factors)
    )
    for z in around(at(bulk.DISK, place)):
        now, parts = start, []
        for _ in range(200):
            now, z = earlier_point(now, z, z / (1 - now) ** 2)
            assert abs(z) <= near
            assert abs(now - start) <= away + 1e-12
            assert abs(1 - now + z) >= Q - 1e-12
            parts.append(1 - now + z)
        sigma = mpmath.fprod((1 - now) / part for part in parts)
        assert abs(sigma - 1) <= product / (1 - product)


@pytest.mark.parametrize("place", ["2.09", "2.5", "3", "3.9"])
def test_manifold_coefficients_are_as_small_as_the_proof_says(place):
    """The recursion in numbers, to an order far beyond the tables."""
    place, order = sp.Rational(place), 30
    X, mu = mpmath.mpf(place.p) / place.q, 1 - mpmath.mpf(place.p) / place.q
    reach = {
        symbol: at(unfold(manifold.REACH[symbol], manifold.REACH), place)
        for symbol in (manifold.W, manifold.alpha)
    }
    curvature, output = [X], [mpmath.mpf(1)]
    for k in range(1, order + 1):
        squares = [sum(output[i] * output[n - i] for i in range(n + 1)) for n in range(k)]
        push = sum(squares[i] * [X - 4, *curvature[1:]][k - 1 - i] for i in range(k))
        curvature.append(push / (mu ** (2 * k) - 1))
        rest = sum(output[j] * (curvature[k - j] - squares[k - j - 1]) for j in range(k))
        output.append(-rest / (mu * (mu ** (2 * k) - 1)))
        most = (1 + mpmath.mpf(10) ** -9) / reach[manifold.W] ** k  # at k = 1 both are equalities
        assert abs(curvature[k]) <= reach[manifold.alpha] * most
        assert abs(output[k]) <= most
    assert curvature[4] == pytest.approx(
        float(sp.Rational(manifold.CURVATURE[4].as_expr().subs(x, place))), rel=1e-9
    )


@pytest.mark.parametrize(
    "statement", [s for s in STATEMENTS if s.name in TOTALS], ids=lambda s: s.name
)
def test_a_total_fails_with_a_bound_that_fails(statement):
    *others, step = statement.uses
    wrong = replace(step, claim=ge(step.claim.gts / 100, step.claim.lts))
    assert not replace(statement, uses=(*others, wrong)).verify()
