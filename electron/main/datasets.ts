import { type DatasetImages, maxImagePixels, type NamedWeights, type RequestArg, type SharedDataset } from '@contract'
import { type Architecture, type DatasetInfo, inputSize, isSameDataset, LabError, mnist, outputOf, readWeightsHeader, sizeOfShape, unitImageAt } from '@core'
import { type DatasetStore, entryTrainedOn, type OwnDigits } from '@files'
import { collectGarbage } from './garbage'

/** A dataset that takes longer to load is announced. */
export const announceMs = 300

/** The datasets on this computer. MNIST stays in memory; an imported one is only held by the run that learns it. */
export class Datasets {
  /**
   * @param mnist resolves when it is loaded
   * @param announce gets the name of a dataset that takes long to load, then null
   */
  constructor(private readonly store: Pick<DatasetStore, 'list' | 'find' | 'load' | 'import' | 'mnistTest'>, readonly mnist: Promise<SharedDataset>, private readonly announce: (name: string | null) => void) {}

  /** Makes a dataset of own digits, as they are now: all of them are learned, and MNIST's test images test what was learned. @throws LabError dataset.nameTaken, dataset.missing, file.* */
  async ofDigits(digits: Pick<OwnDigits, 'withFiles'>, name: string): Promise<DatasetInfo> {
    const tested = await this.store.mnistTest()
    const { info } = await digits.withFiles(({ images, labels }) => this.store.import({ trainImages: { path: images, name }, trainLabels: { path: labels, name }, ...tested }, name, mnist.classes, mnist.preprocessing))
    return info
  }

  /** A run has replaced one on another dataset. @param id of the one that was left */
  left(id: string): void { if (id !== mnist.id) collectGarbage() }

  /** @throws LabError dataset.*, file.* */
  async load(id: string): Promise<SharedDataset> {
    if (id === mnist.id) return await this.mnist
    const info = await this.store.find(id)
    let announced = false
    const timer = setTimeout(() => {
      announced = true
      this.announce(info.name)
    }, announceMs)
    try { return await this.store.load(info) }
    finally {
      clearTimeout(timer)
      if (announced) this.announce(null)
    }
  }

  /**
   * Finds the dataset that a weights file was trained on, by the hashes of its files. A file that names none was trained
   * on MNIST, unless it only fits the current dataset.
   * @returns its id
   * @throws LabError weights.unknownDataset, dataset.*; FormatError safetensors.*, weights.*
   */
  async trainedOn({ name: file, bytes }: NamedWeights, current: DatasetInfo): Promise<string> {
    const header = readWeightsHeader(bytes, file)
    const { dataset: trained } = header
    if (!trained) return fits(header.architecture, current) && !fits(header.architecture, mnist) ? current.id : mnist.id
    if (isSameDataset(trained, current)) return current.id
    return entryTrainedOn(await this.store.list(), trained, file).id
  }
}

/** Whether a network reads images of this size, and has an output for each class. */
export const fits = (architecture: Architecture, { shape, classes }: DatasetInfo): boolean =>
  sizeOfShape(architecture.input) === inputSize({ shape }) && sizeOfShape(outputOf(architecture)) === classes.length
export const otherNetwork = (architecture: Architecture, { name, shape, classes }: DatasetInfo): LabError => {
  const [wanted, found] = [[sizeOfShape(architecture.input), sizeOfShape(outputOf(architecture))], [inputSize({ shape }), classes.length]].map(ends => ends.join(' … '))
  return new LabError('dataset.otherNetwork', `${name} has ${found}, the network ${wanted}`, { name, wanted: wanted!, found: found! })
}

/** @throws LabError ipc.schema when there are not so many images, or when these are too large for one reply */
export function imagesOf(dataset: SharedDataset, { split, first, count }: Omit<RequestArg<'data:images'>, 'dataset'>): DatasetImages {
  const { count: all, labels } = dataset[split]
  if (first + count > all) throw new LabError('ipc.schema', `${split} has ${all} images, asked for numbers ${first} to ${first + count - 1}`, { found: first + count - 1 })
  const most = Math.max(100, Math.floor(maxImagePixels / inputSize(dataset.info)))
  if (count > most) throw new LabError('ipc.schema', `a reply holds at most ${most} images of this size, asked for ${count}`, { found: count })
  return { shape: dataset.info.shape, images: Array.from({ length: count }, (_, i) => ({ image: unitImageAt(dataset[split], first + i), label: labels[first + i]! })) }
}
