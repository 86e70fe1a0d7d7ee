import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { type Calls, costPerElement, costPerUpdate, floatsPerCacheLine } from './calls'

/** The optimizers' updates, and weight decay. */
export const updates = ({ offsetOf, share, update, nonFinite }: Calls): Pick<Ops, 'sgd' | 'momentum' | 'adagrad' | 'rmsprop' | 'adam' | 'addDecay' | 'scale'> => ({
  sgd(w, dw, learningRate, before = w) {
    checkShapes(w.size === dw.size, 'sgd', w, dw)
    return update('sgd', w, costPerElement, offsetOf(dw), offsetOf(before), nonFinite, learningRate)
  },
  momentum(w, dw, v, { learningRate, momentum }, before = w) {
    checkShapes(w.size === dw.size && w.size === v.size, 'momentum', w, dw, v)
    return update('momentum', w, costPerElement, offsetOf(dw), offsetOf(v), offsetOf(before), nonFinite, learningRate, momentum)
  },
  adagrad(w, dw, h, { learningRate, epsilon }, before = w) {
    checkShapes(w.size === dw.size && w.size === h.size, 'adagrad', w, dw, h)
    return update('adagrad', w, costPerUpdate, offsetOf(dw), offsetOf(h), offsetOf(before), nonFinite, learningRate, epsilon)
  },
  rmsprop(w, dw, h, { learningRate, decay, epsilon }, before = w) {
    checkShapes(w.size === dw.size && w.size === h.size, 'rmsprop', w, dw, h)
    return update('rmsprop', w, costPerUpdate, offsetOf(dw), offsetOf(h), offsetOf(before), nonFinite, learningRate, decay, epsilon)
  },
  adam(w, dw, m, v, { learningRate, beta1, beta2, epsilon, step }, before = w) {
    checkShapes(w.size === dw.size && w.size === m.size && w.size === v.size, 'adam', w, dw, m)
    const rate = learningRate / (1 - beta1 ** step)
    return update('adam', w, costPerUpdate, offsetOf(dw), offsetOf(m), offsetOf(v), offsetOf(before), nonFinite, rate, beta1, beta2, epsilon, 1 / Math.sqrt(1 - beta2 ** step))
  },
  addDecay(g, dw, w, decay) {
    checkShapes(g.size === dw.size && g.size === w.size, 'addDecay', g, dw, w)
    share('addDecay', g.size, floatsPerCacheLine, g.size * costPerElement, offsetOf(g), offsetOf(dw), offsetOf(w), decay)
  },
  scale(w, factor, before = w) {
    checkShapes(w.size === before.size, 'scale', w, before)
    share('scale', w.size, floatsPerCacheLine, w.size * costPerElement, offsetOf(w), offsetOf(before), factor)
  },
})
