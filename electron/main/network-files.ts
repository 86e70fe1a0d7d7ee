import { randomBytes } from 'node:crypto'
import type { NamedWeights, OpenQuestion, Pace, RunState } from '@contract'
import { choiceImages, LabError, type NetworkChoice, withChoice } from '@core'
import { isOtherNetworkFile, maxWeightsBytes, type NetworkOnDisk, readNetworkOnDisk, readWeightsBytes, readWhole, writeHashedWeights } from '@files'
import type { RunKeeper } from './run-keeper'

/** A file whose question is not answered yet. */
interface Asked {
  readonly id: string
  readonly path: string
  readonly name: string
  readonly network: NetworkOnDisk
  readonly choices: readonly NetworkChoice[]
}

type Keeper = Pick<RunKeeper, 'open' | 'choices'>

/** Opens networks from files of any format. What a file of another program leaves open is asked first. */
export class NetworkFiles {
  /** The latest one: the window shows one question at a time */
  private asked: Asked | null = null

  /** @param onOpened gets the path of a file that was opened, and the run if saving it may write that file again */
  constructor(private readonly onOpened: (path: string, runId: number | null) => Promise<void>) {}

  /** @throws LabError file.*, weights.*, and as for core's `readNetworkFile`; the run is unchanged then */
  async open(path: string, name: string, keeper: Keeper, pace: Pace): Promise<RunState | OpenQuestion> {
    const network = await readNetwork(path, name)
    if (network.open.length > 0) return await this.ask(path, name, network, keeper)
    const state = await keeper.open({ name, bytes: writeHashedWeights(network.weights) }, pace)
    // saving writes safetensors, and not into a file that another program wrote
    await this.onOpened(path, network.format === 'safetensors' && network.weights.version !== '' ? state.runId : null)
    return state
  }

  /** Opens the network of the latest question under one of its choices. @throws LabError ipc.schema when it was not asked */
  async answer({ id, choice }: { readonly id: string, readonly choice: number }, keeper: Keeper, pace: Pace): Promise<RunState> {
    const { asked } = this
    const chosen = asked?.id === id ? asked.choices[choice] : undefined
    if (!asked || !chosen) throw new LabError('ipc.schema', `no question ${id} has a choice ${choice}`, { found: id })
    const { path, name, network } = asked
    const state = await keeper.open({ name, bytes: writeHashedWeights(withChoice(network, chosen)) }, pace)
    this.asked = null
    await this.onOpened(path, null)
    return state
  }

  private async ask(path: string, name: string, network: NetworkOnDisk, keeper: Keeper): Promise<OpenQuestion> {
    const bytes = await readWhole(path, { maxBytes: maxWeightsBytes, name })
    const { choices, dataset } = await keeper.choices({ name, bytes }, { name, bytes: writeHashedWeights(network.weights) })
    const id = randomBytes(8).toString('hex')
    this.asked = { id, path, name, network, choices: choices.map(({ choice }) => choice) }
    return { id, name, open: network.open, dataset: dataset.name, images: Math.min(choiceImages, dataset.counts.train), choices }
  }
}

/** The network of a file of any format as a weights file of the lab; where something is open, under the first choice. @throws LabError as `readNetworkOnDisk` */
export async function networkBytes(path: string, name: string): Promise<NamedWeights> {
  return { name, bytes: await isOtherNetworkFile(path, name) ? writeHashedWeights((await readNetwork(path, name)).weights) : await readWeightsBytes(path, name) }
}

/** @throws LabError weights.checkpoint, and as `readNetworkOnDisk` */
export async function readNetwork(path: string, name: string): Promise<NetworkOnDisk> {
  const network = await readNetworkOnDisk(path, name)
  if (network.checkpoint) throw new LabError('weights.checkpoint', `${name} is a checkpoint`, { file: name })
  return network
}
