/* Value and gradient of four initial-value problems by Dormand–Prince 5(4) and its discrete adjoint, written by hand: the peer
 * of benchmarks/ode-gradients.bench.ts. Same steps, same norm, same controller as `solveIvp` with dopri5, rtol 1e-8, atol 1e-10 and a
 * first step of 1e-3. Compiled with -DMODEL=1 (qubit), 2 (circuit), 3 (two lossy Kerr modes, 9 × 9) or 4 (chain of eight spins).
 * Prints loss, steps, gradient, and the median time in µs of value and of value with gradient. */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define QUBIT 1
#define CIRCUIT 2
#define MODES 3
#define CHAIN 4

#if MODEL == QUBIT
enum { N = 4, P = 5, COMPLEX = 1 };
static const double END = 20, start[N] = {1};
static double p[P] = {1.0, 0.4, 1.1, 0.3, 0.2};
static double loss(const double *y) { return y[2] * y[2] + y[3] * y[3]; }
static void seed(const double *y, double *w) { w[0] = w[1] = 0, w[2] = 2 * y[2], w[3] = 2 * y[3]; }
static void prepare(void) {}

/* i y' = [Δ/2 σz + a cos(ωt + φ) σx + b sin(ωt) σy] y */
static void slope(double t, const double *restrict y, double *restrict k) {
  const double phase = p[2] * t, u = p[1] * cos(phase + p[3]), v = p[4] * sin(phase), q = 0.5 * p[0];
  k[0] = q * y[1] + u * y[3] - v * y[2];
  k[1] = -(q * y[0] + u * y[2] + v * y[3]);
  k[2] = u * y[1] + v * y[0] - q * y[3];
  k[3] = -(u * y[0] - v * y[1] - q * y[2]);
}

static void pull(double t, const double *restrict y, const double *restrict w, double *restrict bar, double *restrict g) {
  const double phase = p[2] * t;
  double sin1, cos1, sin2, cos2;
  sincos(phase + p[3], &sin1, &cos1);
  sincos(phase, &sin2, &cos2);
  const double u = p[1] * cos1, v = p[4] * sin2, q = 0.5 * p[0];
  bar[0] = -(q * w[1] + u * w[3] - v * w[2]);
  bar[1] = q * w[0] + u * w[2] + v * w[3];
  bar[2] = -(u * w[1] + v * w[0] - q * w[3]);
  bar[3] = u * w[0] - v * w[1] - q * w[2];
  const double of_u = (w[0] * y[3] - w[1] * y[2]) + (w[2] * y[1] - w[3] * y[0]);
  const double of_v = -(w[0] * y[2] + w[1] * y[3]) + (w[2] * y[0] + w[3] * y[1]);
  g[0] += 0.5 * ((w[0] * y[1] - w[1] * y[0]) - (w[2] * y[3] - w[3] * y[2]));
  g[1] += of_u * cos1;
  g[2] += t * (of_v * p[4] * cos2 - of_u * p[1] * sin1);
  g[3] -= of_u * p[1] * sin1;
  g[4] += of_v * sin2;
}

#elif MODEL == CIRCUIT
enum { N = 3, P = 5, COMPLEX = 0 };
static const double END = 20, start[N] = {0.5};
static double p[P] = {1.5, 0.8, 1.1, 0.7, 0.3};
static double loss(const double *y) { return y[0] * y[0] + y[2]; }
static void seed(const double *y, double *w) { w[0] = 2 * y[0], w[1] = 0, w[2] = 1; }
static void prepare(void) {}

/* A driven van der Pol oscillator with an RC branch and a diode. */
static void slope(double t, const double *restrict y, double *restrict k) {
  k[0] = y[1];
  k[1] = p[0] * (1 - y[0] * y[0]) * y[1] - y[0] + p[1] * sin(p[2] * t);
  k[2] = (y[0] - y[2]) / p[3] + p[4] * (exp(-y[2]) - 1);
}

static void pull(double t, const double *restrict y, const double *restrict w, double *restrict bar, double *restrict g) {
  double s, c;
  sincos(p[2] * t, &s, &c);
  const double e = exp(-y[2]), rate = 1 / p[3], gain = 1 - y[0] * y[0], charge = w[2] * rate;
  bar[0] = w[1] * (-2 * p[0] * y[0] * y[1] - 1) + charge;
  bar[1] = w[0] + w[1] * p[0] * gain;
  bar[2] = -charge - w[2] * p[4] * e;
  g[0] += w[1] * gain * y[1];
  g[1] += w[1] * s;
  g[2] += w[1] * p[1] * c * t;
  g[3] -= charge * (y[0] - y[2]) * rate;
  g[4] += w[2] * (e - 1);
}

#elif MODEL == MODES
enum { D = 9, N = 162, P = 6, COMPLEX = 1 };
static const double END = 10, start[N] = {1};
static double p[P] = {0.5, 0.8, 0.3, 0.6, 0.7, 0.05};
static double loss(const double *y) { return y[80]; }
static void seed(const double *y, double *w) { memset(w, 0, N * sizeof *w), w[80] = 1; }

/* The Hamiltonian's entries off the diagonal, row by row: hopping (kind 0) and drive (kind 1). */
static int row[D + 1], column[64], kind[64], entries;
static double entry[64], scaled[64], first[D], second[D], kerr[D], lower_a[D], lower_b[D], moved[N];
static void put(int j, double value, int of) { column[entries] = j, entry[entries] = value, kind[entries++] = of; }
static void prepare(void) {
  if (entries) return;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      const int r = 3 * i + j;
      if (i < 2 && j > 0) put(r + 2, sqrt((i + 1) * j), 0);
      if (i > 0 && j < 2) put(r - 2, sqrt(i * (j + 1)), 0);
      if (i < 2) put(r + 3, sqrt(i + 1), 1);
      if (i > 0) put(r - 3, sqrt(i), 1);
      row[r + 1] = entries;
      first[r] = i, second[r] = j, kerr[r] = -0.2 * (i * (i - 1) + j * (j - 1));
      lower_a[r] = i < 2 ? sqrt(i + 1) : 0, lower_b[r] = j < 2 ? sqrt(j + 1) : 0;
    }
}

/* ρ' = −i (H ρ − ρ H) + γ Σ (a ρ a† − ½ {a† a, ρ}) */
static void slope(double t, const double *restrict y, double *restrict k) {
  const double drive = p[3] * cos(p[4] * t), loss = p[5];
  for (int j = 0; j < entries; j++) scaled[j] = entry[j] * (kind[j] == 0 ? p[2] : drive);
  for (int r = 0; r < D; r++) {
    const double d = p[0] * first[r] + p[1] * second[r] + kerr[r], decay = -0.5 * loss * (first[r] + second[r]);
    double sum[2 * D];
    for (int c = 0; c < 2 * D; c++) sum[c] = d * y[18 * r + c];
    for (int j = row[r]; j < row[r + 1]; j++)
      for (int c = 0; c < 2 * D; c++) sum[c] += scaled[j] * y[18 * column[j] + c];
    for (int c = 0; c < 2 * D; c += 2) {
      moved[18 * r + c] = sum[c + 1] + decay * y[18 * r + c];
      moved[18 * r + c + 1] = -sum[c] + decay * y[18 * r + c + 1];
    }
  }
  for (int r = 0; r < D; r++)
    for (int c = 0; c < D; c++) {
      k[18 * r + 2 * c] = moved[18 * r + 2 * c] + moved[18 * c + 2 * r];
      k[18 * r + 2 * c + 1] = moved[18 * r + 2 * c + 1] - moved[18 * c + 2 * r + 1];
    }
  for (int r = 0; r < 6; r++)
    for (int c = 0; c < 6; c++) {
      const double f = loss * lower_a[r] * lower_a[c];
      k[18 * r + 2 * c] += f * y[18 * (r + 3) + 2 * (c + 3)];
      k[18 * r + 2 * c + 1] += f * y[18 * (r + 3) + 2 * (c + 3) + 1];
    }
  for (int r = 0; r < 8; r++) {
    if (lower_b[r] == 0) continue;
    for (int c = 0; c < 8; c++) {
      const double f = loss * lower_b[r] * lower_b[c];
      k[18 * r + 2 * c] += f * y[18 * (r + 1) + 2 * (c + 1)];
      k[18 * r + 2 * c + 1] += f * y[18 * (r + 1) + 2 * (c + 1) + 1];
    }
  }
}

static void pull(double t, const double *restrict y, const double *restrict w, double *restrict bar, double *restrict g) {
  double s, c0;
  sincos(p[4] * t, &s, &c0);
  const double drive = p[3] * c0, loss = p[5];
  double g0 = 0, g1 = 0, g2 = 0, g3 = 0, g5 = 0;
  for (int j = 0; j < entries; j++) scaled[j] = entry[j] * (kind[j] == 0 ? p[2] : drive);
  for (int r = 0; r < D; r++) {
    const double n = first[r] + second[r], d = p[0] * first[r] + p[1] * second[r] + kerr[r], decay = -0.5 * loss * n;
    const double *wr = w + 18 * r, *yr = y + 18 * r;
    double sum[2 * D], im = 0, re = 0;
    for (int c = 0; c < 2 * D; c++) sum[c] = d * wr[c];
    for (int c = 0; c < 2 * D; c += 2) im += wr[c] * yr[c + 1] - wr[c + 1] * yr[c], re += wr[c] * yr[c] + wr[c + 1] * yr[c + 1];
    g0 += 2 * first[r] * im, g1 += 2 * second[r] * im, g5 -= n * re;
    for (int j = row[r]; j < row[r + 1]; j++) {
      const double *wj = w + 18 * column[j], *yj = y + 18 * column[j];
      double part = 0;
      for (int c = 0; c < 2 * D; c++) sum[c] += scaled[j] * wj[c];
      for (int c = 0; c < 2 * D; c += 2) part += wr[c] * yj[c + 1] - wr[c + 1] * yj[c];
      if (kind[j] == 0) g2 += 2 * entry[j] * part;
      else g3 += 2 * entry[j] * part;
    }
    for (int c = 0; c < 2 * D; c += 2) {
      moved[18 * r + c] = -sum[c + 1] + decay * wr[c];
      moved[18 * r + c + 1] = sum[c] + decay * wr[c + 1];
    }
  }
  for (int r = 0; r < D; r++)
    for (int c = 0; c < D; c++) {
      bar[18 * r + 2 * c] = moved[18 * r + 2 * c] + moved[18 * c + 2 * r];
      bar[18 * r + 2 * c + 1] = moved[18 * r + 2 * c + 1] - moved[18 * c + 2 * r + 1];
    }
  for (int shift = 3; shift >= 1; shift -= 2) {
    const double *lower = shift == 3 ? lower_a : lower_b;
    for (int r = 0; r + shift < D; r++) {
      if (lower[r] == 0) continue;
      for (int c = 0; c + shift < D; c++) {
        const double f = lower[r] * lower[c], *q = w + 18 * r + 2 * c;
        const int at = 18 * (r + shift) + 2 * (c + shift);
        bar[at] += loss * f * q[0], bar[at + 1] += loss * f * q[1];
        g5 += f * (q[0] * y[at] + q[1] * y[at + 1]);
      }
    }
  }
  g[0] += g0, g[1] += g1, g[2] += g2, g[3] += g3 * c0, g[4] -= g3 * p[3] * s * t, g[5] += g5;
}

#else
enum { S = 256, N = 512, P = 8, COMPLEX = 1 };
static const double END = 2, start[N] = {1};
static double p[P] = {0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2}, bonds[S], fields[S];
static double loss(const double *y) {
  double sum = 0;
  for (int i = 0; i < S; i++) sum += (i & 1 ? -1 : 1) * (y[2 * i] * y[2 * i] + y[2 * i + 1] * y[2 * i + 1]);
  return sum;
}
static void seed(const double *y, double *w) {
  for (int i = 0; i < S; i++) w[2 * i] = (i & 1 ? -2 : 2) * y[2 * i], w[2 * i + 1] = (i & 1 ? -2 : 2) * y[2 * i + 1];
}
static void prepare(void) {
  memset(bonds, 0, sizeof bonds), memset(fields, 0, sizeof fields);
  for (int s = 0; s < S; s++)
    for (int i = 0; i < 8; i++) {
      const int z = s >> i & 1 ? -1 : 1;
      fields[s] += 0.5 * z;
      if (i < 7) bonds[s] += z * (s >> (i + 1) & 1 ? -1 : 1);
    }
}

/* i y' = [Σ σz σz + cos(2t)/2 Σ σz + Σ p_i σx] y; flipping spin i exchanges blocks of b = 2^(i+1) numbers. */
static void slope(double t, const double *restrict y, double *restrict k) {
  const double c = cos(2 * t);
  double sum[N];
  for (int s = 0; s < S; s++) {
    const double d = bonds[s] + c * fields[s];
    sum[2 * s] = d * y[2 * s], sum[2 * s + 1] = d * y[2 * s + 1];
  }
#define FLIP(i, b) \
  for (int s = 0; s < N; s += 2 * b) \
    for (int j = s; j < s + b; j++) sum[j] += p[i] * y[j + b], sum[j + b] += p[i] * y[j];
  FLIP(0, 2) FLIP(1, 4) FLIP(2, 8) FLIP(3, 16) FLIP(4, 32) FLIP(5, 64) FLIP(6, 128) FLIP(7, 256)
  for (int s = 0; s < N; s += 2) k[s] = sum[s + 1], k[s + 1] = -sum[s];
}

static void pull(double t, const double *restrict y, const double *restrict w, double *restrict bar, double *restrict g) {
  const double c = cos(2 * t);
  double sum[N], turned[N];
  for (int s = 0; s < S; s++) {
    const double d = bonds[s] + c * fields[s];
    sum[2 * s] = d * w[2 * s], sum[2 * s + 1] = d * w[2 * s + 1];
    turned[2 * s] = y[2 * s + 1], turned[2 * s + 1] = -y[2 * s];
  }
#define FLIP_BACK(i, b) \
  { \
    double part = 0; \
    for (int s = 0; s < N; s += 2 * b) \
      for (int j = s; j < s + b; j++) { \
        part += w[j] * turned[j + b] + w[j + b] * turned[j]; \
        sum[j] += p[i] * w[j + b], sum[j + b] += p[i] * w[j]; \
      } \
    g[i] += part; \
  }
  FLIP_BACK(0, 2) FLIP_BACK(1, 4) FLIP_BACK(2, 8) FLIP_BACK(3, 16)
  FLIP_BACK(4, 32) FLIP_BACK(5, 64) FLIP_BACK(6, 128) FLIP_BACK(7, 256)
  for (int s = 0; s < N; s += 2) bar[s] = -sum[s + 1], bar[s + 1] = sum[s];
}
#endif

/* Dormand and Prince (1980). */
static const double a[7][6] = {{0},
                               {1. / 5},
                               {3. / 40, 9. / 40},
                               {44. / 45, -56. / 15, 32. / 9},
                               {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
                               {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
                               {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}};
static const double c[7] = {0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1};
static const double e[7] = {71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40};

enum { CAPACITY = 4096 };
static double *states, times[CAPACITY], lengths[CAPACITY], k[7][N], w[N], kbar[N], ybar[6][N], g[P];
static int steps, rejected;
static double *state(int step, int stage) { return states + ((size_t)step * 6 + stage) * N; }

/* Written out stage by stage: with a loop over the coefficients the compiler would not see their zeros. */
#define K(s, j) a[s][j] * k[j][i]
#define STAGE(s, sum) \
  { \
    double *z = state(steps, s); \
    for (int i = 0; i < N; i++) z[i] = y[i] + h * (sum); \
    slope(t + c[s] * h, z, k[s]); \
  }

static double scaled_error(double h, const double *y, const double *end) {
  double total = 0, error[N];
  for (int i = 0; i < N; i++)
    error[i] = h * (e[0] * k[0][i] + e[2] * k[2][i] + e[3] * k[3][i] + e[4] * k[4][i] + e[5] * k[5][i] + e[6] * k[6][i]);
  if (COMPLEX) {
    for (int i = 0; i < N; i += 2) {
      const double m0 = y[i] * y[i] + y[i + 1] * y[i + 1], m1 = end[i] * end[i] + end[i + 1] * end[i + 1];
      const double scale = 1e-10 + 1e-8 * sqrt(m0 > m1 ? m0 : m1);
      total += (error[i] * error[i] + error[i + 1] * error[i + 1]) / (scale * scale);
    }
    return sqrt(total / (N / 2));
  }
  for (int i = 0; i < N; i++) {
    const double m0 = fabs(y[i]), m1 = fabs(end[i]), scale = 1e-10 + 1e-8 * (m0 > m1 ? m0 : m1);
    total += error[i] * error[i] / (scale * scale);
  }
  return sqrt(total / N);
}

static double solve(void) {
  double t = 0, h = 1e-3, before = 1e-4;
  steps = rejected = 0;
  memcpy(states, start, sizeof start);
  slope(0, states, k[0]);
  for (int last = 0;;) {
    if (t + 1.0000001 * h >= END) h = END - t, last = 1;
    const double *y = state(steps, 0);
    STAGE(1, K(1, 0))
    STAGE(2, K(2, 0) + K(2, 1))
    STAGE(3, K(3, 0) + K(3, 1) + K(3, 2))
    STAGE(4, K(4, 0) + K(4, 1) + K(4, 2) + K(4, 3))
    STAGE(5, K(5, 0) + K(5, 1) + K(5, 2) + K(5, 3) + K(5, 4))
    STAGE(6, K(6, 0) + K(6, 2) + K(6, 3) + K(6, 4) + K(6, 5))
    const double error = scaled_error(h, y, state(steps, 6));
    if (error <= 1) {
      times[steps] = t, lengths[steps] = h, steps++;
      if (last) break;
      t += h;
      const double factor = 0.9 * pow(error, -0.17) * pow(before, 0.04);
      h *= factor < 0.2 ? 0.2 : factor > 10 ? 10 : factor;
      before = error > 1e-4 ? error : 1e-4;
      memcpy(k[0], k[6], sizeof k[0]);
    } else {
      rejected++, last = 0;
      const double factor = 0.9 * pow(error, -0.17);
      h *= factor < 0.2 ? 0.2 : factor;
    }
  }
  return loss(state(steps, 0));
}

#define BACK(s, sum) \
  for (int i = 0; i < N; i++) kbar[i] = h * (sum); \
  pull(t + c[s] * h, state(n, s), kbar, ybar[s], g);
#define Y(j, s) a[j][s] * ybar[j][i]

static void gradient(void) {
  memset(g, 0, sizeof g);
  seed(state(steps, 0), w);
  for (int n = steps - 1; n >= 0; n--) {
    const double t = times[n], h = lengths[n];
    BACK(5, a[6][5] * w[i])
    BACK(4, a[6][4] * w[i] + Y(5, 4))
    BACK(3, a[6][3] * w[i] + Y(4, 3) + Y(5, 3))
    BACK(2, a[6][2] * w[i] + Y(3, 2) + Y(4, 2) + Y(5, 2))
    BACK(1, Y(2, 1) + Y(3, 1) + Y(4, 1) + Y(5, 1))
    BACK(0, a[6][0] * w[i] + Y(1, 0) + Y(2, 0) + Y(3, 0) + Y(4, 0) + Y(5, 0))
    for (int i = 0; i < N; i++) w[i] += ybar[0][i] + ybar[1][i] + ybar[2][i] + ybar[3][i] + ybar[4][i] + ybar[5][i];
  }
}

static double now(void) {
  struct timespec s;
  clock_gettime(CLOCK_MONOTONIC, &s);
  return s.tv_sec * 1e6 + s.tv_nsec * 1e-3;
}
static int ascending(const void *x, const void *y) { return (*(double *)x > *(double *)y) - (*(double *)x < *(double *)y); }
static double median(double *list, int count) {
  qsort(list, count, sizeof *list, ascending);
  return list[count / 2];
}

int main(void) {
  static double values[100000], gradients[100000];
  int count = 0;
  prepare();
  states = aligned_alloc(64, ((size_t)CAPACITY * 6 + 8) * N * sizeof(double));
  memset(states, 0, ((size_t)512 * 6) * N * sizeof(double));
  const double found = solve();
  gradient();
  printf("{ \"loss\": %.17g, \"steps\": %d, \"rejected\": %d, \"gradient\": [", found, steps, rejected);
  for (int i = 0; i < P; i++) printf("%s%.17g", i ? ", " : "", g[i]);
  volatile double sink = 0;
  for (const double began = now(); now() - began < 1e6 && count < 100000; count++) {
    double t = now();
    sink += solve();
    values[count] = now() - t;
    t = now();
    sink += solve();
    gradient();
    gradients[count] = now() - t;
  }
  printf("], \"value\": %.4f, \"valueAndGradient\": %.4f }\n", median(values, count), median(gradients, count));
  return 0;
}
