import { stat } from 'node:fs/promises'
import { format, parse, sep } from 'node:path'
import { LabError } from '@core'
import { checkWritable, fileError, readWeightsFacts } from '@files'

/** What stands where weights are to be saved. An empty file is as good as none: nothing is lost with it. */
type There = 'nothing' | 'weights' | 'other'

/**
 * An hour of training for a place that takes no file would be a pity, and so would another program's file.
 * @throws LabError file.* that names the flag; cli.notWeights when a file is there that is no weights file
 */
export async function checkPlace(path: string, { force }: { force: boolean }): Promise<void> {
  try {
    if (path.endsWith('/') || path.endsWith(sep)) throw new LabError('file.isFolder', `${path} names a folder`, { file: path, found: path })
    await checkWritable(path)
  }
  catch (cause) {
    const { code, message, details } = fileError(cause, path)
    throw new LabError(code, message, { ...details, flag: '--save' })
  }
  if (!force && await thereAt(path) === 'other') throw new LabError('cli.notWeights', `${path} is there and is no weights file`, { flag: '--save', file: path })
}

export interface Ending {
  /** Training came to its last iteration. */
  readonly complete: boolean
  readonly step: number
  readonly force: boolean
}

/**
 * Where the weights go in the end: what is worth more than they are, or nobody asked about, stays, and they go beside it.
 * @param file as it was given
 * @param pathOf where the system finds a file that is given so
 */
export async function placeFor(file: string, { complete, step, force }: Ending, pathOf: (file: string) => string): Promise<string> {
  const there = force ? 'nothing' : await thereAt(pathOf(file))
  if (there === 'nothing' || (there === 'weights' && complete)) return file
  for (let count = 1; ; count++) {
    const beside = besideOf(file, `.step-${step}${count === 1 ? '' : `-${count}`}`)
    if (await thereAt(pathOf(beside)) === 'nothing') return beside
  }
}

/** a.safetensors → a.step-5.safetensors, in the same folder, no longer than names can be */
function besideOf(file: string, mark: string): string {
  const { root, dir, name, ext } = parse(file)
  let stem = name
  while (Buffer.byteLength(`${stem}${mark}${ext}`) > 255) stem = stem.slice(0, -1)
  return format({ root, dir, name: `${stem}${mark}`, ext })
}

async function thereAt(path: string): Promise<There> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => cause.code)
  if (found === 'ENOENT') return 'nothing'
  if (typeof found === 'object' && found.isFile() && found.size === 0) return 'nothing'
  return await readWeightsFacts(path).then(() => 'weights' as const, () => 'other' as const)
}
