import { complex, grad, mul, add, real, exp, tensor, type Tensor } from '@cad/core'
const time = (f: () => void, n: number) => { for (let i=0;i<5;i++) f(); let b=1e9; for (let r=0;r<15;r++){ const t=performance.now(); f(); b=Math.min(b,(performance.now()-t)/n*1e3)} return b.toFixed(3) }
const c = complex(0.99, 0.01), z = complex(1,1), v = tensor(new Float64Array(8).fill(.5), {shape:[4], dtype:'complex128'})
console.log('mul scalar', time(() => { let q = z; for (let i=0;i<1e4;i++) q = mul(q, c) }, 1e4))
console.log('add vec', time(() => { let q = v; for (let i=0;i<1e4;i++) q = add(q, c) }, 1e4))
console.log('exp real', time(() => { for (let i=0;i<1e4;i++) exp(0.3) }, 1e4))
console.log('grad chain per mul', time(() => { for (let r=0;r<200;r++) grad((z: Tensor) => { let q = z; for (let k=0;k<50;k++) q = mul(q, z); return real(q) })(z) }, 1e4))
console.log('grad chain per add', time(() => { for (let r=0;r<200;r++) grad((z: Tensor) => { let q = z; for (let k=0;k<50;k++) q = add(q, c); return real(q) })(z) }, 1e4))
