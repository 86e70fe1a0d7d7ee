import type { RunConfig } from '../../config'
import type { Dataset } from '../../data/dataset'
import { architectureOn } from '../../train/fit'
import type { ExportFiles } from '../files'
import { checkFile, checkSource } from './check'
import { dataFiles } from './data-files'
import { datasetSource } from './dataset'
import { modelSource } from './model'
import type { NextLosses } from './next-losses'
import { notebookFile, type NotebookTexts } from './notebook'
import { optimizerStateFile, type OptimizerState } from './optimizer-state'
import { trainSource } from './train'

/** A training that continues in PyTorch. */
export interface PytorchSource {
  /** Its present settings */
  readonly config: RunConfig
  /** The weights file, as the lab writes it */
  readonly weights: Uint8Array
  /** Null: only weights are known, so the optimizer begins in its initial state */
  readonly state: OptimizerState | null
  readonly dataset: Dataset
  /** Indices of the training images that are set aside */
  readonly validation: Uint32Array
  readonly next: NextLosses
}

export interface ProjectTexts {
  /** README.md */
  readonly readme: string
  readonly notebook: NotebookTexts
}

const requirements = `numpy
torch>=1.13

# for notebook.ipynb
jupyter
matplotlib
`

/**
 * The files of a PyTorch project: the network and its training as short programs, its state, and its dataset.
 * @param withData whether the dataset's files are among them
 * @throws LabError export.noCode
 */
export function pytorchProject({ config, weights, state, dataset, validation, next }: PytorchSource, texts: ProjectTexts, withData = true): ExportFiles {
  const { info } = dataset
  const architecture = architectureOn(config.network, info)
  return new Map<string, string | Uint8Array>([
    ['README.md', texts.readme],
    ['requirements.txt', requirements],
    ['model.py', modelSource(architecture)],
    ['dataset.py', datasetSource(info, config.validation)],
    ['train.py', trainSource(config)],
    ['check.py', checkSource],
    ['check.json', checkFile(next)],
    ['notebook.ipynb', notebookFile(architecture, info, texts.notebook)],
    ['weights.safetensors', weights],
    ['optimizer.safetensors', optimizerStateFile(architecture, config, state)],
    ...withData ? dataFiles(dataset, validation) : [],
  ])
}
