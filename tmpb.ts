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
const T = { shape: [], dtype: 'float64' } as const, Y = { shape: [9,9], dtype: 'complex128' } as const, PP = { shape: [6], dtype: 'float64' } as const
const t0 = performance.now()
const g = trace(([t,y,p]) => [lind(t,y,p)], [T,Y,PP])
const gv = trace(([t,y,p,w]) => vjp((x: readonly Tensor[]) => lind(t, x[0], x[1]))([y,p]).pullback(w) as Tensor[], [T,Y,PP,Y])
const t1 = performance.now()
const lay = { parameters: ['t','y','p','out'], inputs: [{parameter:'t',scalar:true},{parameter:'y'},{parameter:'p'}], outputs: [{parameter:'out'}] }
const layv = { parameters: ['t','y','p','w','out','g'], inputs: [{parameter:'t',scalar:true},{parameter:'y'},{parameter:'p'},{parameter:'w'}], outputs: [{parameter:'out'},{parameter:'g',accumulate:true}] }
const prog = compileGraph(g, lay, { target: 'wasm' }), t2 = performance.now()
const progv = compileGraph(gv, layv, { target: 'wasm' }), t3 = performance.now()
console.log('trace', (t1-t0).toFixed(1), 'compile rhs', (t2-t1).toFixed(1), 'vjp', (t3-t2).toFixed(1), prog.flops, progv.flops, prog.codeSize, progv.codeSize, prog.target, progv.target)
const y = new Float64Array(162).map((_, i)=>Math.sin(i)), w = new Float64Array(162).map((_, i)=>Math.cos(i)), p = Float64Array.from(probs.b.p), out = new Float64Array(162), g6 = new Float64Array(6)
const time = (f: () => void) => { for (let i=0;i<2000;i++) f(); let best=1e9; for (let r=0;r<30;r++){ const a=performance.now(); for(let i=0;i<500;i++) f(); best=Math.min(best,(performance.now()-a)/500*1e3)} return best.toFixed(3) }
const run: any = (prog as any).runAt, runv: any = (progv as any).runAt
const { kernelMemory } = await import('@cad/kernels')
const mem = kernelMemory.float64(); const base = 8*1024*1024
mem.set(y, base/8); mem.set(p, base/8+200); mem.set(w, base/8+400)
console.log('ours rhs run', time(() => prog.run(0.3, y, p, out)), 'runAt', time(() => run(0.3, base, base+1600, base+8*600)), 'vjp run', time(() => progv.run(0.3, y, p, w, out, g6)), 'runAt', time(() => runv(0.3, base, base+1600, base+3200, base+8*600, base+8*800)))
prog.run(0.3,y,p,out); const o2 = new Float64Array(162); probs.b.rhs(0.3, y, 0, p, o2, 0); console.log('diff hand', Math.max(...out.map((v,i)=>Math.abs(v-o2[i]))))
// prototype
const m = models.b; const q0 = performance.now(); const tt = c.traceRhs(m.f,m.ns,m.np,m.real,m.shape); const F = c.compileRhs(tt), Bv = c.compileVjp(tt); const W = build(F,Bv,162,{cplx:true,P:6}); console.log('proto compile', (performance.now()-q0).toFixed(1), F.flops, Bv.flops)
W.M.set(y, W.TR/8); W.M.set(w, W.TR/8+400)
console.log('proto rhs', time(() => W.ex.rhs(.3,W.TR,W.KO)), 'vjp', time(() => W.ex.vjp(.3,W.TR,W.TR+3200,W.KO)))
