import { type GraphDocument, traceOf } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope, ref, shallowRef } from 'vue'
import { useStepping } from '../../../../renderer/stores/graph/useStepping'
import { useTicker } from '../../../../renderer/stores/graph/useTicker'

let scope: EffectScope
beforeEach(() => { vi.useFakeTimers(); scope = effectScope() })
afterEach(() => { scope.stop(); vi.useRealTimers() })

// 2 steps forward, the 1, 2 backward, 1 update
const learning: GraphDocument = { expression: 'y = w * x; L = y + 1', inputs: { w: 2, x: 3 }, parameters: ['w'] }
function stepping(document = learning, msPerStep = 100) {
  const trace = shallowRef(traceOf(document))
  return { trace, ...scope.run(() => useStepping(trace, () => msPerStep))! }
}

describe('a run', () => {
  test('starts at its beginning, and knows its length', () => {
    const { position, length, forwards, upcoming, atEnd } = stepping()
    expect([position.value, length.value, forwards.value, upcoming.value, atEnd.value]).toEqual([0, 6, 2, { phase: 'forward', node: 'y' }, false])
  })

  test.each([[-3, 0], [2.4, 2], [2.6, 3], [6, 6], [99, 6]])('moved to step %f is at %i', (asked, at) => {
    const { goTo, position } = stepping()
    goTo(asked)
    expect(position.value).toBe(at)
  })

  test('offers forward during the forward pass, backward until the last node has sent, and neither for the update', () => {
    const { next, position, canForward, canBackward, upcoming, atEnd } = stepping()
    const offered: unknown[] = []
    for (let i = 0; i <= 6; i++) {
      offered.push([position.value, canForward.value, canBackward.value, upcoming.value?.phase, atEnd.value])
      next()
    }
    expect(offered).toEqual([
      [0, true, true, 'forward', false], [1, true, true, 'forward', false], [2, false, true, 'start', false],
      [3, false, true, 'backward', false], [4, false, true, 'backward', false], [5, false, false, 'update', false], [6, false, false, undefined, true],
    ])
  })

  test('moves forward no further than the forward pass, and backward no further than the backward pass', () => {
    const { stepForward, stepBackward, position, goTo } = stepping()
    for (let i = 0; i < 5; i++) stepForward()
    expect(position.value).toBe(2)
    for (let i = 0; i < 9; i++) stepBackward()
    expect(position.value).toBe(5)
    goTo(1)
    stepBackward()
    expect(position.value).toBe(3) // first the forward pass, then the 1
  })

  test('moves forward and back by one, and stays within its range', () => {
    const { next, back, position } = stepping()
    back()
    expect(position.value).toBe(0)
    next()
    next()
    back()
    expect(position.value).toBe(1)
    for (let i = 0; i < 9; i++) next()
    expect(position.value).toBe(6)
  })

  test('moves to the end of the current pass, from there to the very end, and back to its start', () => {
    const { toEnd, restart, position } = stepping()
    toEnd()
    expect(position.value).toBe(2)
    toEnd()
    expect(position.value).toBe(6)
    restart()
    expect(position.value).toBe(0)
  })
})

describe('playing', () => {
  test('makes one step per tick, and stops with the last', () => {
    const { togglePlay, playing, position } = stepping()
    togglePlay()
    expect([playing.value, position.value]).toEqual([true, 0])
    vi.advanceTimersByTime(99)
    expect(position.value).toBe(0)
    vi.advanceTimersByTime(1)
    expect(position.value).toBe(1)
    vi.advanceTimersByTime(400)
    expect([position.value, playing.value]).toEqual([5, true])
    vi.advanceTimersByTime(100)
    expect([position.value, playing.value, vi.getTimerCount()]).toEqual([6, false, 0])
  })

  test('is paused and continues from where it was', () => {
    const { togglePlay, playing, position } = stepping()
    togglePlay()
    vi.advanceTimersByTime(250)
    togglePlay()
    expect([playing.value, position.value]).toEqual([false, 2])
    vi.advanceTimersByTime(1000)
    expect(position.value).toBe(2)
    togglePlay()
    vi.advanceTimersByTime(100)
    expect(position.value).toBe(3)
  })

  test('restarts from the end', () => {
    const { togglePlay, toEnd, position, playing } = stepping()
    toEnd()
    toEnd()
    togglePlay()
    expect([position.value, playing.value]).toEqual([0, true])
  })

  test('does not start in a graph without steps', () => {
    const { togglePlay, playing, trace } = stepping()
    trace.value = { ...trace.value, steps: [] }
    togglePlay()
    expect(playing.value).toBe(false)
  })

  test.each(['next', 'back', 'stepForward', 'stepBackward', 'toEnd', 'restart'] as const)('is paused by %s', (by) => {
    const run = stepping()
    run.togglePlay()
    vi.advanceTimersByTime(100)
    run[by]()
    const { position } = run
    const stands = position.value
    vi.advanceTimersByTime(1000)
    expect([run.playing.value, position.value]).toEqual([false, stands])
  })

  test('stops when the graph has become shorter than the position', () => {
    const run = stepping()
    run.goTo(4)
    run.togglePlay()
    run.trace.value = traceOf({ expression: 'w * x', inputs: {} })
    expect([run.playing.value, vi.getTimerCount()]).toEqual([false, 0])
  })

  test('continues in another graph that is longer', () => {
    const run = stepping()
    run.togglePlay()
    run.trace.value = traceOf({ expression: 'w * x + w + x', inputs: {} })
    expect(run.playing.value).toBe(true)
  })
})

describe('a run to a step', () => {
  // 40 additions: 40 steps forward, the 1, 40 backward
  const long: GraphDocument = { expression: Array.from({ length: 41 }, () => 'x').join(' + '), inputs: { x: 1 } }
  const motion = (isReduced: boolean) => vi.stubGlobal('matchMedia', () => ({ matches: isReduced }))
  beforeEach(() => motion(false))
  afterEach(() => vi.unstubAllGlobals())

  test('plays at the learner’s pace and stops there', () => {
    const { runTo, position, playing } = stepping()
    runTo(4)
    vi.advanceTimersByTime(250)
    expect([position.value, playing.value]).toEqual([2, true])
    vi.advanceTimersByTime(1000)
    expect([position.value, playing.value, vi.getTimerCount()]).toEqual([4, false, 0])
  })

  test.each([[600, long, 81], [600, learning, 6], [2, long, 81], [2_000, long, 40]])('takes at most two and a half seconds at %i ms a step, in frames that can be drawn', (msPerStep, document, to) => {
    const run = stepping(document, msPerStep)
    run.runTo(to)
    const seen = new Set<number>()
    for (let ms = 0; ms < 2_500; ms += 10) {
      vi.advanceTimersByTime(10)
      seen.add(run.position.value)
    }
    expect([run.position.value, run.playing.value]).toEqual([to, false])
    expect(seen.size).toBeLessThanOrEqual(2_500 / 40 + 1)
  })

  test('is taken over by the learner, and a later play goes to the end', () => {
    const { runTo, next, togglePlay, position, playing } = stepping()
    runTo(4)
    vi.advanceTimersByTime(100)
    next()
    vi.advanceTimersByTime(1000)
    expect([position.value, playing.value]).toEqual([2, false])
    togglePlay()
    vi.advanceTimersByTime(1000)
    expect(position.value).toBe(6)
  })

  test('jumps back, beyond the end, and where motion is to be reduced', () => {
    const { runTo, position, playing } = stepping()
    motion(true)
    runTo(4)
    expect([position.value, playing.value]).toEqual([4, false])
    motion(false)
    runTo(1)
    expect([position.value, playing.value]).toEqual([1, false])
    runTo(99)
    vi.advanceTimersByTime(2_500)
    expect([position.value, playing.value]).toEqual([6, false])
  })

  test('stops at the end of a graph that has become shorter', () => {
    const run = stepping(long, 100)
    run.runTo(80)
    vi.advanceTimersByTime(500)
    run.trace.value = traceOf(learning)
    vi.advanceTimersByTime(1000)
    expect([run.playing.value, vi.getTimerCount()]).toEqual([false, 0])
  })
})

describe('the tick', () => {
  function ticker(beats: number, first = 100) {
    const ms = ref(first)
    const at: number[] = []
    const start = performance.now()
    let late = 0
    const made = scope.run(() => useTicker(() => {
      at.push(performance.now() - start)
      if (late > 0) { vi.setSystemTime(Date.now() + late); vi.advanceTimersByTime(late); late = 0 }
      return at.length < beats
    }, () => ms.value))!
    return { at, ms, ...made, beLate: (by: number) => { late = by } }
  }

  test('is regular', () => {
    const { at, start } = ticker(5)
    start()
    vi.advanceTimersByTime(1000)
    expect(at).toEqual([100, 200, 300, 400, 500])
  })

  test('is on time again after a long task', () => {
    const { at, start, beLate } = ticker(4)
    start()
    vi.advanceTimersByTime(50)
    beLate(30)
    vi.advanceTimersByTime(1000)
    expect(at).toEqual([100, 200, 300, 400])
  })

  /** A clock that advances while no timer fires: the computer is busy or asleep. */
  function lateTicker() {
    const clock = vi.spyOn(performance, 'now')
    let now = 0
    clock.mockImplementation(() => now)
    const beats: number[] = []
    const { start } = scope.run(() => useTicker(() => { beats.push(now); return beats.length < 9 }, () => 100))!
    start()
    return { beats, busy: (ms: number) => { now += ms }, pass: (ms: number) => { now += ms; vi.advanceTimersByTime(ms) } }
  }
  afterEach(() => { vi.restoreAllMocks() })

  test('that is late once does not shift later ones', () => {
    const { beats, busy, pass } = lateTicker()
    busy(40)
    pass(100)
    expect(beats).toEqual([140])
    pass(59)
    expect(beats).toHaveLength(1)
    pass(1)
    pass(100)
    expect(beats).toEqual([140, 200, 300])
  })

  test('makes up for nothing after a pause of the whole window', () => {
    const { beats, busy, pass } = lateTicker()
    pass(100)
    busy(1000)
    pass(100)
    expect(beats).toEqual([100, 1200])
    pass(99)
    expect(beats).toHaveLength(2)
    pass(1)
    expect(beats).toEqual([100, 1200, 1300])
  })

  test('starts once, however often it is started', () => {
    const { at, start, running } = ticker(99)
    start()
    vi.advanceTimersByTime(50)
    start()
    expect([running.value, vi.getTimerCount()]).toEqual([true, 1])
    vi.advanceTimersByTime(50)
    expect(at).toEqual([100])
  })

  test('changes its speed at once, counted from the last tick', () => {
    const { at, ms, start } = ticker(99, 1000)
    start()
    vi.advanceTimersByTime(400)
    ms.value = 300
    vi.advanceTimersByTime(0)
    expect(at).toEqual([400])
    ms.value = 500
    vi.advanceTimersByTime(399)
    expect(at).toHaveLength(1)
  })

  test('is not started by another speed', () => {
    const { ms } = ticker(99)
    ms.value = 50
    expect(vi.getTimerCount()).toBe(0)
  })

  test('stops when it is stopped, or its owner is unmounted', () => {
    const { at, start, stop, running } = ticker(99)
    start()
    stop()
    vi.advanceTimersByTime(500)
    expect([at, running.value]).toEqual([[], false])
    start()
    scope.stop()
    vi.advanceTimersByTime(500)
    expect([at, running.value, vi.getTimerCount()]).toEqual([[], false, 0])
  })
})
