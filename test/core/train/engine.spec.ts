import { EventEmitter } from 'node:events'
import { type ComputeThread, Engine, type EngineOptions, LabError, threadsFor } from '@core'
import { describe, expect, test } from 'vitest'
import { kernelBytes, noKernels } from '../../fixtures/fast-ops'

/** A thread that never starts computing: the dispatching thread does all of the work. */
class IdleThread extends EventEmitter implements ComputeThread {
  ended = false
  unref(): void { /* does not block */ }
  terminate(): Promise<number> {
    this.ended = true
    this.emit('exit', 1)
    return Promise.resolve(1)
  }
}

function engine(options: Partial<EngineOptions> = {}) {
  const started: IdleThread[] = []
  const lost: LabError[] = []
  const made = new Engine({
    bytes: kernelBytes, threads: 'auto', cores: 4, lost: cause => lost.push(cause),
    startThread: () => { started.push(new IdleThread()); return started.at(-1)! }, ...options,
  })
  return { engine: made, started, lost, alive: () => started.filter(({ ended }) => !ended).length }
}
const much = 1e9

describe('how many threads a run is worth', () => {
  test.each([
    ['a small network computes on one', 100_000, 'auto', 7, 1],
    ['a small network computes on one, whatever was wanted', 100_000, 4, 8, 1],
    ['784-50-10 takes one by itself', 784_000, 'auto', 7, 1],
    ['784-50-10 takes two when they are wanted', 784_000, 2, 7, 2],
    ['a middling one takes as many as it keeps busy', 3_500_000, 'auto', 7, 3],
    ['a large one takes all that may be taken', much, 'auto', 7, 7],
    ['what was wanted is taken', much, 4, 8, 4],
    ['no more than the machine has', much, 16, 8, 8],
    ['on one core there is one', much, 'auto', 0, 1],
  ] as const)('%s', (_, work, wanted, most, threads) => {
    expect(threadsFor(work, wanted, most)).toBe(threads)
  })
})

describe('an engine', () => {
  test('starts threads when a run is worth them, leaves one core free, and ends them when a smaller run begins', () => {
    const { engine: made, alive } = engine()
    expect([made.ops.name, made.ops.threads, made.notice]).toEqual(['wasm-relaxed-simd', 1, null])
    made.prepareFor(much)
    expect([made.ops.threads, alive()]).toEqual([3, 2])
    made.prepareFor(1000)
    expect([made.ops.threads, alive()]).toEqual([1, 0])
  })

  test('accepts another number of threads for the current run', () => {
    const { engine: made, alive } = engine()
    made.prepareFor(much)
    made.setThreads(2)
    expect([made.ops.threads, alive()]).toEqual([2, 1])
    made.setThreads('auto')
    expect([made.ops.threads, alive()]).toEqual([3, 2])
    made.dispose()
    expect([made.ops.threads, alive()]).toEqual([1, 0])
  })

  test.each([
    ['error', new RangeError('no memory'), 'no memory'],
    ['exit', 7, 'exit 7'],
  ] as const)('continues with one thread when another one ends by itself: %s', (event, value, found) => {
    const { engine: made, started, lost, alive } = engine()
    made.prepareFor(much)
    for (const thread of [...started]) thread.emit(event, value)
    expect(lost.map(({ code, details }) => ({ code, details }))).toEqual([{ code: 'worker.computeLost', details: { found } }]) // reported once
    expect([made.ops.threads, alive()]).toEqual([1, 0])
    made.prepareFor(much)
    expect(made.ops.threads).toBe(1)
    made.setThreads(2) // as the user chose
    expect(made.ops.threads).toBe(2)
  })

  test('does not report threads that it ended itself', () => {
    const { engine: made, lost } = engine()
    made.prepareFor(much)
    made.dispose()
    expect(lost).toEqual([])
  })

  test('without SIMD uses the reference in one thread, and reports that', () => {
    const { engine: made, started } = engine({ bytes: noKernels })
    made.prepareFor(much)
    expect([made.ops.name, made.ops.threads, started.length]).toEqual(['reference-float32', 1, 0])
    expect(made.notice).toMatchObject({ code: 'worker.noSimd', details: { found: 'reference-float32' } })
  })

  test('with the reference on request has nothing to report', () => {
    const { engine: made } = engine({ backend: 'reference' })
    expect([made.ops.name, made.notice]).toEqual(['reference-float32', null])
  })
})
