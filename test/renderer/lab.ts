import type { AppInfo, Channel, EventName, LabApi, MetricsFrame, Reply, RequestArg, RequestResult, RunSoFar, RunState, Settings } from '@contract'
import { defaultProgress, toWire } from '@contract'
import { Curves, defaultConfig, mnist } from '@core'
import { mount } from '@vue/test-utils'
import { createPinia, disposePinia, getActivePinia, setActivePinia } from 'pinia'
import { vi } from 'vitest'
import { type Component, nextTick } from 'vue'
import { commandButtonsKey } from '../../renderer/lib/command-buttons'
import { i18n, setLocale } from '../../renderer/lib/i18n'
import { tellKey } from '../../renderer/lib/tell'
import { setTheme } from '../../renderer/lib/theme'
import { useCourse } from '../../renderer/stores/course/course'
import { useCommandTable } from '../../renderer/stores/commands'
import { useNotices } from '../../renderer/stores/notices'
import { useSettings } from '../../renderer/stores/settings'

type Answers = { [K in Channel]?: (arg: RequestArg<K>) => RequestResult<K> | Promise<RequestResult<K>> }

export const settings: Settings = { locale: 'en', theme: 'light', level: 'chapter5', pace: 1, drawDocked: false, recipeFolded: false, graphStepMs: 600, graphPanel: 'step', graphSidePx: 340, filesTab: 'runs', lossAxis: 'linear', accuracyAxis: 'zero', threads: 'auto', runMb: 512, allRunsGb: 4 }
export const info: AppInfo = {
  version: '0.1.0', electron: '45.0.0', platform: 'linux', cores: 4, systemLocale: 'en',
  dataset: { phase: 'ready', info: mnist },
}

/** A run as main reports it, at step 0 of the default network. */
export const runState = (patch: Partial<RunState> = {}): RunState => ({
  runId: 1, phase: 'idle', config: defaultConfig, events: [], dataset: mnist, input: [784], origin: { from: 'seed' }, parent: null, pace: 1,
  step: 0, stages: null, epoch: 0, stepInEpoch: 0, stepsPerEpoch: 600,
  blocks: [
    { name: 'affine1', kind: 'affine', inputs: 784, outputs: 50 },
    { name: 'relu1', kind: 'relu', inputs: 50, outputs: 50 },
    { name: 'affine2', kind: 'affine', inputs: 50, outputs: 10 },
    { name: 'softmaxWithLoss', kind: 'softmaxWithLoss', inputs: 10, outputs: 10 },
  ],
  backend: 'wasm-relaxed-simd', threads: 1, divergence: null, evaluation: null, loss: null, stopWhen: null, stopped: null, findings: [], ...patch,
})

/** A run as a window that opens gets it. @param curves of the run; left out: empty ones */
export const soFar = (state: RunState, curves = new Curves()): RunSoFar => ({ state, history: curves.read() })

/** A frame of metrics, sent after its last loss. */
export const metricsFrame = (patch: Partial<MetricsFrame> = {}): MetricsFrame => {
  const { firstStep = 1, losses = new Float32Array() } = patch
  return { runId: 1, step: firstStep + losses.length - 1, firstStep, losses, epoch: 0, stepInEpoch: 0, samplesPerSecond: 1, evaluations: [], ...patch }
}

/** Pending writes of earlier stores are flushed now, so that they do not reach this test's main. */
function endStores(): void {
  const before = getActivePinia()
  if (!before) return
  vi.stubGlobal('lab', { invoke: async () => ({ ok: true, value: settings }) })
  disposePinia(before)
}

/** A stub of main behind `window.lab`: replies as the test defines, and emits events on demand. */
export function fakeMain(answers: Answers = {}) {
  endStores()
  const handlers = new Map<EventName, Set<(value: unknown) => void>>()
  const all: Answers = {
    'app:info': () => info,
    'app:shown': () => null,
    'settings:read': () => settings,
    'settings:write': patch => ({ ...settings, ...patch }),
    'certificate:state': () => ({ phase: 'idle', at: null, measured: {}, error: null }),
    'progress:read': () => defaultProgress,
    'progress:write': () => null,
    'data:list': () => [{ id: mnist.id, info: mnist, problem: null }],
    'run:read': () => soFar(runState()),
    'desk:recall': () => null,
    'digits:read': () => ({ images: new Uint8Array(), labels: new Uint8Array(), hidden: [] }),
    'desk:remember': () => null,
    'runs:list': () => [],
    'runs:trash': () => ({ runs: 0, bytes: 0, ids: [] }),
    'draw:neighbours': () => ({ nearest: [], means: [] }),
    'run:lost': () => null,
    'run:left': () => null,
    ...answers,
  }
  const invoke = vi.fn(async (channel: Channel, arg: unknown): Promise<Reply<unknown>> => {
    const answer = all[channel] as ((arg: unknown) => unknown) | undefined
    if (!answer) throw new TypeError(`the test has no answer for ${channel}`)
    try { return { ok: true, value: await answer(arg) } }
    catch (cause) { return { ok: false, error: toWire(cause) } }
  })
  const api: LabApi = {
    invoke,
    on(event, handler) {
      const set = handlers.get(event) ?? new Set()
      handlers.set(event, set.add(handler))
      return () => set.delete(handler)
    },
    drop: async () => ({ ok: true, value: runState() }),
  }
  vi.stubGlobal('lab', api)
  history.replaceState(null, '', '#') // the room of the test before
  setActivePinia(createPinia())
  setLocale('en')
  setTheme('light')
  return {
    /** The requests so far: channel and argument */
    asked: (channel: Channel) => invoke.mock.calls.filter(([name]) => name === channel).map(([, arg]) => arg),
    tell: (event: EventName, value: unknown) => { handlers.get(event)?.forEach(handler => handler(value)) },
  }
}

/** Opens the playground, which shows every tool of the graph; call `fakeMain` first. */
export const toPlayground = () => { useCourse().go('playground') }

/** Mounts a component with texts and stores; call `fakeMain` first. @param stubs components to be stubbed, such as charts, which need a real canvas */
export async function show<C extends Component>(component: C, props: Record<string, unknown> = {}, stubs: Record<string, boolean | Component> = {}) {
  const pinia = getActivePinia()
  await useSettings().load()
  setActivePinia(pinia) // a late action of an earlier test's store makes its own stores the active ones
  const view = mount(component as Component, { props, global: { plugins: [i18n], stubs, provide: { [tellKey as symbol]: useNotices(), [commandButtonsKey as symbol]: useCommandTable() } }, attachTo: document.body })
  await nextTick()
  return view
}
