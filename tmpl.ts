import { add, adjoint, at, complex, cos, matmul, mul, neg, tensor, jvp, vjp, type Tensor } from '@cad/core'
import { compileGraph, trace } from '@cad/core/compiler'
const t00 = performance.now()
const P = '/work/shared/prototypes/ad-ode/'
const c = await import(P + 'core.mjs'), { models } = await import(P + 'models.mjs'), { buildSingle, build } = await import(P + 'wasm.mjs'), { probs } = await import(P + 'hand.mjs')
// ours: Lindblad
const n = 9
const A = new Array(81).fill(0), B = new Array(81).fill(0)
for (let i=0;i<3;i++) for (let j=0;j<3;j++) { const r=3*i+j; if (i<2) A[r*9+r+3]=Math.sqrt(i+1); if (j<2) B[r*9+r+1]=Math.sqrt(j+1) }
const M = (X: number[]) => tensor(Float64Array.from(X), { shape: [9,9] })
const mm = (X: number[], Y: number[]) => { const Z=new Array(81).fill(0); for(let i=0;i<9;i++)for(let j=0;j<9;j++)for(let k=0;k<9;k++)Z[i*9+j]+=X[i*9+k]*Y[k*9+j]; return Z }
const tr = (X: number[]) => X.map((_, i) => X[(i%9)*9+(i/9|0)]), plus = (X: number[], Y: number[]) => X.map((v,i)=>v+Y[i]), sc = (s: number, X: number[]) => X.map(v=>s*v)
const Ad=tr(A),Bd=tr(B),NA=mm(Ad,A),NB=mm(Bd,B),AN=sc(-.2,plus(mm(mm(Ad,Ad),mm(A,A)),mm(mm(Bd,Bd),mm(B,B)))),G=plus(mm(Ad,B),mm(A,Bd)),X=plus(A,Ad)
const lind = (t: Tensor, y: Tensor, p: Tensor) => { const q = (i: number) => at(p, i)
  const H = add(add(add(add(mul(q(0),M(NA)),mul(q(1),M(NB))),M(AN)),mul(q(2),M(G))),mul(mul(q(3),cos(mul(q(4),t))),M(X)))
  const K = add(mul(complex(0,-1),H),mul(mul(-.5,q(5)),M(plus(NA,NB))))
  const J = add(matmul(matmul(M(A),y),M(Ad)),matmul(matmul(M(B),y),M(Bd)))
  return add(add(matmul(K,y),matmul(y,adjoint(K))),mul(q(5),J)) }

import { jit } from '@cad/core'
import { kernelMemory } from '@cad/kernels'
const y = tensor(new Float64Array(162).map((_, i)=>Math.sin(i)), {shape:[9,9],dtype:'complex128'}), w = tensor(new Float64Array(162).map((_, i)=>Math.cos(i)),{shape:[9,9],dtype:'complex128'}), p = tensor(Float64Array.from(probs.b.p))
for (let k=0;k<3;k++) { const b0 = performance.now()
const f = jit((t: Tensor, y: Tensor, p: Tensor, w: Tensor) => vjp((x: readonly Tensor[]) => lind(t, x[0], x[1]))([y,p]).pullback(w))
const r = f(tensor(0.3), y, p, w)
console.log('first result', (performance.now()-b0).toFixed(1), (r as any)[1].data[0]) }
