import { basename } from 'node:path'
import type { AppInfo, Channel, DatasetInfo, RequestArg, RequestResult, RunState, Settings, SharedDataset, WeightsEntry } from '@contract'
import { checkRunConfig, LabError } from '@core'
import { atomicWrite, type JsonStore, readWeightsBytes } from '@files'
import type { LabFiles } from './lab-files'
import type { RunKeeper } from './run-keeper'
import type { WeightsLibrary } from './weights-library'

/** What the handlers work with. The parts that need Electron are given as functions. */
export interface Desk {
  readonly settings: JsonStore<Settings>
  readonly files: LabFiles
  readonly library: () => Promise<WeightsLibrary>
  /** Null until the dataset is there */
  readonly keeper: () => RunKeeper | null
  readonly dataset: () => SharedDataset | null
  readonly info: () => AppInfo
  readonly datasetInfo: () => DatasetInfo
  readonly settingsChanged: (settings: Settings) => void
  /** Asks where to save. @returns null when cancelled */
  readonly askSave: (name: string) => Promise<string | null>
  readonly askOpen: () => Promise<string | null>
  readonly reveal: (path: string) => void
}

export type Handlers = { readonly [K in Channel]: (arg: RequestArg<K>) => RequestResult<K> | Promise<RequestResult<K>> }

/** One entry per channel: a forgotten one does not compile. */
export function createHandlers(desk: Desk): Handlers {
  const { settings, files } = desk
  const pace = () => settings.value.pace
  const keeper = () => {
    const now = desk.keeper()
    if (now) return now
    const { phase, ...rest } = desk.datasetInfo()
    if (phase === 'failed' && 'error' in rest) throw new LabError(rest.error.code, rest.error.message, rest.error.details)
    throw new LabError('train.noRun', 'the dataset is still loading')
  }
  const openPath = async (path: string): Promise<RunState> => {
    const state = await keeper().open({ name: basename(path), bytes: await readWeightsBytes(path, basename(path)) }, pace())
    await (await desk.library()).remember(path)
    return state
  }

  return {
    'app:info': desk.info,
    'settings:read': () => settings.value,
    'settings:write': async (patch) => {
      const next = { ...settings.value, ...patch }
      const written = settings.set(next)
      desk.settingsChanged(next)
      await written
      return next
    },

    'run:state': () => desk.keeper()?.lost ? null : desk.keeper()?.ask('state', null) ?? null,
    'run:history': () => keeper().ask('history', null),
    'run:configure': config => keeper().configure(checkRunConfig(config), pace()),
    'run:start': ({ pace }) => keeper().ask('run', { pace }),
    'run:pause': () => keeper().ask('pause', null),
    'run:pace': ({ pace }) => keeper().ask('pace', { pace }),
    'run:step': ({ unit }) => keeper().ask('step', { unit }),
    'run:rewind': () => keeper().rewind(),
    'run:recover': ({ from }) => keeper().recover(from, pace(), async handle => await (await desk.library()).read(handle)),
    'run:recovery': () => files.recovery(),
    'run:discardRecovery': async () => { await files.discardRecovery(); return null },
    'run:lost': () => desk.keeper()?.lost ?? null,

    'probe:stats': () => keeper().ask('probe', null),
    'probe:tensor': query => keeper().ask('tensor', query),
    'draw:predict': arg => keeper().ask('predict', arg),
    'data:image': ({ split, index }) => imageOf(desk.dataset(), split, index),

    'weights:save': () => save(desk, keeper()),
    'weights:list': async () => await (await desk.library()).list(),
    'weights:open': async ({ handle }) => {
      const now = keeper()
      if (handle === null) {
        const path = await desk.askOpen()
        return path === null ? null : await openPath(path)
      }
      return await now.open(await (await desk.library()).read(handle), pace())
    },
    'weights:drop': ({ path }) => openPath(path),
    'weights:forget': async ({ handle }) => {
      const library = await desk.library()
      await library.forget(handle)
      return await library.list()
    },
    'weights:reveal': async ({ handle }) => {
      desk.reveal((await desk.library()).pathOf(handle))
      return null
    },
  }
}

async function save(desk: Desk, keeper: RunKeeper): Promise<WeightsEntry | null> {
  const state = await keeper.ask('state', null)
  if (!state) throw new LabError('train.noRun', 'there is no run to save')
  const path = await desk.askSave(`${state.config.layers.join('-')} step ${state.step}.safetensors`)
  if (path === null) return null
  const target = /\.[^./\\]+$/.test(path) ? path : `${path}.safetensors`
  await keeper.save(bytes => atomicWrite(target, bytes))
  return await (await desk.library()).remember(target)
}

function imageOf(dataset: SharedDataset | null, split: 'train' | 'test', index: number): { image: Float32Array, label: number } {
  if (!dataset) throw new LabError('train.noRun', 'the dataset is still loading')
  const { count, images, labels } = dataset[split]
  const at = index % count
  const size = dataset.rows * dataset.columns
  return { image: Float32Array.from(images.subarray(at * size, (at + 1) * size), pixel => pixel / 255), label: labels[at]! }
}
