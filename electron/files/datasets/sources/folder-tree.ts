import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { datasetLimits, LabError, pictureKind, type PictureSize, pictureSize } from '@core'
import { fileError } from '../../file-errors'
import { readBytes, withFile } from '../../read'
import { checkGoesOn } from './found'

/** A picture of a class. */
export interface PictureFile {
  readonly path: string
  /** Its path inside the folder, for messages */
  readonly name: string
  /** As its header says; null where it cannot be read */
  readonly size: PictureSize | null
}

/** The pictures of a folder by class. */
export interface ClassFolders {
  /** Names in their natural order: 2 before 10 */
  readonly classes: readonly string[]
  /** One list per class */
  readonly train: readonly (readonly PictureFile[])[]
  /** Null without a folder of test images */
  readonly test: readonly (readonly PictureFile[])[] | null
  /** Files that are no PNG, and hidden ones */
  readonly others: readonly string[]
  /** Folders of classes without a picture */
  readonly empty: readonly string[]
}

const splits = { train: /^train(?:ing)?$/i, test: /^test(?:ing)?$/i } as const
/** Of systems and archives */
const isHidden = (name: string): boolean => name.startsWith('.') || /^(?:thumbs\.db|desktop\.ini|__macosx)$/i.test(name)
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' })
const inOrder = (a: string, b: string): number => natural.compare(a, b) || (a < b ? -1 : 1)

/**
 * Finds the pictures in a folder with a sub-folder for each class, or with such sub-folders below `train` and `test`. A folder that
 * contains one folder and nothing else, as archives do, stands for that folder.
 * @throws LabError dataset.noClasses, dataset.tooManyClasses, file.*
 */
export async function readClassFolders(path: string, signal?: AbortSignal): Promise<ClassFolders> {
  const others: string[] = []
  const empty: string[] = []
  const top = await listing(path, '')
  const folders = top.folders.filter(folder => !isHidden(folder.name))
  const [only] = folders
  if (folders.length === 1 && only && top.files.every(({ name }) => isHidden(name)) && await hasFolders(only.path)) return readClassFolders(only.path, signal)

  const ofSplit = (split: RegExp) => folders.find(({ name }) => split.test(name))
  const [train, test] = [ofSplit(splits.train), ofSplit(splits.test)]
  const isSplit = train !== undefined && folders.every(folder => folder === train || folder === test) && await hasFolders(train.path)
  const classesIn = async (folder: { readonly path: string, readonly name: string } | null): Promise<ReadonlyMap<string, readonly PictureFile[]>> => {
    const { folders, files } = folder ? await listing(folder.path, `${folder.name}/`) : top
    others.push(...files.map(({ name }) => name), ...folders.filter(({ own }) => isHidden(own)).map(({ name }) => `${name}/`))
    const found = new Map<string, readonly PictureFile[]>()
    for (const { path, own, name } of folders.filter(({ own }) => !isHidden(own))) {
      const { folders, files } = await listing(path, `${name}/`)
      others.push(...folders.map(({ name }) => `${name}/`))
      const pictures: PictureFile[] = []
      for (const file of files) {
        checkGoesOn(signal)
        const size = isHidden(file.own) ? undefined : await pngSize(file)
        if (size === undefined) others.push(file.name)
        else pictures.push({ path: file.path, name: file.name, size })
      }
      if (pictures.length > 0) found.set(own, pictures)
      else empty.push(name)
    }
    return found
  }
  const trained = await classesIn(isSplit ? train : null)
  if (isSplit) others.push(...top.files.map(({ name }) => name))
  const tested = isSplit && test ? await classesIn(test) : null
  const classes = [...new Set([...trained.keys(), ...tested?.keys() ?? []])].sort(inOrder)
  if (trained.size === 0) throw new LabError('dataset.noClasses', `${path}: no sub-folder with pictures`, { file: basename(path), found: others.length })
  if (classes.length > datasetLimits.classes) throw new LabError('dataset.tooManyClasses', `${path}: ${classes.length} classes`, { file: basename(path), found: classes.length, max: datasetLimits.classes })
  const lists = (found: ReadonlyMap<string, readonly PictureFile[]>) => classes.map(name => found.get(name) ?? [])
  return { classes, train: lists(trained), test: tested && tested.size > 0 ? lists(tested) : null, others, empty }
}

interface Listed extends Pick<PictureFile, 'path' | 'name'> { /** Without the folders above it */ readonly own: string }

/** What a folder contains, in natural order; links are followed. */
async function listing(path: string, prefix: string): Promise<{ readonly folders: readonly Listed[], readonly files: readonly Listed[] }> {
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => { throw fileError(cause, prefix === '' ? basename(path) : prefix) })
  const folders: Listed[] = []
  const files: Listed[] = []
  for (const entry of entries.sort((a, b) => inOrder(a.name, b.name))) {
    const listed = { path: join(path, entry.name), name: `${prefix}${entry.name}`, own: entry.name };
    (await isFolder(entry, listed.path) ? folders : files).push(listed)
  }
  return { folders, files }
}

const isFolder = async (entry: Dirent, path: string): Promise<boolean> =>
  entry.isDirectory() || (entry.isSymbolicLink() && await stat(path).then(found => found.isDirectory(), () => false))

const hasFolders = async (path: string): Promise<boolean> => (await listing(path, '').catch(() => ({ folders: [] }))).folders.some(({ own }) => !isHidden(own))

/** Enough for a PNG's header */
const startBytes = 64

/**
 * The size of a PNG, which its first bytes tell apart from other files, since names lie.
 * @returns undefined for another file; null for a file that is damaged or cannot be read, and is a PNG by its name: its reader then says what is wrong
 */
async function pngSize({ path, name }: Listed): Promise<PictureSize | null | undefined> {
  const isNamed = /\.png$/i.test(name)
  const start = await withFile(path, { maxBytes: Infinity, name }, (file, size) => readBytes(file, Math.min(size, startBytes))).catch(() => new Uint8Array(0))
  if (pictureKind(start) !== 'PNG') return isNamed ? null : undefined
  const size = pictureSize(start, 'PNG')
  return size && size.width > 0 && size.height > 0 ? size : null
}
