import { add, div, exp, mul, neg, square, sub, tensor, type Tensor } from '@cad/core'

/** A certified problem of nonlinear regression. */
export interface CertifiedProblem {
  readonly name: string
  readonly model: (b: Readonly<Record<string, Tensor>>, x: Tensor) => Tensor
  readonly x: Tensor
  readonly y: Tensor
  readonly starts: readonly (readonly number[])[]
  readonly values: readonly number[]
  readonly standardErrors: readonly number[]
  readonly sumOfSquares: number
}

const numbers = (text: string): Tensor => tensor(text.trim().split(/\s+/).map(Number))

/**
 * Data and certified values of the NIST Statistical Reference Datasets, nonlinear regression (public domain,
 * https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml). Transcription errors would show: the certified sums of squares
 * have eleven digits.
 */
export const nistProblems: readonly CertifiedProblem[] = [
  {
    name: 'Misra1a',
    model: (b, x) => mul(b.b1, sub(1, exp(neg(mul(b.b2, x))))),
    x: numbers('77.6 114.9 141.1 190.8 239.9 289.0 332.8 378.4 434.8 477.3 536.8 593.1 689.1 760.0'),
    y: numbers('10.07 14.73 17.94 23.93 29.61 35.18 40.02 44.82 50.76 55.05 61.01 66.40 75.47 81.78'),
    starts: [
      [500, 0.0001],
      [250, 0.0005],
    ],
    values: [2.3894212918e2, 5.5015643181e-4],
    standardErrors: [2.7070075241, 7.2668688436e-6],
    sumOfSquares: 1.2455138894e-1,
  },
  {
    name: 'Rat42',
    model: (b, x) => div(b.b1, add(1, exp(sub(b.b2, mul(b.b3, x))))),
    x: numbers('9 14 21 28 42 57 63 70 79'),
    y: numbers('8.930 10.800 18.590 22.330 39.350 56.110 61.730 64.620 67.080'),
    starts: [
      [100, 1, 0.1],
      [75, 2.5, 0.07],
    ],
    values: [7.2462237576e1, 2.6180768402, 6.7359200066e-2],
    standardErrors: [1.7340283401, 8.8295217536e-2, 3.4465663377e-3],
    sumOfSquares: 8.0565229338,
  },
  {
    name: 'Eckerle4',
    model: (b, x) => mul(div(b.b1, b.b2), exp(mul(-0.5, square(div(sub(x, b.b3), b.b2))))),
    x: numbers(`
      400 405 410 415 420 425 430 435 436.5 438 439.5 441 442.5 444 445.5 447 448.5 450 451.5 453 454.5 456 457.5 459 460.5
      462 463.5 465 470 475 480 485 490 495 500`),
    y: numbers(`
      0.0001575 0.0001699 0.0002350 0.0003102 0.0004917 0.0008710 0.0017418 0.0046400 0.0065895 0.0097302 0.0149002
      0.0237310 0.0401683 0.0712559 0.1264458 0.2073413 0.2902366 0.3445623 0.3698049 0.3668534 0.3106727 0.2078154
      0.1164354 0.0616764 0.0337200 0.0194023 0.0117831 0.0074357 0.0022732 0.0008800 0.0004579 0.0002345 0.0001586
      0.0001143 0.0000710`),
    starts: [
      [1, 10, 500],
      [1.5, 5, 450],
    ],
    values: [1.5543827178, 4.0888321754, 4.5154121844e2],
    standardErrors: [1.5408051163e-2, 4.6803020753e-2, 4.6800518816e-2],
    sumOfSquares: 1.4635887487e-3,
  },
  {
    name: 'MGH10',
    model: (b, x) => mul(b.b1, exp(div(b.b2, add(x, b.b3)))),
    x: numbers('50 55 60 65 70 75 80 85 90 95 100 105 110 115 120 125'),
    y: numbers('34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872'),
    starts: [
      [2, 400000, 25000],
      [0.02, 4000, 250],
    ],
    values: [5.609636471e-3, 6.1813463463e3, 3.4522363462e2],
    standardErrors: [1.5687892471e-4, 2.3309021107e1, 7.8486103508e-1],
    sumOfSquares: 8.7945855171e1,
  },
]
