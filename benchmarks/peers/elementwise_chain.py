"""The chains of elementwise-chain.bench.ts in NumPy.

python3 elementwise_chain.py CHAIN STYLE INPUT OUTPUT reads z and w, one after the other, as complex doubles from INPUT, writes the
result to OUTPUT, and prints the median time of one evaluation in seconds. STYLE is `expressions`, as one writes it, or `buffers`,
where every operation writes into an array that is there already.
"""

import sys
import time

import numpy as np

C = 0.3 + 0.4j


def arithmetic(z, w):
    return -(np.conj((z * w + z) * C - w) * z + 1) ** 2 + w


def arithmetic_into(u, z, w):
    np.multiply(z, w, out=u)
    np.add(u, z, out=u)
    np.multiply(u, C, out=u)
    np.subtract(u, w, out=u)
    np.conjugate(u, out=u)
    np.multiply(u, z, out=u)
    np.add(u, 1, out=u)
    np.square(u, out=u)
    np.negative(u, out=u)
    np.add(u, w, out=u)


def functions(z, w):
    return np.sin((np.exp(z * w) + w) * C / (z + 3) - w) * z + 1


def functions_into(u, z, w, v):
    np.multiply(z, w, out=u)
    np.exp(u, out=u)
    np.add(u, w, out=u)
    np.multiply(u, C, out=u)
    np.add(z, 3, out=v)
    np.divide(u, v, out=u)
    np.subtract(u, w, out=u)
    np.sin(u, out=u)
    np.multiply(u, z, out=u)
    np.add(u, 1, out=u)


def chain_of(name, style, z, w):
    if style == "expressions":
        f = {"arithmetic": arithmetic, "functions": functions}[name]
        return lambda: f(z, w)
    u, v = np.empty_like(z), np.empty_like(z)

    def into():
        if name == "arithmetic":
            arithmetic_into(u, z, w)
        else:
            functions_into(u, z, w, v)
        return u

    return into


def median_time(f):
    end = time.perf_counter() + 0.2
    while time.perf_counter() < end:
        f()
    times = []
    end = time.perf_counter() + 1
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def main(name, style, source, target):
    z, w = np.fromfile(source, dtype=np.complex128).reshape(2, -1)
    f = chain_of(name, style, z, w)
    f().tofile(target)
    print(median_time(f))


main(*sys.argv[1:])
