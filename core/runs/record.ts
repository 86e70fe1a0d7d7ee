import type { DatasetMark } from '../data/dataset'
import { type ErrorCode, FormatError } from '../errors'
import { foundText } from '../found'
import type { Recipe } from '../train/recipe'
import { excerpt } from '../typed/excerpt'
import { checksumText } from './checkpoint'
import { crc32 } from '../formats/crc32'
import { readRecipe } from './read-recipe'
import { count, list, object, parse, type Reading, same } from './reading'

/** A step that somebody wants to find again. */
export interface Bookmark { readonly step: number, readonly note: string }

/** The run and step that a run was forked from. */
export interface RunParent {
  readonly run: string
  readonly step: number
  /** What it was called then, so that it can be named when it is gone; empty: it had no name. Left out by earlier versions, as is `created` */
  readonly name?: string
  /** Milliseconds since 1970 */
  readonly created?: number
}

/** The parent of a run that is forked from another one. */
export const parentOf = ({ id, name, created }: Pick<RunRecord, 'id' | 'name' | 'created'>, step: number): RunParent => ({ run: id, step, name, created })

/** A run as it is kept: what it is called, and everything that determines it, without its initial tensors, which its first checkpoint has. */
export interface RunRecord extends Pick<Recipe, 'config' | 'events'> {
  /** 32 hexadecimal digits, random */
  readonly id: string
  readonly name: string
  readonly note: string
  /** Never removed to make room */
  readonly pinned: boolean
  /** Milliseconds since 1970 */
  readonly created: number
  readonly parent: RunParent | null
  readonly bookmarks: readonly Bookmark[]
  /** Step of its initial weights: 0, or that of a file */
  readonly firstStep: number
  /** Whether the seed draws its initial weights */
  readonly fromSeed: boolean
  readonly dataset: DatasetMark
  /** Names of the classes */
  readonly classes: readonly string[]
  /** Kernel module that computed it */
  readonly backend: string
  /** Version of the lab that wrote it */
  readonly version: string
}

const recordKind = 'backprop-lab-run'
const recordVersion = 1
export const runLimits = { name: 80, note: 2000, bookmarks: 1000 } as const

const idPattern = /^[0-9a-f]{32}$/
export const isRunId = (value: unknown): value is string => typeof value === 'string' && idPattern.test(value)

/** Writes a record as JSON, with a checksum of its text. */
export function writeRunRecord({ id, name, note, pinned, created, parent, bookmarks, firstStep, fromSeed, dataset, classes, backend, version, config, events }: RunRecord): string {
  const recipe = { config, events, dataset, classes, first: fromSeed ? null : { step: firstStep }, goal: null }
  const text = (checksum: string): string => JSON.stringify({ kind: recordKind, formatVersion: recordVersion, crc32: checksum, version, id, name, note, pinned, created, parent, bookmarks, backend, recipe }, null, 1)
  return text(checksumOf(text(unset)))
}

const unset = checksumText(0)
const checksumOf = (text: string): string => checksumText(crc32(new TextEncoder().encode(text)))

/**
 * Reads a record. Nothing in it is trusted.
 * @param file its name, for the message
 * @throws FormatError run.*
 */
export function readRunRecord(text: string, file: string): RunRecord {
  const fail = (code: ErrorCode, wanted: string, found: unknown): FormatError => new FormatError(code, `${file}: wanted ${wanted}, found ${foundText(found)}`, { file, wanted, found: excerpt(foundText(found)) || '–' })
  const given = parse(text)
  const { kind, formatVersion, crc32: checksum, version: by } = typeof given === 'object' && given !== null ? given as Readonly<Record<string, unknown>> : {}
  if (kind !== recordKind) throw fail('run.foreign', recordKind, kind ?? text.slice(0, 100))
  if (formatVersion !== recordVersion) throw fail('run.version', String(recordVersion), formatVersion)
  const version = typeof by === 'string' ? by : ''
  const reading: Reading = {
    file, version, registry: undefined,
    invalid: (field, wanted, found) => new FormatError('run.content', `${file}: ${field}: wanted ${wanted}, found ${foundText(found)}`, { file, field: excerpt(field), wanted, found: excerpt(foundText(found)) }),
    unknown: field => new FormatError('run.unknown', `${file}: unknown ${field}, written by version ${version}`, { file, found: excerpt(field), version: excerpt(version) || '–' }),
    unusable: cause => new FormatError('run.recipe', `${file}: ${cause.message}`, { file, version: excerpt(version) || '–' }, { cause }),
  }
  const sum = checksumOf(text.replace(`"crc32": ${JSON.stringify(checksum)}`, `"crc32": "${unset}"`))
  if (checksum !== sum) throw reading.invalid('crc32', sum, checksum)
  const record = fieldsOf(object(given, 'run', reading), reading)
  same(given, { kind, formatVersion, crc32: checksum, version, ...record.texts }, 'run', reading)
  return { ...record.record, version }
}

function fieldsOf(run: Readonly<Record<string, unknown>>, reading: Reading): { readonly record: Omit<RunRecord, 'version'>, readonly texts: object } {
  const text = (key: string, max = Infinity): string => {
    const value = run[key]
    if (typeof value === 'string' && value.length <= max) return value
    throw reading.invalid(key, max === Infinity ? '"…"' : `"…", ≤ ${max}`, value)
  }
  const id = text('id')
  if (!isRunId(id)) throw reading.invalid('id', idPattern.source, id)
  const [name, note, backend] = [text('name', runLimits.name), text('note', runLimits.note), text('backend')]
  const { pinned, created } = run
  if (typeof pinned !== 'boolean') throw reading.invalid('pinned', 'true, false', pinned)
  if (!Number.isSafeInteger(created)) throw reading.invalid('created', '0, 1, …', created)
  const parent = run['parent'] === null ? null : readParent(object(run['parent'], 'parent', reading), reading)
  const bookmarks = list(run['bookmarks'], 'bookmarks', reading).map((value, i) => readBookmark(object(value, `bookmarks[${i}]`, reading), `bookmarks[${i}]`, reading))
  if (bookmarks.length > runLimits.bookmarks) throw reading.invalid('bookmarks', `≤ ${runLimits.bookmarks}`, bookmarks.length)
  const recipe = object(run['recipe'], 'recipe', reading)
  const { config, events, dataset, classes, firstStep } = readRecipe(recipe, reading)
  const named = { id, name, note, pinned, created: created as number, parent, bookmarks, backend }
  return { record: { ...named, config, events, dataset, classes, firstStep: firstStep ?? 0, fromSeed: firstStep === null }, texts: { ...named, recipe } }
}

function readParent(parent: Readonly<Record<string, unknown>>, reading: Reading): RunParent {
  const { run, name, created } = parent
  if (!isRunId(run)) throw reading.invalid('parent.run', idPattern.source, run)
  if (name !== undefined && (typeof name !== 'string' || name.length > runLimits.name)) throw reading.invalid('parent.name', `"…", ≤ ${runLimits.name}`, name)
  if (created !== undefined && !Number.isSafeInteger(created)) throw reading.invalid('parent.created', '0, 1, …', created)
  return { run, step: count(parent['step'], 'parent.step', reading), ...name !== undefined && { name }, ...created !== undefined && { created: created as number } }
}

function readBookmark({ step, note }: Readonly<Record<string, unknown>>, field: string, reading: Reading): Bookmark {
  if (typeof note !== 'string' || note.length > runLimits.note) throw reading.invalid(`${field}.note`, `"…", ≤ ${runLimits.note}`, note)
  return { step: count(step, `${field}.step`, reading), note }
}
