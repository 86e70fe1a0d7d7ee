import { type DatasetInfo, type RunConfig, type SeriesState, type UnitLook, writtenFormats } from '@core'
import * as v from 'valibot'
import type { AppInfo } from './app'
import { browseChannels } from './browse'
import { datasetChannels } from './dataset-import'
import type { CertificateRun } from './certificate'
import { type DatasetImages, type DatasetListing, maxImages } from './dataset'
import { curvesQuery, distanceQuery, pairQuery, type RunCurves, type RunDifference, type RunDistance } from './compare'
import { drops, type OpenedFile, type OpenQuestion } from './drops'
import { type Desk, deskSchema } from './desk'
import { type DigitCollection, hiddenDigitSchema, newDigitSchema } from './digits'
import { graphSchema, type Playground, playgroundSchema } from './graph'
import { forwarded } from './forwarded'
import { type HealthFilling, healthQuery } from './health'
import { pathQuery, unitAtQuery } from './measurements'
import { type Neighbours, neighboursQuery } from './neighbours'
import { type Progress, progressSchema } from './progress'
import { type FoundAnswer, type Lane, type LanePoints, laneSchema, questionSchema, type QuestionPrice } from './questions'
import { bookmarkSchema, type PastMoment, type PastReach } from './past'
import type { LeftRun, LostRun, RunSoFar, RunState } from './run'
import { forkSchema, runChangeSchema, type RunEntry, runSchema, type RunsTrash } from './runs'
import { count, isPlainObject, nothing, type Requests, type } from './schema'
import { type Settings, settingsSchema } from './settings'
import { keepTaughtSchema, teachSchema, type TaughtFrame } from './teach'
import { twinSchema, type TwinSoFar, type TwinState } from './twin'
import type { ChangedWeights, NamedWeights, RemovedWeights, SavedFile, WeightsEntry } from './weights'

const fileName = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
/** Where more steps are drawn, the window's own curve has a value for each column of pixels */
const maxLossRange = 2 ** 22
const handle = v.strictObject({ handle: v.pipe(v.string(), v.maxLength(64)) })

// Over 200 lines: one table with an entry for each channel.
/**
 * Everything that the window can request of main: each channel has one entry here, and one handler in main.
 * Channels that main forwards to the training thread are in `forwarded` instead, with their handlers in the thread.
 * Dialogs return null when the user cancels.
 */
export const requests = {
  'app:info': { arg: nothing, result: type<AppInfo>() },
  /** The first screen is painted: expensive work may start. */
  'app:shown': { arg: nothing, result: type<null>() },

  /** Whether a figure is presented to a group: on the whole screen, laid out so that its texts can be read from the last row */
  'app:present': { arg: v.strictObject({ on: v.boolean() }), result: type<null>() },

  'settings:read': { arg: nothing, result: type<Settings>() },
  'settings:write': { arg: v.pipe(v.custom<object>(isPlainObject), v.partial(settingsSchema)), result: type<Settings>() },
  'progress:read': { arg: nothing, result: type<Progress>() },
  /** Always the whole progress: it is small, and only the window changes it. */
  'progress:write': { arg: progressSchema, result: type<null>() },
  /** Saves the progress as a file. `name` is the suggested file name. */
  'progress:save': { arg: v.strictObject({ name: fileName }), result: type<{ name: string } | null>() },
  /** Puts the progress of a file in place of the current one. */
  'progress:open': { arg: nothing, result: type<Progress | null>() },

  /** State and curves, taken at the same step; null while the dataset is loading or after the training thread has died */
  'run:read': { arg: nothing, result: type<RunSoFar | null>() },
  /** Core validates the fields; the error names the first invalid one. */
  'run:configure': { arg: v.custom<RunConfig>(isPlainObject), result: type<RunState>() },
  /** Puts the default network, untrained, in place of the run, which is kept. What the new one learns is not recorded. */
  'run:demonstrate': { arg: nothing, result: type<RunState>() },
  'run:rewind': { arg: nothing, result: type<RunState>() },
  /** The latest run that another one has replaced, if it is kept */
  'run:left': { arg: nothing, result: type<LeftRun | null>() },
  'run:lost': { arg: nothing, result: type<LostRun | null>() },

  /** The runs on this computer, the newest first */
  'runs:list': { arg: nothing, result: type<readonly RunEntry[]>() },
  'runs:change': { arg: runChangeSchema, result: type<readonly RunEntry[]>() },
  /** Moves a run to the system's trash, or to the lab's own if the system has none. */
  'runs:remove': { arg: runSchema, result: type<readonly RunEntry[]>() },
  /** Puts a run back from the lab's own trash. */
  'runs:restore': { arg: runSchema, result: type<readonly RunEntry[]>() },
  'runs:trash': { arg: nothing, result: type<RunsTrash>() },
  /** Deletes what is in the program's own trash for good. */
  'runs:emptyTrash': { arg: nothing, result: type<RunsTrash>() },
  'runs:reveal': { arg: runSchema, result: type<null>() },
  /** Continues a run at its last step, in place of the current one. */
  'runs:open': { arg: runSchema, result: type<RunState>() },
  /** Takes another way from a step of a run: the fork, which is paused there, becomes the current run. */
  'runs:fork': { arg: forkSchema, result: type<RunState>() },
  /** Saves a run as one file. `name` is the suggested file name. */
  'runs:export': { arg: v.strictObject({ ...runSchema.entries, name: fileName }), result: type<{ name: string } | null>() },
  /** Saves a run at its latest step, null: the current one, as a folder that continues in PyTorch. `name` is the suggested name of the folder. */
  'runs:project': { arg: v.strictObject({ id: v.nullable(runSchema.entries.id), name: fileName, withData: v.boolean() }), result: type<SavedFile | null>() },
  /** The curves of up to six runs, thinned to about as many points as are asked for */
  'runs:curves': { arg: curvesQuery, result: type<readonly RunCurves[]>() },
  /** The first step at which the weights of two runs differ, by learning both again; a newer question ends an older one with past.left. */
  'runs:difference': { arg: pairQuery, result: type<RunDifference>() },
  /** ‖ΔW‖ between two runs at a step, as above */
  'runs:distance': { arg: distanceQuery, result: type<RunDistance>() },
  /** Nothing more is asked about two runs for now: their thread ends. */
  'runs:compared': { arg: nothing, result: type<null>() },

  /** Losses of some steps of the current run, each of them or those of equally many together; null while it is not recorded */
  'runs:losses': { arg: v.pipe(v.strictObject({ from: count, to: count }), v.check(({ from, to }) => to - from <= maxLossRange)), result: type<SeriesState | null>() },

  /** Shows a step of the run's past in every view; a newer wish ends an older one with past.left. The run learns on. */
  'past:visit': { arg: v.strictObject({ step: count }), result: type<PastMoment>() },
  /** The views show the present again. */
  'past:leave': { arg: nothing, result: type<null>() },
  /** What can be visited; null while the run is not on the disk */
  'past:read': { arg: nothing, result: type<PastReach | null>() },
  /** Marks a step of the current run, changes its note, or removes the mark. */
  /** What a question to the run's past costs; it is measured on a few steps. */
  'past:price': { arg: questionSchema, result: type<QuestionPrice>() },
  /** Searches the run's past for the answer; a newer question, `past:cancel` and another run end it with past.stopped. A visit goes first, then it goes on. */
  'past:find': { arg: questionSchema, result: type<FoundAnswer>() },
  'past:cancel': { arg: nothing, result: type<null>() },
  /** Measures a quantity over the whole run, coarsely first; the points come as events. The same one again: its newer steps too. */
  'past:lane': { arg: laneSchema, result: type<Lane>() },
  'past:endLane': { arg: v.strictObject({ id: count }), result: type<null>() },
  /** The lanes with all points so far, for a newly opened window */
  /**
   * A unit at a step of the past, beside what is shown. At the last step at which a unit that has died fires, the first of its images
   * is the last one that woke it. A newer wish ends an older one with past.left.
   */
  'past:lastWake': { arg: unitAtQuery, result: type<UnitLook>() },
  'past:lanes': { arg: nothing, result: type<readonly (Lane & { readonly points: LanePoints })[]>() },
  /** Measures the health of a part of the run's past; the columns come as events. A newer request replaces an older one. @throws past.none */
  'past:health': { arg: v.pipe(v.custom<object>(isPlainObject), healthQuery), result: type<HealthFilling>() },
  /** Where two numbers were over the run's past; the points come as events. A newer request replaces an older one. @throws past.none */
  'past:path': { arg: pathQuery, result: type<{ id: number }>() },
  'past:endPath': { arg: nothing, result: type<null>() },
  'past:endHealth': { arg: nothing, result: type<null>() },
  'past:bookmark': { arg: bookmarkSchema, result: type<PastReach>() },

  /** The datasets on this computer: MNIST, then the imported ones by name. Files are verified only when they are loaded. */
  /** Begins a twin of the current run, in place of the one before: a run of its own with the same weights and batches, which learns in step with it. */
  'twin:begin': { arg: twinSchema, result: type<TwinState>() },
  'twin:read': { arg: nothing, result: type<TwinSoFar | null>() },
  /** The twin learns no more; its run stays. */
  'twin:end': { arg: nothing, result: type<null>() },

  /** Teaches a copy of the current run one image, and says what that has changed; a newer wish, and `teach:cancel`, end it with past.left. The run learns on. */
  'teach:try': { arg: teachSchema, result: type<TaughtFrame>() },
  'teach:cancel': { arg: nothing, result: type<null>() },
  /** Puts what was taught beside the run, as a run of its own: it is learned again, to the same bits. */
  'teach:keep': { arg: keepTaughtSchema, result: type<{ id: string }>() },

  'digits:read': { arg: nothing, result: type<DigitCollection>() },
  'digits:add': { arg: newDigitSchema, result: type<DigitCollection>() },
  'digits:hide': { arg: hiddenDigitSchema, result: type<DigitCollection>() },
  /** Saves the visible digits as an IDX pair. `name` is the suggested file name of the images. */
  'digits:export': { arg: v.strictObject({ name: fileName }), result: type<{ name: string } | null>() },
  /** Adds the digits of an IDX pair; the dialog asks for the images, the labels lie beside them. */
  'digits:import': { arg: nothing, result: type<{ added: number, digits: DigitCollection } | null>() },
  /** Makes a dataset of the visible digits. Later drawings do not change it. */
  'digits:dataset': { arg: v.strictObject({ name: v.pipe(v.string(), v.maxLength(40)) }), result: type<DatasetInfo>() },

  'data:list': { arg: nothing, result: type<readonly DatasetListing[]>() },
  /** Consecutive images of MNIST or of the run's dataset, in one reply */
  'data:images': { arg: v.strictObject({ dataset: v.pipe(v.string(), v.maxLength(64)), split: v.picklist(['train', 'test']), first: count, count: v.pipe(count, v.minValue(1), v.maxValue(maxImages)) }), result: type<DatasetImages>() },

  /** The training images that a drawing is near to, and the mean images of classes: of MNIST or of the run's dataset */
  'draw:neighbours': { arg: v.pipe(v.custom<object>(isPlainObject), neighboursQuery), result: type<Neighbours>() },

  /** Shows a dialog, and opens a file of any kind that the lab knows: weights, a run, a graph or a recipe. Its content decides. */
  'file:open': { arg: nothing, result: type<OpenedFile | null>() },
  /** Opens a network under one of the answers that a question offers: `choice` is its place among them. */
  'file:answer': { arg: v.strictObject({ id: v.pipe(v.string(), v.maxLength(64)), choice: count }), result: type<RunState>() },
  /** Shows what was saved in its folder. */
  'file:reveal': { arg: v.strictObject({ id: v.pipe(v.string(), v.maxLength(64)) }), result: type<null>() },
  /** Opens a file that the event `file:given` has named, once. */
  'file:take': { arg: v.strictObject({ id: v.pipe(v.string(), v.maxLength(64)) }), result: type<OpenedFile>() },

  /** Saves the current weights: where this run was saved or opened, else where a dialog says. */
  'weights:save': { arg: nothing, result: type<WeightsEntry | null>() },
  'weights:saveAs': { arg: nothing, result: type<WeightsEntry | null>() },
  'weights:list': { arg: nothing, result: type<readonly WeightsEntry[]>() },
  /** A file of another program may have to be asked about first. */
  'weights:open': { arg: handle, result: type<RunState | OpenQuestion>() },
  /** The bytes of a known file, or of one that a dialog asks for: a network to look at, while the run stays. */
  'weights:bytes': { arg: v.strictObject({ handle: v.nullable(handle.entries.handle) }), result: type<NamedWeights | null>() },
  /** Removes a file from the list; the file itself is kept. */
  'weights:forget': { arg: handle, result: type<readonly WeightsEntry[]>() },
  'weights:reveal': { arg: handle, result: type<null>() },
  /** As 'runs:project', of a weights file: the optimizer begins anew. */
  'weights:project': { arg: v.strictObject({ ...handle.entries, name: fileName, withData: v.boolean() }), result: type<SavedFile | null>() },
  /** Writes a network for other programs: that of a weights file, of a run at its latest step, or with null that which the views show. */
  'weights:export': { arg: v.strictObject({ of: v.union([handle, v.strictObject({ run: v.nullable(runSchema.entries.id) })]), format: v.picklist(writtenFormats) }), result: type<SavedFile | null>() },
  /** `name` without the extension */
  'weights:rename': { arg: v.strictObject({ ...handle.entries, name: fileName }), result: type<ChangedWeights>() },
  /** Copies a file beside itself. */
  'weights:duplicate': { arg: handle, result: type<ChangedWeights>() },
  /** Moves a file to the system's trash, or to the lab's own if the system has none. */
  'weights:remove': { arg: handle, result: type<RemovedWeights>() },
  /** Brings back what was removed from the list, or is in the lab's own trash, in this session. */
  'weights:restore': { arg: handle, result: type<ChangedWeights>() },

  /** `name` is the suggested file name. */
  'graph:save': { arg: v.strictObject({ document: graphSchema, name: fileName }), result: type<{ name: string } | null>() },
  /** The free playground as the learner left it; null before the first graph */
  'graph:recall': { arg: nothing, result: type<Playground | null>() },
  'graph:remember': { arg: playgroundSchema, result: type<null>() },
  /** What was being looked at and drawn when the session before ended; null before the first one */
  'desk:recall': { arg: nothing, result: type<Desk | null>() },
  'desk:remember': { arg: deskSchema, result: type<null>() },

  /** Prints the page that the window has laid out for print, and saves it as a PDF. `name` is the suggested file name. */
  'summary:pdf': { arg: v.strictObject({ name: fileName }), result: type<{ name: string } | null>() },

  /** The long part of the certificate: the trainings of lesson 24 and the check of lesson 25 */
  'certificate:state': { arg: nothing, result: type<CertificateRun>() },
  'certificate:start': { arg: nothing, result: type<CertificateRun>() },
  'certificate:stop': { arg: nothing, result: type<CertificateRun>() },

  ...browseChannels,
  ...datasetChannels,
  ...forwarded,
  ...drops,
} satisfies Requests

type Table = typeof requests
export type Channel = keyof Table
export type RequestArg<K extends Channel> = v.InferOutput<Table[K]['arg']>
export type RequestResult<K extends Channel> = Table[K]['result']
export const channels = Object.keys(requests) as readonly Channel[]
