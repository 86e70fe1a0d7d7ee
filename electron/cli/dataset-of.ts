import { checkWeightsFit, type DatasetInfo, mnist, type WeightsFile } from '@core'
import { entryTrainedOn } from '@files'
import type { CommandEnvironment } from './command'
import type { Arguments } from './flags'
import { datasetOfFlags } from './values'

/**
 * The dataset of `--dataset`, which may be another one of the same sizes; left out: the one that the network has learned.
 * @throws LabError dataset.*, weights.dataset, weights.unknownDataset
 */
export async function datasetOf(args: Arguments, weights: WeightsFile, file: string, environment: CommandEnvironment): Promise<DatasetInfo> {
  const { dataset: trained, architecture } = weights
  if (args.flags.has('dataset')) {
    const info = await datasetOfFlags(args, environment)
    checkWeightsFit({ architecture }, info, file)
    return info
  }
  const { info } = trained ? entryTrainedOn(await environment.datasets.list(), trained, file) : { info: mnist }
  checkWeightsFit(weights, info, file)
  return info
}
