import { stat } from 'node:fs/promises'
import { format, parse, sep } from 'node:path'
import { LabError } from '@core'
import { checkWritable, fileError, readWeightsFileHeader } from '@files'

/** What is at the path for saving. An empty file counts as nothing: overwriting it loses nothing. */
type ExistingFile = 'nothing' | 'weights' | 'other'

/**
 * Checks the path before training: an unwritable path would waste an hour of it, and a file of another program must not be overwritten.
 * @throws LabError file.* that names the flag; cli.notWeights when another kind of file is there
 */
export async function checkSavePath(path: string, { force }: { force: boolean }): Promise<void> {
  try {
    if (path.endsWith('/') || path.endsWith(sep)) throw new LabError('file.isFolder', `${path} names a folder`, { file: path, found: path })
    await checkWritable(path)
  }
  catch (cause) {
    const { code, message, details } = fileError(cause, path)
    throw new LabError(code, message, { ...details, flag: '--save' })
  }
  if (!force && await existingFileAt(path) === 'other') throw new LabError('cli.notWeights', `${path} exists and is not a weights file`, { flag: '--save', file: path })
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
  return await readWeightsFileHeader(path).then(() => 'weights' as const, () => 'other' as const)
}
