import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beginsAsRunFile, checkLocalHeader, checkpointEntry, crc32, directoryOf, directoryPlace, FormatError, headerBytesOf, isStateOf, LabError, localHeader, ownError, readCheckpoint, readDirectory, readRunRecord, readSeries, runFileLimits, runFileNames, type ZipEntry, type RunRecord, seriesStart, stepOfEntry, writeRunRecord } from '@core'
import { atomicWriteBy, syncedFolder } from '../atomic'
import { maxCheckpointBytes } from '../checkpoints'
import { fileError } from '../file-errors'
import { readWhole, withFile } from '../read'
import { filesOf, type RunFiles, sizeOf } from './folder'
import { readRun } from './read-run'

/**
 * Writes a run as one file. Damaged checkpoints and what is torn at the end of its curves are left out.
 * @param folder of the run, which may be written meanwhile
 * @throws LabError run.*, file.*; labrun.tooLarge
 */
export async function exportRun(folder: string, path: string): Promise<void> {
  const { record, problem, checkpoints } = await readRun(folder)
  const files = filesOf(folder)
  const text = problem?.details['file'] === files.record ? writeRunRecord(record) : await readWhole(files.record, { maxBytes: runFileLimits.record })
  const series = await soundSeries(files)
  await atomicWriteBy(path, async (file) => {
    const entries: ZipEntry[] = []
    let written = 0
    const add = async (name: string, bytes: Uint8Array): Promise<void> => {
      const entry = { name, size: bytes.length, crc32: crc32(bytes) }
      const header = localHeader(entry)
      written += header.length + bytes.length
      if (written > runFileLimits.bytes - 2 ** 24 || entries.length >= runFileLimits.entries) throw new LabError('labrun.tooLarge', `${path}: ${written} bytes`, { file: path })
      await file.writeFile(header)
      await file.writeFile(bytes)
      entries.push(entry)
    }
    await add(runFileNames.record, typeof text === 'string' ? new TextEncoder().encode(text) : text)
    await add(runFileNames.series, series)
    for (const { step } of checkpoints) {
      const bytes = await soundCheckpoint(files, step, record)
      if (bytes) await add(checkpointEntry(step), bytes)
    }
    if (entries.length === 2) throw new LabError('run.noCheckpoint', `${folder}: no sound checkpoint`, { file: record.name || record.id, step: record.firstStep })
    await file.writeFile(directoryOf(entries))
  })
}

async function soundSeries({ series: path }: RunFiles): Promise<Uint8Array> {
  try {
    const bytes = await readWhole(path, { maxBytes: runFileLimits.series })
    return bytes.subarray(0, readSeries(bytes, path).length)
  }
  catch (cause) {
    ownError(cause)
    return seriesStart() // its curves are lost; the weights are not
  }
}

/** @returns null for one that is damaged, of another run, or was thinned out meanwhile */
async function soundCheckpoint({ checkpoint: pathOf }: RunFiles, step: number, record: RunRecord): Promise<Uint8Array | null> {
  try {
    const bytes = await readWhole(pathOf(step), { maxBytes: maxCheckpointBytes })
    const checkpoint = readCheckpoint(bytes, pathOf(step))
    return checkpoint.snapshot.position.step === step && isStateOf(record, checkpoint) ? bytes : null
  }
  catch (cause) {
    ownError(cause)
    return null
  }
}

/** A run that was read from a file. */
export interface ImportedRun {
  readonly id: string
  /** Whether the same run, byte for byte, was there already */
  readonly known: boolean
}

/** Folders of imports that were ended by a crash begin so. */
const unfinished = /^import-[0-9a-f]{12}$/

/**
 * Adds the run of a file to the runs of a folder. Nothing in the file is trusted, and nothing is written before all of it was
 * checked. The run keeps its id, unless another run has it.
 * @param name of the file, for messages
 * @throws LabError labrun.*, run.*, series.*, checkpoint.*, file.*; nothing is added then
 */
export function importRun(path: string, runs: string, name = path): Promise<ImportedRun> {
  return withFile(path, { maxBytes: runFileLimits.bytes, name }, async (file, size) => {
    const entries = await entriesOf(file, size, name)
    const { record, digest } = await checkContents(file, entries, name)
    const { id, known } = await placeFor(record.id, { runs, entries, digest })
    if (known) return { id, known }
    await mkdir(runs, { recursive: true })
    for (const left of (await readdir(runs)).filter(name => unfinished.test(name))) await rm(join(runs, left), { recursive: true, force: true })
    const folder = join(runs, `import-${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(filesOf(folder).checkpoints, { recursive: true })
      await eachEntry(file, entries, name, (entry, bytes) => writeSynced(join(folder, ...entry.name.split('/')), bytes))
      await syncedFolder(folder)
      await rename(folder, join(runs, id))
      return { id, known }
    }
    catch (cause) { throw fileError(cause, name) }
    finally { await rm(folder, { recursive: true, force: true }).catch(() => undefined) } // the next import tries again
  })
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  }
  finally { await file.close() }
}

async function entriesOf(file: FileHandle, size: number, name: string): Promise<readonly ZipEntry[]> {
  if (!beginsAsRunFile(await bytesAt(file, 0, Math.min(4, size)))) throw new FormatError('labrun.foreign', `${name} is no run`, { file: name })
  const endBytes = Math.min(22, size)
  const { offset, bytes } = directoryPlace(await bytesAt(file, size - endBytes, endBytes), size, name)
  return readDirectory(await bytesAt(file, offset, bytes), offset, name)
}

async function bytesAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, offset + read)
    if (bytesRead === 0) return bytes.slice(0, read) // it was truncated meanwhile: its checksum says so
    read += bytesRead
  }
  return bytes
}

/** Reads all entries in their order. @throws FormatError labrun.damaged */
async function eachEntry(file: FileHandle, entries: readonly ZipEntry[], name: string, take: (entry: ZipEntry, bytes: Uint8Array) => void | Promise<void>): Promise<void> {
  let at = 0
  for (const entry of entries) {
    const header = headerBytesOf(entry)
    checkLocalHeader(await bytesAt(file, at, header), entry, name)
    const bytes = await bytesAt(file, at + header, entry.size)
    if (bytes.length !== entry.size || crc32(bytes) !== entry.crc32) throw new FormatError('labrun.damaged', `${name}: ${entry.name}`, { file: name, name: entry.name })
    await take(entry, bytes)
    at += header + entry.size
  }
}

/** @returns the record, and the sha256 of names and contents @throws LabError naming the part that is damaged or belongs to another run */
async function checkContents(file: FileHandle, entries: readonly ZipEntry[], name: string): Promise<{ readonly record: RunRecord, readonly digest: string }> {
  const record = await recordIn(file, entries, name)
  const hash = createHash('sha256')
  await eachEntry(file, entries, name, ({ name: part, size }, bytes) => {
    const [within, step] = [`${name}: ${part}`, stepOfEntry(part)]
    hash.update(`${part}\n${size}\n`).update(bytes)
    if (part === runFileNames.series && readSeries(bytes, within).length !== bytes.length) throw new FormatError('labrun.damaged', within, { file: name, name: part })
    if (step === null) return
    const checkpoint = readCheckpoint(bytes, within)
    if (checkpoint.snapshot.position.step !== step || !isStateOf(record, checkpoint)) throw new FormatError('labrun.otherRun', within, { file: name, name: part })
  })
  return { record, digest: hash.digest('hex') }
}

/** The record, wherever it lies. @throws LabError run.*, labrun.damaged */
async function recordIn(file: FileHandle, entries: readonly ZipEntry[], name: string): Promise<RunRecord> {
  const i = entries.findIndex(({ name }) => name === runFileNames.record)
  const { size, crc32: wanted } = entries[i]!
  const begin = entries.slice(0, i).reduce((at, entry) => at + headerBytesOf(entry) + entry.size, headerBytesOf(entries[i]!))
  const bytes = await bytesAt(file, begin, size)
  if (crc32(bytes) !== wanted) throw new FormatError('labrun.damaged', `${name}: ${runFileNames.record}`, { file: name, name: runFileNames.record })
  return readRunRecord(new TextDecoder().decode(bytes), `${name}: ${runFileNames.record}`)
}

/** Its own id; where another run has that, one that follows from the contents, so that the same file is added once. */
async function placeFor(own: string, { runs, entries, digest }: { readonly runs: string, readonly entries: readonly ZipEntry[], readonly digest: string }): Promise<ImportedRun> {
  for (let n = 0; ; n++) {
    const id = n === 0 ? own : createHash('sha256').update(`${digest} ${n}`).digest('hex').slice(0, 32)
    const isTaken = await stat(join(runs, id)).then(() => true, () => false)
    if (!isTaken) return { id, known: false }
    if (await hasSameFiles(filesOf(join(runs, id)), entries)) return { id, known: true }
  }
}

async function hasSameFiles(files: RunFiles, entries: readonly ZipEntry[]): Promise<boolean> {
  const kept = (await readdir(files.checkpoints).catch(() => [])).filter(name => stepOfEntry(`checkpoints/${name}`) !== null)
  if (kept.length !== entries.length - 2) return false
  for (const { name, size, crc32: wanted } of entries) {
    const path = join(files.folder, ...name.split('/'))
    if (await sizeOf(path) !== size) return false
    const bytes = await readWhole(path, { maxBytes: size }).catch(() => null)
    if (!bytes || crc32(bytes) !== wanted) return false
  }
  return true
}
