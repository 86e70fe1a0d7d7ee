import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, format, join, parse, resolve, sep } from 'node:path'
import { type Architecture, type DatasetMark, isSameDataset, LabError, printLayers, sizeOfShape } from '@core'
import { checkWritable, fileError, isCheckpointFile, readWeightsFileHeader } from '@files'

/** The kind of file at a path for saving. An empty file counts as nothing: overwriting it loses nothing. */
type ExistingFile = 'nothing' | 'weights' | 'checkpoint' | 'other'

/** The network and the dataset of the training that is about to begin. */
export interface Trained {
  readonly architecture: Architecture
  readonly dataset: Pick<DatasetMark, 'name' | 'sha256'>
}

/**
 * Checks the path for weights before training: an unwritable path would waste an hour of it, and neither a file of another
 * program nor the weights of another network or dataset may be overwritten.
 * @throws LabError file.* that names the flag; cli.notWeights when another kind of file is there; cli.otherWeights
 */
export async function checkSavePath(path: string, { force, trained }: { readonly force: boolean, readonly trained: Trained }): Promise<void> {
  await checkFilePath(path, '--save')
  if (force) return
  const existing = await existingFileAt(path)
  if (existing === 'checkpoint' || existing === 'other') throw new LabError('cli.notWeights', `${path} exists and is not a weights file`, { flag: '--save', file: path })
  if (existing === 'weights') await checkSameNetwork(path, trained)
}

/** @throws LabError cli.otherWeights */
async function checkSameNetwork(path: string, { architecture, dataset }: Trained): Promise<void> {
  const there = await readWeightsFileHeader(path)
  const isSame = networkText(there.architecture) === networkText(architecture) && (!there.dataset || isSameDataset(there.dataset, dataset))
  if (isSame) return
  const text = (network: Architecture, name: string): string => `${printLayers(network.layers)} (${name})`
  throw new LabError('cli.otherWeights', `${path} holds the weights of another network`, {
    flag: '--save', file: path, found: text(there.architecture, there.dataset?.name ?? 'MNIST'), wanted: text(architecture, dataset.name),
  })
}

const networkText = ({ input, layers, loss }: Architecture): string => JSON.stringify([sizeOfShape(input), printLayers(layers), loss])

/**
 * Checks the path for checkpoints before training, and later before each write.
 * @param options own: whether a checkpoint that is there belongs to this training
 * @throws LabError file.* that names the flag; cli.notCheckpoint when another kind of file is there; cli.otherCheckpoint
 */
export async function checkCheckpointPath(path: string, { force, own }: { readonly force: boolean, readonly own: boolean }): Promise<void> {
  await checkFilePath(path, '--checkpoint')
  if (force) return
  const existing = await existingFileAt(path)
  if (existing === 'weights' || existing === 'other') throw new LabError('cli.notCheckpoint', `${path} exists and is not a checkpoint`, { flag: '--checkpoint', file: path })
  if (existing === 'checkpoint' && !own) throw new LabError('cli.otherCheckpoint', `${path} is a checkpoint of another training`, { flag: '--checkpoint', file: path })
}

async function checkFilePath(path: string, flag: string): Promise<void> {
  try {
    if (path.endsWith('/') || path.endsWith(sep)) throw new LabError('file.isFolder', `${path} names a folder`, { file: path, found: path })
    await checkWritable(path)
  }
  catch (cause) {
    const { code, message, details } = fileError(cause, path)
    throw new LabError(code, message, { ...details, flag })
  }
}

/** Whether two paths lead to the same file, which need not exist. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const placeOf = async (path: string): Promise<string> => await realpath(path).catch(async () => join(await realpath(dirname(path)).catch(() => resolve(dirname(path))), basename(path)))
  return await placeOf(a) === await placeOf(b)
}

export interface TrainingEnd {
  /** Training reached its last iteration. */
  readonly complete: boolean
  readonly step: number
  readonly force: boolean
}

/**
 * Chooses the path after training. Without --force an interrupted run never replaces a weights file, and no run
 * replaces another kind of file: the weights get another name in the same folder.
 * @param file as it was given
 * @param pathOf resolves a path as it was given
 */
export async function chooseSavePath(file: string, { complete, step, force }: TrainingEnd, pathOf: (file: string) => string): Promise<string> {
  const existing = force ? 'nothing' : await existingFileAt(pathOf(file))
  if (existing === 'nothing' || (existing === 'weights' && complete)) return file
  for (let count = 1; ; count++) {
    const candidate = withSuffix(file, `.step-${step}${count === 1 ? '' : `-${count}`}`)
    if (await existingFileAt(pathOf(candidate)) === 'nothing') return candidate
  }
}

/** a.safetensors → a.step-5.safetensors in the same folder, cut to the maximum length of a name */
function withSuffix(file: string, mark: string): string {
  const { root, dir, name, ext } = parse(file)
  let stem = name
  while (Buffer.byteLength(`${stem}${mark}${ext}`) > 255) stem = stem.slice(0, -1)
  return format({ root, dir, name: `${stem}${mark}`, ext })
}

async function existingFileAt(path: string): Promise<ExistingFile> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => cause.code)
  if (found === 'ENOENT') return 'nothing'
  if (typeof found === 'object' && found.isFile() && found.size === 0) return 'nothing'
  if (await isCheckpointFile(path).catch(() => false)) return 'checkpoint'
  return await readWeightsFileHeader(path).then(() => 'weights' as const, () => 'other' as const)
}
