import { type BackendOptions, createBackend, type Dataset, type Ops, Trainer } from '@core'
import { Watch } from './answer'
import { configOf, type Network } from './cases'
import type { Burst, ProfileLine } from './child'
import { quantile } from './statistics'

/** Profile of a step: the time of every operation of a backend, and the remainder of the step. */
export function profile(network: Network, { dataset, options, seconds }: { readonly dataset: Dataset, readonly options: BackendOptions, readonly seconds: number }): Burst & { readonly lines: ProfileLine[] } {
  const backend = createBackend(options)
  const times = new Map<string, number[]>()
  let places: string[] = []
  let known = 0
  const note = (name: string, began: number): void => {
    const key = `${String(places.length).padStart(2, '0')} ${name}`
    places.push(key)
    const all = times.get(key) ?? []
    const took = performance.now() - began
    known += took
    all.push(took)
    times.set(key, all)
  }
  const trainer = new Trainer(configOf(network), dataset, { ops: timed(backend.ops, note) })
  for (let i = 0; i < 100; i++) { places = []; trainer.learn() }
  times.clear()
  const watch = new Watch(seconds)
  const steps: number[] = []
  const rests: number[] = []
  do {
    places = []
    known = 0
    const began = performance.now()
    trainer.learn()
    steps.push(performance.now() - began)
    rests.push(steps.at(-1)! - known)
  } while (!watch.up)
  const quick = (values: readonly number[]): number => 1000 * quantile(values, 0.25)
  const lines = [...times].map(([op, values]) => ({ op, microseconds: quick(values) }))
  trainer.dispose()
  backend.dispose()
  return { count: steps.length * network.batchSize, steps: steps.length, ...watch.read(), lines: [...lines, { op: 'all the rest', microseconds: quick(rests) }, { op: 'the step', microseconds: quick(steps) }] }
}

/** Wraps the operations so that each reports its duration. */
function timed(ops: Ops, note: (name: string, began: number) => void): Ops {
  const entries = Object.entries(ops).map(([name, value]) => {
    if (typeof value !== 'function' || name === 'arena' || name === 'images') return [name, value] as const
    const work = value as (...args: unknown[]) => unknown
    return [name, (...args: { shape?: readonly number[] }[]) => {
      const began = performance.now()
      const result = work(...args)
      note(`${name} ${args[0]!.shape?.join('×')}`, began)
      return result
    }] as const
  })
  return Object.fromEntries(entries) as unknown as Ops
}
