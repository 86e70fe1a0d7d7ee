import { type Architecture, readCheckpoint, sizesOf, type WeightsFile, weightsOfCheckpoint } from '@core'
import { type ProjectOptions, runOf } from './project'

/** A network for other programs. */
export interface ExportedNetwork {
  /** Suggested name of the file, without its ending */
  readonly name: string
  readonly weights: WeightsFile
}

/** @param step mini-batches learned */
export const nameOfNetwork = (architecture: Pick<Architecture, 'input' | 'layers'>, step: number): string => `${sizesOf(architecture).join('-')} step ${step}`

/** The network of a run at its latest step, which is learned again if its state is not kept. @throws LabError as `projectFiles` */
export async function networkOfRun(id: string, options: Pick<ProjectOptions, 'runs' | 'recorder' | 'past' | 'load'>): Promise<ExportedNetwork> {
  const run = await runOf(id, options)
  const { checkpoint: { snapshot, ...rest }, step, name } = run
  const checkpoint = snapshot?.position.step === step
    ? { ...rest, snapshot }
    : readCheckpoint((await options.past.continued(run, await options.load(rest.config.dataset))).bytes, name)
  const weights = weightsOfCheckpoint(checkpoint)
  return { name: name === id ? nameOfNetwork(weights.architecture, step) : name, weights }
}
