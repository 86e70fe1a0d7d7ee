import { stat } from 'node:fs/promises'
import { beginsAsIdx, beginsAsRunFile, fileKind, fileStart, isRecipe, LabError, runFileNames } from '@core'
import { isOtherNetwork } from './checkpoints'
import { readBytes, withFile } from './read'

/** Kinds of files that the user opens. */
export type OpenedKind = 'weights' | 'run' | 'graph' | 'recipe' | 'dataset'

/** Any file is looked at, however large: only its first bytes are read. */
const anySize = { maxBytes: Infinity }
/** Holds the names at the beginning of every kind */
const startBytes = 4096
const endings: readonly (readonly [ending: string, kind: OpenedKind])[] = [['.safetensors', 'weights'], ['.npz', 'weights'], ['.pkl', 'weights'], ['.labrun', 'run'], ['.json', 'graph']]

/**
 * Tells by its first bytes what a file is. Its name decides only where they do not: then the reader of that kind says what is wrong.
 * @throws LabError file.*; file.unknown for a file that is of no kind by its content nor by its name
 */
export async function openedKind(path: string, name = path): Promise<OpenedKind> {
  const isFolder = await stat(path).then(found => found.isDirectory(), () => false) // the reader says why a path cannot be looked at
  return isFolder ? 'dataset' : await fileKindOf(path, name)
}

const fileKindOf = (path: string, name: string): Promise<OpenedKind> => withFile(path, { ...anySize, name }, async (file, size) => {
  const start = await readBytes(file, Math.min(size, startBytes))
  const kind = kindOf(start) ?? endings.find(([ending]) => name.toLowerCase().endsWith(ending))?.[1]
  if (kind) return kind
  const found = fileKind(start)
  // the reader of weights says how a file of PyTorch's is converted
  if (found?.startsWith('PyTorch') || isOtherNetwork(found)) return 'weights'
  throw new LabError('file.unknown', `${name}: of no kind that is opened`, { file: name, wanted: endings.map(([ending]) => ending).join(', '), found: found ?? fileStart(start) })
})

/** Whether the first array of an archive of NumPy is a tensor of a network, by its name; images and labels have other names. */
const isArchiveOfNetwork = (text: string): boolean => /^(?:[wb]\d*|.*(?:weight|bias|gamma|beta|running_|metadata).*)\.npy/i.test(text.slice(30, 286).split('\x93NUMPY')[0]!)

function kindOf(start: Uint8Array): OpenedKind | null {
  if (beginsAsIdx(start) || fileKind(start) === 'gzip') return 'dataset'
  const text = new TextDecoder('latin1').decode(start)
  if (fileKind(start) === 'NumPy (.npz)') return isArchiveOfNetwork(text) ? 'weights' : 'dataset'
  // A safetensors file starts with an 8-byte header length whose high bytes are 0; text contains no zero bytes.
  if (start.length > 8 && start[7] === 0 && text[8] === '{') return 'weights'
  if (beginsAsRunFile(start) && text.startsWith(runFileNames.record, 30)) return 'run'
  if (/^(?:ï»¿)?\s*\{/.test(text) && !text.includes('\0')) return isRecipe(text) ? 'recipe' : 'graph'
  return null
}
