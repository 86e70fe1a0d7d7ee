import type { PastMoment, PastReach, RequestArg, RunState } from '@contract'
import { defaultConfig, LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import { useMoment } from '../../../renderer/stores/moment'
import { useNotices } from '../../../renderer/stores/notices'
import { usePast } from '../../../renderer/stores/past'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, metricsFrame, runState, soFar } from '../lab'

const firstPastId = 1_000_000_000
const reach: PastReach = { id: '0'.repeat(32), name: '', first: 0, last: 5000, beginning: defaultConfig, checkpoints: [0, 1000, 2000], bookmarks: [] }

/** A window at step 5,000 of run 1, whose visits are answered at once, or by hand. */
async function visiting({ byHand = false, stepMs = 0.1, read = reach, events = [], layer }: { byHand?: boolean, stepMs?: number, read?: PastReach, events?: RunState['events'], layer?: (runId: number) => RunState } = {}) {
  let visits = 0
  const refusal: { error: LabError | null } = { error: null }
  const waiting: (() => void)[] = []
  const momentAt = (step: number): PastMoment => ({ state: runState({ runId: firstPastId + ++visits, step, loss: 1, events: events.filter(event => event.step <= step) }), differsAt: null, stepMs, exact: true })
  const asked: string[] = []
  const main = fakeMain({
    'run:read': () => soFar(runState({ step: 5000, events })),
    ...layer && { 'run:layer': () => { asked.push('layer'); return layer(firstPastId + visits) } },
    'past:read': () => ({ ...read }),
    'past:leave': () => { asked.push('leave'); return null },
    'run:start': () => { asked.push('start'); return runState({ step: 5000, phase: 'running' }) },
    'run:pause': () => runState({ step: 5000 }),
    'run:step': () => runState({ step: 5001 }),
    'run:rewind': () => runState({ runId: 2 }),
    'past:visit': ({ step }: RequestArg<'past:visit'>) => {
      asked.push(`visit ${step}`)
      if (refusal.error) throw refusal.error
      return byHand ? new Promise((answer) => { waiting.push(() => answer(momentAt(step))) }) : momentAt(step)
    },
  })
  useRoom().go('train')
  const [run, past, moment] = [useRun(), usePast(), useMoment()]
  past.load()
  await run.load()
  await flushPromises()
  asked.length = 0
  return { main, run, past, moment, asked, refusal, answer: async () => { waiting.shift()!(); await flushPromises() } }
}

describe('slow motion in a moment of the past', () => {
  const stages = { stage: { direction: 'update', layer: 2, param: 'affine2.b' }, done: 12, of: 12, loss: 1 } as const

  test('goes on from that moment; the run stays where it is', async () => {
    const { past, moment, run, main } = await visiting({ layer: runId => runState({ runId, step: 1201, stages }) })
    await past.visit(1200)
    await past.advance('layer')
    expect([moment.step, past.shownStep, run.step, moment.state?.stages]).toEqual([1201, 1201, 5000, stages])
    expect([main.asked('run:layer'), main.asked('past:leave').length]).toEqual([[{ unit: 'layer' }], 1]) // left at the start alone
  })

  test('reaches a step anew at which the settings were changed', async () => {
    const change = { step: 1201, change: { optimizer: { learningRate: 0.01 } } }
    const { past, asked } = await visiting({ layer: runId => runState({ runId, step: 1201, stages }), events: [change] })
    await past.visit(1200)
    await past.advance('layer')
    await past.advance('layer')
    expect(asked).toEqual(['visit 1200', 'layer', 'visit 1201', 'layer'])
  })

  test('shows nothing of it once the present is wanted', async () => {
    const { past, moment } = await visiting({ layer: runId => runState({ runId, step: 1201, stages }) })
    await past.visit(1200)
    const done = past.advance('layer')
    past.leave()
    await done
    expect([moment.isPast, moment.step]).toEqual([false, 5000])
  })
})

describe('a moment of the past', () => {
  test('is what the views show, until the present is wanted again', async () => {
    const { past, moment, run } = await visiting()
    await past.visit(1200)
    expect([moment.step, moment.isPast, moment.running, moment.state?.runId, run.step]).toEqual([1200, true, false, firstPastId + 1, 5000])
    past.leave()
    expect([moment.step, moment.isPast, moment.state?.runId]).toEqual([5000, false, 1])
  })

  test('answers of the present and of every moment belong to the run, those of another run do not', async () => {
    const { past, moment, main } = await visiting()
    await past.visit(1200)
    await past.visit(1300)
    expect([1, firstPastId + 1, firstPastId + 2, 2].map(moment.isOfRun)).toEqual([true, true, true, false])
    main.tell('run:state', runState({ runId: 2 }))
    expect([1, firstPastId + 1, 2].map(moment.isOfRun)).toEqual([false, false, true])
    expect([past.shownStep, moment.step, past.canGoBack]).toEqual([null, 0, false])
  })

  test('the latest step is the present', async () => {
    const { past, asked } = await visiting()
    await past.visit(10)
    await past.visit(5000)
    expect([past.shownStep, asked]).toEqual([null, ['visit 10', 'leave']])
    expect([past.canGoBack, past.canGoForward]).toEqual([true, false])
  })

  test('of the future stays where it is while the run goes on', async () => {
    const { past, moment, main } = await visiting()
    await past.visit(1200)
    main.tell('run:metrics', metricsFrame({ firstStep: 5001, losses: Float32Array.of(1, 2) }))
    expect([moment.step, past.canVisit, useRun().step]).toEqual([1200, true, 5002])
  })

  test('that is refused leaves what is shown, and says why; one that a newer wish ended says nothing', async () => {
    const { past, moment, refusal } = await visiting()
    await past.visit(1200)
    refusal.error = new LabError('past.range', 'no such step', { step: 9, first: 0, last: 4 })
    expect(await past.visit(9)).toBe(false)
    expect([moment.step, past.wanted, useNotices().inPlace.map(({ key }) => key)]).toEqual([1200, null, ['errors.past.range']])
    refusal.error = new LabError('past.left', 'no longer wished for', { step: 8 })
    expect(await past.visit(8)).toBe(false)
    expect(useNotices().inPlace).toHaveLength(1)
  })
})

describe('back and forward', () => {
  test('lead over the visited moments, the present among them', async () => {
    const { past, asked } = await visiting()
    await past.visit(100)
    await past.visit(200)
    past.leave()
    await past.visit(300)
    await past.back()
    expect(past.shownStep).toBeNull()
    await past.back()
    expect(past.shownStep).toBe(200)
    await past.forward()
    await past.forward()
    expect([past.shownStep, past.canGoForward]).toEqual([300, false])
    await past.back()
    await past.visit(50)
    expect([past.canGoForward, asked.at(-1)]).toEqual([false, 'visit 50'])
  })

  test('the same step twice is one visit', async () => {
    const { past, asked } = await visiting()
    await past.visit(100)
    await past.visit(100)
    expect(asked).toEqual(['visit 100'])
    await past.back()
    expect([past.shownStep, past.canGoBack]).toEqual([null, false])
  })
})

describe('what acts on the present', () => {
  test.each(['start', 'stepBatch', 'stepEpoch', 'rewind', 'toggle'] as const)('%s shows it first', async (action) => {
    const { past, run, moment, asked } = await visiting()
    await past.visit(100)
    void run[action]()
    expect([moment.isPast, asked.slice(0, 2)]).toEqual([false, ['visit 100', 'leave']])
  })

  test('a pause does not: the past may be looked at while the run rests', async () => {
    const { past, run, moment } = await visiting()
    await run.start()
    await past.visit(100)
    await run.toggle()
    expect([moment.isPast, run.running]).toEqual([true, false])
  })

  test.each(['learn', 'draw', 'files'] as const)('the room %s', async (room) => {
    const { past, moment } = await visiting()
    await past.visit(100)
    useRoom().go(room)
    await flushPromises()
    expect(moment.isPast).toBe(room !== 'learn')
  })
})

describe('a moment that is far away', () => {
  test('is announced with its time, and the nearest kept state comes first', async () => {
    const { past, asked, answer, moment } = await visiting({ byHand: true, stepMs: 2 })
    void past.visit(2001)
    await answer()
    expect([past.isFar(1999), past.priceOf(1999), past.nearest(1999), past.isFar(2100), past.priceOf(2100)]).toEqual([true, 1998, 1001, false, 200])
    void past.visit(1999)
    await flushPromises()
    expect([asked.at(-1), past.wanted]).toEqual(['visit 1001', 1999])
    await answer()
    expect([moment.step, asked.at(-1), past.wanted]).toEqual([1001, 'visit 1999', 1999])
    await answer()
    expect([moment.step, past.wanted]).toEqual([1999, null])
  })

  test('of a run that has gone on is reached from the state that was kept last', async () => {
    const kept = { ...reach }
    const { past, asked, answer, main } = await visiting({ byHand: true, stepMs: 2, read: kept })
    void past.visit(10)
    await answer()
    main.tell('run:metrics', metricsFrame({ firstStep: 5001, losses: new Float32Array(1000) }))
    Object.assign(kept, { last: 6000, checkpoints: [0, 1000, 2000, 5500] })
    void past.visit(5600)
    await flushPromises()
    expect(asked.filter(what => what.startsWith('visit'))).toEqual(['visit 10', 'visit 5600'])
  })

  test('shows how far it has come, and can be cancelled: what was shown stays', async () => {
    const { past, answer, moment, main, asked } = await visiting({ byHand: true })
    void past.visit(1200)
    await answer()
    void past.visit(1900)
    main.tell('past:progress', { step: 1300, from: 1000, to: 1900 })
    expect(past.progress).toEqual({ step: 1300, from: 1000, to: 1900 })
    past.cancel()
    expect([past.wanted, past.progress, asked.at(-1)]).toEqual([null, null, 'visit 1200'])
    await answer()
    await answer()
    expect(moment.step).toBe(1200)
  })

  test('a newer wish wins, however late the older answer comes', async () => {
    const { past, answer, moment } = await visiting({ byHand: true })
    void past.visit(1200)
    void past.visit(1300)
    await answer()
    expect(moment.isPast).toBe(false)
    await answer()
    expect([moment.step, past.wanted]).toEqual([1300, null])
  })
})

test('when its thread has died, the present is shown, and the reason is said', async () => {
  const { past, moment, main } = await visiting()
  await past.visit(1200)
  main.tell('past:lost', { code: 'worker.died', message: '', details: { found: 'gone' } })
  expect([moment.isPast, useNotices().inPlace.map(({ key }) => key)]).toEqual([false, ['errors.worker.died']])
})

test('a window that is loaded again shows the present, and main is told', async () => {
  const main = fakeMain({ 'past:read': () => reach, 'past:leave': () => null })
  usePast().load()
  await flushPromises()
  expect(main.asked('past:leave')).toHaveLength(1)
})

test('bookmarks are those of the run on the disk', async () => {
  const { past } = await visiting({ read: { ...reach, bookmarks: [{ step: 3, note: 'first' }] } })
  expect([past.bookmarkAt(3), past.bookmarkAt(4), past.bookmarks.length]).toEqual([{ step: 3, note: 'first' }, null, 1])
})
