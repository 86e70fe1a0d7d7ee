import * as v from 'valibot'
import { locales } from './locales/list'
import { paceSchema, threadsSchema } from './run'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
export const levels = ['chapter5', 'everything'] as const
export type Level = (typeof levels)[number]
export const lossAxes = ['linear', 'logarithmic'] as const
export type LossAxis = (typeof lossAxes)[number]
export const accuracyAxes = ['zero', 'fitted'] as const
export type AccuracyAxis = (typeof accuracyAxes)[number]
export const graphPanels = ['step', 'cell', 'nudge', 'code'] as const
export type GraphPanel = (typeof graphPanels)[number]
export const filesTabs = ['runs', 'weights', 'datasets'] as const
export type FilesTab = (typeof filesTabs)[number]
/** How much the states of one run may take on the disk, in MB, and those of all runs together, in GB. */
export const runMbChoices = [128, 256, 512, 1024, 2048, 4096] as const
export const allRunsGbChoices = [1, 2, 4, 8, 16, 32, 64] as const
/** Limits in the Learn room: fastest and slowest step, minimum and maximum width of a side panel. */
export const graphLimits = { stepMs: [50, 1_800], sidePx: [300, 460] } as const

const within = (value: number, [from, to]: readonly [number, number]): boolean => from <= value && value <= to

export const settingsSchema = v.strictObject({
  locale: v.union([v.literal('system'), v.picklist(locales)]),
  theme: v.picklist(themes),
  level: v.picklist(levels),
  pace: paceSchema,
  /** Shows the Draw panel beside the inspector. */
  drawDocked: v.boolean(),
  /** Folds the network's settings in Train to a line beside the title, where there is a column for them. */
  recipeFolded: v.boolean(),
  /** Duration of one step while a graph plays */
  graphStepMs: v.pipe(v.number(), v.check(ms => within(ms, graphLimits.stepMs))),
  /** The panel below the graph */
  graphPanel: v.union([v.picklist(graphPanels), v.literal('closed')]),
  /** Width of the lesson or the inputs beside the graph, in pixels; 0: hidden */
  graphSidePx: v.union([v.literal(0), v.pipe(v.number(), v.check(px => within(px, graphLimits.sidePx)))]),
  /** The tab of the Files room */
  filesTab: v.picklist(filesTabs),
  /** How the charts of a run spread the loss, and where their axis of accuracies begins */
  lossAxis: v.picklist(lossAxes),
  accuracyAxis: v.picklist(accuracyAxes),
  /** For training */
  threads: threadsSchema,
  /** Limits of the states that are kept on the disk */
  runMb: v.picklist(runMbChoices),
  allRunsGb: v.picklist(allRunsGbChoices),
})
export type Settings = Readonly<v.InferOutput<typeof settingsSchema>>

export const defaultSettings: Settings = { locale: 'system', theme: 'system', level: 'chapter5', pace: 1, drawDocked: false, recipeFolded: false, graphStepMs: 600, graphPanel: 'step', graphSidePx: 340, filesTab: 'runs', lossAxis: 'linear', accuracyAxis: 'zero', threads: 'auto', runMb: 512, allRunsGb: 4 }
