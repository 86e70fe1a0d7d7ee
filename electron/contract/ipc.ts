import type { GraphDocument, RunConfig } from '@core'
import type { CertificateRun } from './certificate'
import type { OpenedGraph, Playground } from './graph'
import type { Progress } from './progress'
import type { WireError } from './reply'
import type { KernelSpeed } from './worker'
import type { BatchFrame, DrawSource, MetricsFrame, Pace, Prediction, ProbeFrame, ProbeQuery, RunHistory, RunState, Threads } from './run'

export const locales = ['ko', 'en', 'ja'] as const
export type Locale = (typeof locales)[number]
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
export const levels = ['chapter5', 'everything'] as const
export type Level = (typeof levels)[number]

export interface Settings {
  readonly locale: Locale | 'system'
  readonly theme: Theme
  readonly level: Level
  readonly pace: Pace
  /** The Draw panel stands beside the inspector. */
  readonly drawDocked: boolean
  /** How long a step of a graph takes while it plays */
  readonly graphStepMs: number
  /** What stands beneath the graph */
  readonly graphPanel: GraphPanel | 'closed'
  /** Width of the lesson or the inputs beside the graph, in pixels; 0: put away */
  readonly graphSidePx: number
  /** For training */
  readonly threads: Threads
}

export const graphPanels = ['step', 'cell', 'nudge', 'code'] as const
export type GraphPanel = (typeof graphPanels)[number]
/** The Learn room's limits: fastest and slowest step, narrowest and widest side. */
export const graphLimits = { stepMs: [50, 1_800], sidePx: [300, 460] } as const

export const defaultSettings: Settings = { locale: 'system', theme: 'system', level: 'chapter5', pace: 1, drawDocked: false, graphStepMs: 600, graphPanel: 'step', graphSidePx: 340, threads: 'auto' }

export interface AppInfo {
  readonly version: string
  readonly electron: string
  /** The stand-in runtime is for development only; the window says so. */
  readonly platform: string
  /** Processor cores: as many threads can be asked for */
  readonly cores: number
  /** What 'system' means here */
  readonly systemLocale: Locale
  readonly dataset: DatasetInfo
}

/** Loading, there, or damaged: training waits for it, the window does not. */
export type DatasetInfo
  = | { readonly phase: 'loading' }
    | { readonly phase: 'ready', readonly id: string, readonly trainImages: number, readonly testImages: number, readonly licence: string }
    | { readonly phase: 'failed', readonly error: WireError }

/** A weights file as the Files room lists it. `handle` is opaque: main alone knows the path. */
export interface WeightsEntry {
  readonly handle: string
  readonly kind: 'sample' | 'autosave' | 'previous' | 'file'
  readonly name: string
  /** The folder, for people; not used to open anything */
  readonly folder: string
  /** Milliseconds since 1970, null when it could not be read */
  readonly savedAt: number | null
  readonly bytes: number | null
  readonly summary: WeightsSummary | null
  /** Why it cannot be opened now: deleted, damaged, … */
  readonly problem: WireError | null
}

export interface WeightsSummary {
  readonly layers: readonly number[]
  readonly activation: string
  readonly step: number
  readonly testAccuracy: number | null
  /** Null for a large file, whose numbers are not read for a list */
  readonly weightsSha256: string | null
}

/** Left behind by a session that did not end by itself. */
export interface Recovery {
  readonly handle: string
  readonly step: number
  readonly savedAt: number
}

/** The training thread ended by itself. `autosave` is null when nothing was trained yet. */
export interface LostRun {
  readonly error: WireError
  readonly autosave: Recovery | null
}

/** Everything that the window may ask of main; one entry per channel, checked by a schema in main. */
export interface Requests {
  'app:info': (arg: null) => AppInfo
  /** The first screen is there: what is heavy may begin. */
  'app:shown': (arg: null) => null
  'settings:read': (arg: null) => Settings
  'settings:write': (arg: Partial<Settings>) => Settings
  'progress:read': (arg: null) => Progress
  /** All of it: it is small, and the window alone changes it. */
  'progress:write': (arg: Progress) => null
  /** Null while the dataset loads or the thread is lost. */
  'run:state': (arg: null) => RunState | null
  'run:history': (arg: null) => RunHistory
  'run:configure': (arg: RunConfig) => RunState
  'run:start': (arg: { pace: Pace }) => RunState
  'run:pause': (arg: null) => RunState
  'run:pace': (arg: { pace: Pace }) => RunState
  'run:step': (arg: { unit: 'batch' | 'epoch' }) => RunState
  'run:rewind': (arg: null) => RunState
  /** After a crash of the thread or of the app: from the autosave, or afresh from the same settings. */
  'run:recover': (arg: { from: 'autosave' | 'seed' }) => RunState
  'run:recovery': (arg: null) => Recovery | null
  'run:discardRecovery': (arg: null) => null
  'run:lost': (arg: null) => LostRun | null
  /** Training stands still for a twentieth of a second. */
  'kernels:speed': (arg: null) => KernelSpeed
  /** What a view shows of one moment: one answer, all of it of the same step. */
  'run:probe': (arg: ProbeQuery) => ProbeFrame
  /** The run's next mini-batch with the weights that it meets. @param arg.rows how many of its images */
  'run:batch': (arg: { rows: number }) => BatchFrame
  /** @param arg.pixels 28×28, 0 (paper) to 1 (ink), already made like MNIST by core's preprocessing */
  'draw:predict': (arg: { source: DrawSource, pixels: Float32Array }) => Prediction
  /** A digit of the test set to draw over: 28×28, 0 to 1. */
  'data:image': (arg: { split: 'train' | 'test', index: number }) => { image: Float32Array, label: number }
  /** Asks where; null when the person cancelled. */
  'weights:save': (arg: null) => WeightsEntry | null
  'weights:list': (arg: null) => readonly WeightsEntry[]
  /** Without a handle: asks which; null when the person cancelled. */
  'weights:open': (arg: { handle: string | null }) => RunState | null
  /** A file dropped onto the window; the preload turns it into its path. */
  'weights:drop': (arg: { path: string }) => RunState
  /** Takes a file out of the list; the file itself stays. */
  'weights:forget': (arg: { handle: string }) => readonly WeightsEntry[]
  'weights:reveal': (arg: { handle: string }) => null
  /** Asks where, with this name; null when the person cancelled. */
  'graph:save': (arg: { document: GraphDocument, name: string }) => { name: string } | null
  /** Asks which; null when the person cancelled. */
  'graph:open': (arg: null) => OpenedGraph | null
  /** A file dropped onto the window; the preload turns it into its path. */
  'graph:drop': (arg: { path: string }) => OpenedGraph
  /** The free playground as it was left; null before the first graph. */
  'graph:recall': (arg: null) => Playground | null
  'graph:remember': (arg: Playground) => null
  /** The long part of the certificate: lesson 24's trainings and lesson 25's check. */
  'certificate:state': (arg: null) => CertificateRun
  'certificate:start': (arg: null) => CertificateRun
  'certificate:stop': (arg: null) => CertificateRun
}

export type Channel = keyof Requests
export type RequestArg<K extends Channel> = Parameters<Requests[K]>[0]
export type RequestResult<K extends Channel> = ReturnType<Requests[K]>

/** What main tells the window by itself. */
export interface Events {
  'run:metrics': MetricsFrame
  'run:state': RunState
  'run:lost': LostRun
  /** How far the long part of the certificate is */
  'certificate': CertificateRun
  'dataset': DatasetInfo
  'settings': Settings
  /** Chosen in the native menu. */
  'menu': MenuCommand
  /** Something went wrong that nobody asked for, such as an autosave onto a full disk; work goes on. */
  'warning': WireError
}

export const menuCommands = ['run', 'pause', 'stepBatch', 'stepEpoch', 'rewind', 'save', 'open', 'undo', 'redo', 'settings', 'learn', 'train', 'draw', 'files', 'keys'] as const
export type MenuCommand = (typeof menuCommands)[number]
export type EventName = keyof Events

/** What the preload puts on `window.lab`. */
export interface LabApi {
  /** Resolves to a Reply and does not reject; what cannot cross from the page, such as 1,000 nested lists, Electron throws at once. */
  invoke: (channel: Channel, arg: unknown) => Promise<unknown>
  /** @returns a function that stops listening */
  on: (event: EventName, handler: (value: unknown) => void) => () => void
  /** Opens a dropped file: a graph (.json, 'graph:drop') or weights ('weights:drop'). Resolves to a Reply and does not reject. */
  drop: (file: File) => Promise<unknown>
}
