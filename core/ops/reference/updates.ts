import { allFinite } from '../finite'
import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { numbers } from './numbers'

/** The optimizers' updates, and weight decay. */
export const updates: Pick<Ops, 'sgd' | 'momentum' | 'adagrad' | 'rmsprop' | 'adam' | 'addDecay' | 'scale'> = {
  sgd(w, dw, learningRate, before = w) {
    checkShapes(w.size === dw.size, 'sgd', w, dw)
    const W = numbers(w)
    const dW = numbers(dw)
    numbers(before).set(W)
    for (let i = 0; i < W.length; i++) W[i]! -= learningRate * dW[i]!
    return allFinite(W)
  },

  momentum(w, dw, v, { learningRate, momentum }, before = w) {
    checkShapes(w.size === dw.size && w.size === v.size, 'momentum', w, dw, v)
    const [W, dW, V] = [numbers(w), numbers(dw), numbers(v)]
    numbers(before).set(W)
    for (let i = 0; i < W.length; i++) {
      V[i] = momentum * V[i]! - learningRate * dW[i]!
      W[i]! += V[i]!
    }
    return allFinite(W)
  },

  adagrad(w, dw, h, { learningRate, epsilon }, before = w) {
    checkShapes(w.size === dw.size && w.size === h.size, 'adagrad', w, dw, h)
    const [W, dW, H] = [numbers(w), numbers(dw), numbers(h)]
    numbers(before).set(W)
    for (let i = 0; i < W.length; i++) {
      H[i]! += dW[i]! ** 2
      W[i]! -= learningRate * dW[i]! / (Math.sqrt(H[i]!) + epsilon)
    }
    return allFinite(W)
  },

  rmsprop(w, dw, h, { learningRate, decay, epsilon }, before = w) {
    checkShapes(w.size === dw.size && w.size === h.size, 'rmsprop', w, dw, h)
    const [W, dW, H] = [numbers(w), numbers(dw), numbers(h)]
    numbers(before).set(W)
    for (let i = 0; i < W.length; i++) {
      H[i] = decay * H[i]! + (1 - decay) * dW[i]! ** 2
      W[i]! -= learningRate * dW[i]! / (Math.sqrt(H[i]!) + epsilon)
    }
    return allFinite(W)
  },

  adam(w, dw, m, v, { learningRate, beta1, beta2, epsilon, step }, before = w) {
    checkShapes(w.size === dw.size && w.size === m.size && w.size === v.size, 'adam', w, dw, m)
    const [W, dW, M, V] = [numbers(w), numbers(dw), numbers(m), numbers(v)]
    numbers(before).set(W)
    const [first, second] = [1 - beta1 ** step, 1 - beta2 ** step] // bias correction for the zero initialization of m and v
    for (let i = 0; i < W.length; i++) {
      M[i] = beta1 * M[i]! + (1 - beta1) * dW[i]!
      V[i] = beta2 * V[i]! + (1 - beta2) * dW[i]! ** 2
      W[i]! -= learningRate * (M[i]! / first) / (Math.sqrt(V[i]! / second) + epsilon)
    }
    return allFinite(W)
  },

  addDecay(g, dw, w, decay) {
    checkShapes(g.size === dw.size && g.size === w.size, 'addDecay', g, dw, w)
    const [G, dW, W] = [numbers(g), numbers(dw), numbers(w)]
    for (let i = 0; i < G.length; i++) G[i] = dW[i]! + decay * W[i]!
  },

  scale(w, factor, before = w) {
    checkShapes(w.size === before.size, 'scale', w, before)
    const W = numbers(w)
    numbers(before).set(W)
    for (let i = 0; i < W.length; i++) W[i]! *= factor
  },
}
