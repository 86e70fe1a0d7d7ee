import { stat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LabError } from '@core'
import { fileError } from '../../file-errors'
import type { FoundImages, Reading } from './found'
import { type FolderChoices, readFolder } from './folder'
import { idxStart, type ImportFile, readIdxFiles, rolesOf } from './idx'
import { readNpzFiles } from './npz'

export type { FolderChoices } from './folder'
export type { FoundImages, PictureCount, Reading, SourceKind } from './found'

/** Nothing is known about the pictures yet. */
export const usualChoices: FolderChoices = { size: null, isDark: null }
/** More files than a dataset has: a person who chooses all pictures of a folder means the folder. */
export const maxSourceFiles = 16

/**
 * Reads images from what a person chose: a folder, or files. Nothing is written.
 * @throws LabError dataset.*, file.*; FormatError idx.*
 */
export async function readSource(given: readonly ImportFile[], choices: FolderChoices = usualChoices, reading: Reading = {}): Promise<FoundImages> {
  const [first] = given
  if (!first || given.length > maxSourceFiles) throw new LabError('dataset.files', `${given.length} files`, { images: given.length, labels: 0 })
  const isFolder = await stat(first.path).then(found => found.isDirectory(), (cause: unknown) => { throw fileError(cause, first.name) })
  if (!isFolder) return given.every(isNpz) ? await readNpzFiles(given, reading) : await readIdxFiles(await rolesOf(given), reading)
  const inside = await idxFilesIn(first)
  return inside ? await readIdxFiles(await rolesOf(inside), reading) : await readFolder(first.path, choices, reading)
}

const isNpz = ({ name }: ImportFile): boolean => /\.npz$/i.test(name)

/** The IDX files of a folder that holds a dataset's files instead of pictures; null for any other folder. */
async function idxFilesIn({ path }: ImportFile): Promise<readonly ImportFile[] | null> {
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => { throw fileError(cause, basename(path)) })
  const files = entries.filter(entry => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => ({ path: join(path, name), name }))
  if (files.length < 2 || files.length > maxSourceFiles) return null
  const starts = await Promise.all(files.map(file => idxStart(file).catch(() => null)))
  const found = starts.filter(start => start !== null)
  return found.length >= 2 ? found : null
}
