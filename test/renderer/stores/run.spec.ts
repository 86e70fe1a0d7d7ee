import type { LeftRun, LostRun, MetricsFrame, RunSoFar } from '@contract'
import { Curves, defaultConfig, type Finding, LabError, pointOf, type WeightsGap } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useMetrics } from '../../../renderer/stores/metrics'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useSettings } from '../../../renderer/stores/settings'
import { fakeMain, metricsFrame, runState, settings, soFar } from '../lab'
import { evaluation as evaluationAt } from '../../fixtures/evaluation'

let main: ReturnType<typeof fakeMain>
beforeEach(() => { main = fakeMain() })
afterEach(() => vi.unstubAllGlobals())

const evaluation = evaluationAt(10, { test: 0.4, images: 1 })
const frame = (patch: Partial<MetricsFrame> = {}) => metricsFrame({ firstStep: 11, losses: Float32Array.of(2, 1, 0.5), epoch: 1, stepInEpoch: 13, ...patch })
const lost: LostRun = { error: { code: 'worker.died', message: '', details: {} }, config: defaultConfig, run: null } as LostRun
const noticesShown = () => useNotices().notices.map(({ key }) => key)

describe('the state of the run', () => {
  test('is null before main has sent it: nothing can be started', () => {
    const run = useRun()
    expect([run.state, run.ready, run.running, run.canRun, run.canStep, run.diverged]).toEqual([null, false, false, false, false, false])
  })

  test.each([
    ['idle', { running: false, canRun: true, canStep: true, diverged: false }],
    ['running', { running: true, canRun: true, canStep: false, diverged: false }],
    ['evaluating', { running: false, canRun: true, canStep: true, diverged: false }],
    ['diverged', { running: false, canRun: false, canStep: false, diverged: true }],
  ] as const)('%s determines the possible requests', (phase, expected) => {
    useRun().accept(runState({ phase }))
    const { running, canRun, canStep, diverged } = useRun()
    expect({ running, canRun, canStep, diverged }).toEqual(expected)
  })

  test('advances to the latest state', () => {
    useRun().accept(runState({ step: 700, epoch: 1, stepInEpoch: 100 }))
    expect([useRun().step, useRun().epoch, useRun().stepInEpoch]).toEqual([700, 1, 100])
  })

  test('begins with the first run, whatever its number', () => {
    for (const runId of [0, 1, 7]) {
      fakeMain()
      useRun().accept(runState({ runId, step: 2 }))
      expect([useRun().state?.runId, useRun().step]).toEqual([runId, 2])
    }
  })

  test('knows where the run began: at 0, or at the step of the opened file', () => {
    expect(useRun().firstStep).toBe(0)
    useRun().accept(runState({ step: 30 }))
    expect(useRun().firstStep).toBe(0)
    useRun().accept(runState({ runId: 2, step: 50, origin: { from: 'file', name: 'a', step: 40 } }))
    expect(useRun().firstStep).toBe(40)
  })

  test('ignores an older run, and clears everything when there is none', () => {
    useRun().accept(runState({ runId: 5, step: 3 }))
    useRun().accept(runState({ runId: 4, step: 9 }))
    useRun().accept(null)
    expect([useRun().state?.runId, useRun().step]).toEqual([5, 3])
    useRun().accept(runState({ runId: 5, step: 4 }))
    expect(useRun().step).toBe(4)
  })

  test('of another run clears the metrics of the previous one, of the same keeps them', () => {
    useRun().accept(runState({ runId: 1 }))
    useMetrics().take(frame())
    useRun().accept(runState({ runId: 1, step: 13 }))
    expect(useMetrics().latestLoss).toBe(0.5)
    useRun().accept(runState({ runId: 2 }))
    expect(useMetrics().latestLoss).toBeNull()
  })
})

describe('a window that opens', () => {
  test('restores the run as it is, with its history', async () => {
    const curves = new Curves()
    curves.takeLoss(10, 2)
    curves.takeLoss(20, 1)
    curves.takeEvaluation(evaluation)
    fakeMain({ 'run:read': () => soFar(runState({ runId: 3, step: 20 }), curves) })
    await useRun().load()
    expect([useRun().step, useRun().ready, useMetrics().latestLoss, useMetrics().evaluations]).toEqual([20, true, 1, [pointOf(evaluation)]])
  })

  // Cause: the window opens before the run of the last session is there, and then showed its step without a curve.
  test('shows the curves of a run that main has continued meanwhile, and asks for none of a new run', async () => {
    const curves = new Curves()
    curves.takeLoss(10, 2)
    curves.takeLoss(20, 1)
    let now: RunSoFar | null = null
    const { tell, asked } = fakeMain({ 'run:read': () => now })
    await useRun().load()
    now = soFar(runState({ runId: 3, step: 20 }), curves)
    tell('run:state', now.state)
    await vi.waitFor(() => expect([useRun().step, useMetrics().latestLoss]).toEqual([20, 1]))
    expect(asked('run:read')).toHaveLength(2)
    tell('run:state', runState({ runId: 3, step: 21 }))
    tell('run:state', runState({ runId: 4 }))
    tell('run:state', runState({ runId: 5, step: 7, origin: { from: 'file', name: 'mine', step: 7 } }))
    expect(asked('run:read')).toHaveLength(2)
  })

  test('is informed of a lost run', async () => {
    fakeMain({ 'run:lost': () => lost })
    await useRun().load()
    expect([useRun().lost, useRun().ready]).toEqual([lost, false])
  })

  test('shows no run when there is none yet, and the first one as soon as it is there', async () => {
    const main = fakeMain({ 'run:read': () => null })
    await useRun().load()
    expect([main.asked('run:read'), useRun().state]).toEqual([[null], null])
    main.tell('run:state', runState({ runId: 3 }))
    main.tell('run:metrics', frame({ runId: 3, firstStep: 1 }))
    expect([useRun().state?.runId, useRun().step, useMetrics().loss.length]).toEqual([3, 3, 3])
  })
})

describe('a window that opens during a run', () => {
  const curves = () => {
    const curves = new Curves()
    for (let step = 1; step <= 30; step++) curves.takeLoss(step, step)
    return curves
  }
  const later = <T>() => {
    let answer: (value: T) => void = () => undefined
    return { promise: new Promise<T>((done) => { answer = done }), answer: (value: T) => answer(value) }
  }

  /** A window whose answer waits until `answer` is called; the answer is the run 3 at step 30. */
  const opening = (answer = later<RunSoFar | null>()) => {
    const main = fakeMain({ 'run:read': () => answer.promise })
    return { main, loading: useRun().load(), answer: () => answer.answer(soFar(runState({ runId: 3, step: 30, epoch: 1, stepInEpoch: 10 }), curves())) }
  }
  const steps = () => useMetrics().loss.extremes(100).map(({ x }) => x)
  const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1)

  test('is not set back to an older state by a late answer, whose curves it takes', async () => {
    const { main, loading, answer } = opening()
    main.tell('run:state', runState({ runId: 3, step: 31, phase: 'diverged', divergence: { step: 32, loss: 'NaN' } }))
    answer()
    await loading
    expect([useRun().diverged, useRun().step, steps()]).toEqual([true, 31, upTo(30)])
  })

  test.each([
    ['older than the answer', [[25, 30]], 30],
    ['partly newer than the answer', [[25, 28], [29, 32]], 32],
    ['newer than the answer', [[31, 31], [32, 34]], 34],
  ] as const)('has each loss once, whichever way frames that are %s arrive before it', async (_, frames, last) => {
    const { main, loading, answer } = opening()
    const losses = ([first, end]: readonly [number, number]) => frame({ runId: 3, firstStep: first, losses: Float32Array.from({ length: end - first + 1 }, (_, i) => first + i), epoch: 1, stepInEpoch: end - 20 })
    for (const range of frames) main.tell('run:metrics', losses(range))
    answer()
    await loading
    expect([steps(), useRun().step, useRun().stepInEpoch]).toEqual([upTo(last), last, last - 20])
    main.tell('run:metrics', losses([last - 3, last + 2]))
    expect([steps(), useRun().step]).toEqual([upTo(last + 2), last + 2])
  })

  test('drops the answer about a run that was replaced meanwhile, its curves too', async () => {
    const { main, loading, answer } = opening()
    main.tell('run:state', runState({ runId: 4, step: 0 }))
    main.tell('run:metrics', frame({ runId: 4, firstStep: 1, losses: Float32Array.of(2) }))
    answer()
    await loading
    expect([useRun().state?.runId, useRun().step, useMetrics().latestLoss, steps()]).toEqual([4, 1, 2, [1]])
  })

  test('keeps the report of a lost thread that arrived during the request', async () => {
    const gone = later<LostRun | null>()
    const main = fakeMain({ 'run:lost': () => gone.promise })
    const loading = useRun().load()
    await vi.waitFor(() => expect(useRun().state).not.toBeNull())
    main.tell('run:lost', lost)
    gone.answer(null)
    await loading
    expect(useRun().lost).toEqual(lost)
  })

  test.each(['run:read', 'run:lost'] as const)('opens although %s is refused, and gives the reason', async (channel) => {
    fakeMain({ [channel]: () => { throw new LabError('worker.died', 'no', {}) } })
    await useRun().load()
    expect(noticesShown()).toEqual(['errors.worker.died'])
    expect(useRun().state?.runId).toBe(channel === 'run:read' ? undefined : 1)
  })
})

describe('what is wrong with a run', () => {
  test('comes with its state, and with a frame of metrics when it has changed', async () => {
    const main = fakeMain()
    await useRun().load()
    const finding: Finding = { rule: 'guessing', severity: 'warn', layer: null, step: 600, at: 600, number: 0.098, facts: { accuracy: 0.098, chance: 0.1, classes: 10 }, cure: null }
    main.tell('run:metrics', frame({ firstStep: 600, losses: Float32Array.of(1), findings: [finding] }))
    expect(useRun().state?.findings).toEqual([finding])
    main.tell('run:metrics', frame({ firstStep: 601, losses: Float32Array.of(1) }))
    expect(useRun().state?.findings).toEqual([finding])
    main.tell('run:metrics', frame({ firstStep: 602, losses: Float32Array.of(1), findings: [] }))
    expect(useRun().state?.findings).toEqual([])
    useRun().accept(runState({ step: 700, findings: [finding] }))
    expect(useRun().state?.findings).toEqual([finding])
  })
})

describe('a divergence', () => {
  const divergence = { step: 15, loss: 'NaN' }
  const ended = runState({ step: 13, phase: 'diverged', divergence })

  // The end of an epoch was reported at the step that the divergence undid: the window stayed at “running”.
  test('that undoes a reported step is shown, without the evaluation of its weights', () => {
    useRun().accept(runState({ step: 14, phase: 'running' }))
    useMetrics().take(frame({ losses: Float32Array.of(4, 3, 2, 1), evaluations: [{ ...evaluation, step: 13 }, { ...evaluation, step: 14 }] }))
    useRun().accept(ended)
    expect([useRun().diverged, useRun().step, useMetrics().evaluations.map(({ step }) => step), useMetrics().latestLoss]).toEqual([true, 13, [13], 1])
    useRun().accept(runState({ step: 14, phase: 'running' })) // was overtaken
    expect([useRun().diverged, useRun().step]).toEqual([true, 13])
  })

  test('ends with a change of the settings, and an answer from before it comes too late', () => {
    useRun().accept(ended)
    useRun().accept(runState({ step: 13, events: [{ step: 13, change: { batchSize: 50 } }] }))
    expect([useRun().diverged, useRun().canRun]).toEqual([false, true])
    useRun().accept(ended)
    expect([useRun().diverged, useRun().state?.events.length]).toEqual([false, 1])
  })
})

describe('an event of main', () => {
  beforeEach(() => useRun().load())

  // Events and replies take different ways, so that one may overtake the other.
  test('that a newer state has overtaken changes nothing but the curves', () => {
    useRun().accept(runState({ step: 20, phase: 'idle', epoch: 2, stepInEpoch: 5 }))
    main.tell('run:metrics', frame()) // up to step 13, in epoch 1
    main.tell('run:state', runState({ step: 12, phase: 'running', epoch: 1 }))
    expect([useRun().step, useRun().epoch, useRun().stepInEpoch, useRun().running, useMetrics().latestLoss]).toEqual([20, 2, 5, false, 0.5])
  })

  test('of a later step does not hide the phase of a state that it has overtaken', () => {
    main.tell('run:metrics', frame()) // up to step 13
    useRun().accept(runState({ step: 10, phase: 'running', pace: 100 }))
    expect([useRun().step, useRun().epoch, useRun().running, useRun().state?.pace]).toEqual([13, 1, true, 100])
  })

  test('advances the run, step by step', () => {
    main.tell('run:metrics', frame())
    expect([useRun().step, useRun().epoch, useRun().stepInEpoch, useMetrics().latestLoss]).toEqual([13, 1, 13, 0.5])
  })

  test('without losses advances no step, and stores the evaluation', () => {
    main.tell('run:metrics', frame())
    main.tell('run:metrics', frame({ firstStep: 14, losses: new Float32Array(), evaluations: [{ ...evaluation, step: 1 }, evaluation] }))
    expect([useRun().step, useRun().state?.evaluation]).toEqual([13, evaluation])
    main.tell('run:metrics', frame({ firstStep: 14 }))
    expect(useRun().state?.evaluation).toEqual(evaluation)
  })

  test('of another run is ignored', () => {
    main.tell('run:metrics', frame({ runId: 2 }))
    expect([useRun().step, useRun().epoch, useMetrics().latestLoss]).toEqual([0, 0, null])
  })

  test('of a lost run stops it, until there is another state', () => {
    main.tell('run:state', runState({ phase: 'running' }))
    main.tell('run:lost', lost)
    expect([useRun().lost, useRun().running, useRun().ready, useRun().canStep]).toEqual([lost, false, false, false])
    main.tell('run:state', runState({ runId: 2 }))
    expect([useRun().lost, useRun().ready]).toEqual([null, true])
  })
})

describe('a user’s request', () => {
  const wishes = {
    start: ['run:start', () => useRun().start(), { pace: settings.pace }],
    pause: ['run:pause', () => useRun().pause(), null],
    'a mini-batch': ['run:step', () => useRun().stepBatch(), { unit: 'batch' }],
    'an epoch': ['run:step', () => useRun().stepEpoch(), { unit: 'epoch' }],
    'a demonstration': ['run:demonstrate', () => useRun().demonstrate(), null],
    'back to the start': ['run:rewind', () => useRun().rewind(), null],
    'other settings': ['run:change', () => useRun().change({ batchSize: 50 }), { batchSize: 50 }],
    'another network': ['run:configure', () => useRun().configure({ ...defaultConfig, seed: 9 }), { ...defaultConfig, seed: 9 }],
  } as const

  test.each(Object.entries(wishes))('%s is sent to main, and its reply is the state then', async (_, [channel, wish, arg]) => {
    main = fakeMain({ [channel]: () => runState({ runId: 7, step: 1 }) })
    await useSettings().load()
    expect(await wish()).toBe(true)
    expect([main.asked(channel), useRun().state?.runId, useRun().step]).toEqual([[arg], 7, 1])
  })

  test.each(Object.entries(wishes))('%s that is refused is reported and changes nothing', async (_, [channel, wish]) => {
    fakeMain({ [channel]: () => { throw new LabError('worker.died', 'no', {}) } })
    useRun().accept(runState())
    expect(await wish()).toBe(false)
    expect([useRun().state, noticesShown()]).toEqual([runState(), ['errors.worker.died']])
  })

  test('to start or to pause is one key', async () => {
    main = fakeMain({ 'run:start': () => runState({ phase: 'running' }), 'run:pause': () => runState() })
    await useRun().toggle()
    expect(useRun().running).toBe(true)
    await useRun().toggle()
    expect([useRun().running, main.asked('run:start').length, main.asked('run:pause').length]).toEqual([false, 1, 1])
  })

  test('for another pace applies to the settings, and to the run if there is one', async () => {
    main = fakeMain({ 'run:pace': ({ pace }) => runState({ pace }) })
    await useRun().setPace(10)
    expect([main.asked('settings:write'), main.asked('run:pace'), useSettings().settings.pace]).toEqual([[{ pace: 10 }], [], 10])
    useRun().accept(runState())
    await useRun().setPace('full')
    expect([main.asked('run:pace'), useRun().state?.pace]).toEqual([[{ pace: 'full' }], 'full'])
  })

  // Cause: Start in Draw and Space in a lesson computed one layer, of which nothing was to be seen there.
  test('to start computes a layer at the pace of slow motion in Train alone, elsewhere one step a second', async () => {
    main = fakeMain({ 'run:start': ({ pace }) => runState({ pace }), 'run:pace': ({ pace }) => runState({ pace }) })
    await useRun().setPace('layer')
    for (const room of ['draw', 'learn', 'train'] as const) {
      useRoom().go(room)
      await useRun().start()
    }
    expect(main.asked('run:start')).toEqual([{ pace: 1 }, { pace: 1 }, { pace: 'layer' }])
  })

  test('in slow motion has its latest layer, however late an older state arrives', () => {
    const after = (done: number) => runState({ stages: { stage: { direction: 'forward', layer: done - 1, param: null }, done, of: 12, loss: null } })
    fakeMain()
    for (const done of [1, 3, 2]) useRun().accept(after(done))
    expect(useRun().state?.stages?.done).toBe(3)
    useRun().accept(runState({ step: 1, stages: { ...after(3).stages!, done: 12 } }))
    useRun().accept(runState({ step: 1, stages: { ...after(3).stages!, done: 1 } }))
    expect(useRun().state?.stages?.done).toBe(1)
  })
})

describe('a run that another one replaces', () => {
  const before = { runId: 1, id: 'a'.repeat(32), step: 700 }
  const replaced = async (left: LeftRun | null, replace = () => runState({ runId: 2 })) => {
    fakeMain({ 'run:left': () => left, 'run:rewind': replace })
    useRun().accept(runState({ step: 700 }))
    return await useRun().setAside(useRun().rewind)
  }

  test('is the one that can be continued', async () => {
    expect(await replaced(before)).toEqual(before)
  })

  test('is none when it had learned nothing: then main names an earlier one', async () => {
    expect(await replaced({ ...before, runId: 0 })).toBeNull()
    expect(await replaced(null)).toBeNull()
  })

  test('is none when it was not replaced', async () => {
    expect(await replaced(before, () => { throw new LabError('train.memory', 'no', {}) })).toBeNull()
  })
})

describe('missing information in a file', () => {
  const from = (gaps: readonly WeightsGap[] | undefined) => runState({ runId: 2, step: 40, origin: { from: 'file', name: 'mine', step: 40, ...gaps && { gaps } } })
  const notes = () => useNotices().notices.map(({ kind, key, parameters }) => [kind, key, parameters])

  test('is reported item by item, with the file and its step', () => {
    useRun().tellGaps() // nothing is open yet
    useRun().accept(runState())
    useRun().tellGaps()
    useRun().accept(from(undefined))
    useRun().tellGaps()
    expect(notes()).toEqual([])
    useRun().accept(from(['optimizer', 'activation']))
    expect(notes()).toEqual([])
    useRun().tellGaps()
    expect(notes()).toEqual([['note', 'files.gap.optimizer', { name: 'mine', step: 40 }], ['note', 'files.gap.activation', { name: 'mine', step: 40 }]])
  })
})
