import { beforeEach, describe, expect, test } from 'vitest'
import { Scheduler, sliceMs } from '../../../electron/worker/scheduler'
import { FakeClock } from './fake-clock'

describe('the scheduler', () => {
  let clock: FakeClock
  let wanted: Int32Array<SharedArrayBuffer>
  beforeEach(() => {
    clock = new FakeClock()
    wanted = new Int32Array(new SharedArrayBuffer(4))
  })

  /** Work in pieces of 3 ms; returns how long to wait after each slice. */
  function worker(wait: () => number) {
    const slices: number[] = []
    const scheduler = new Scheduler({
      slice(over) {
        let pieces = 0
        do {
          clock.time += 3
          pieces++
        } while (!over())
        slices.push(pieces)
        return wait()
      },
    }, clock, wanted)
    return { slices, scheduler }
  }

  test('ends a slice with the piece that crosses ten milliseconds', () => {
    const { slices, scheduler } = worker(() => slices.length < 3 ? 0 : Infinity)
    scheduler.wake()
    clock.advanceTo(100)
    expect(slices).toEqual([4, 4, 4])
    expect(sliceMs).toBe(10)
  })

  test('ends a slice at ten milliseconds, without starting another piece', () => {
    let pieces = 0
    const scheduler = new Scheduler({ slice(over) {
      do {
        clock.time += 5
        pieces++
      } while (!over())
      return Infinity
    } }, clock, wanted)
    scheduler.wake()
    clock.advanceTo(100)
    expect(pieces).toBe(2)
  })

  test('does a single piece while a message waits', () => {
    Atomics.add(wanted, 0, 1)
    const { slices, scheduler } = worker(() => {
      if (slices.length === 2) Atomics.sub(wanted, 0, 1)
      return slices.length < 3 ? 0 : Infinity
    })
    scheduler.wake()
    clock.advanceTo(100)
    expect(slices).toEqual([1, 1, 4])
  })

  test('sleeps until it is woken', () => {
    const { slices, scheduler } = worker(() => Infinity)
    scheduler.wake()
    clock.advanceTo(1000)
    expect([slices.length, clock.idle]).toEqual([1, true])
    scheduler.wake()
    clock.advanceTo(2000)
    expect(slices).toHaveLength(2)
  })

  // A timer takes at least a millisecond: a tenth of every slice.
  test('continues right after the messages while there is work, and uses a timer only to wait', () => {
    const planned: (readonly [string, number])[] = []
    const turns: (() => void)[] = []
    const plan = (work: () => void, kind: string, ms: number) => {
      planned.push([kind, ms])
      turns.push(work)
      return () => undefined
    }
    const waits = [0, -3, 7, Infinity]
    const scheduler = new Scheduler({ slice: () => waits.shift()! }, { now: () => 0, soon: work => plan(work, 'soon', 0), later: (work, ms) => plan(work, 'later', ms) }, wanted)
    scheduler.wake()
    while (turns.length > 0) turns.shift()!()
    expect(planned).toEqual([['soon', 0], ['soon', 0], ['soon', 0], ['later', 7]])
  })

  test('waits as long as the work requests, or shorter when woken, and never schedules two slices', () => {
    const { slices, scheduler } = worker(() => 500)
    scheduler.wake()
    scheduler.wake()
    clock.advanceTo(100)
    expect(slices).toHaveLength(1)
    scheduler.wake()
    clock.advanceTo(200)
    expect(slices).toHaveLength(2)
    clock.advanceTo(600)
    expect(slices).toHaveLength(2)
    clock.advanceTo(650)
    expect(slices).toHaveLength(3)
  })
})
