import { basename } from 'node:path'
import { defaultProgress, type Progress, progressSchema } from '@contract'
import { type ErrorCode, excerpt, LabError } from '@core'
import { JsonStore, readWhole } from '@files'
import * as v from 'valibot'

const entries = v.record(v.string(), v.looseObject({}))
type Entries = v.InferOutput<typeof entries>

/** Adds fields to each entry of a table. */
const withFields = (table: Entries, added: object): Entries => Object.fromEntries(Object.entries(table).map(([id, entry]) => [id, { ...entry, ...added }]))

const { version, seed, parts } = defaultProgress
const added = { version, seed, parts, capstone: null as v.InferInput<typeof progressSchema>['capstone'] }

/** The file of the course's first edition: no cards, given answers, parts or capstone. A learner who has opened a lesson does not need the first scene. */
const firstVersion = v.pipe(
  v.strictObject({ version: v.literal(1), current: v.string(), learner: v.string(), lessons: entries, questions: entries }),
  v.transform(({ lessons, questions, ...rest }) => ({
    ...rest, ...added,
    firstScene: Object.keys(lessons).length > 0,
    lessons: withFields(lessons, { card: '' }),
    questions: withFields(questions, { given: [] }),
  })),
  progressSchema,
)

const eitherVersion = v.union([progressSchema, firstVersion])

/** The learner's progress, stored in the lab's folder; a file of the first edition is read with everything in it. */
export const openProgress = (path: string): Promise<JsonStore<Progress>> =>
  JsonStore.open<Progress>(path, v.parser(eitherVersion), defaultProgress)

/** Above the size of a progress in which everything is answered */
const maxBytes = 2 ** 20

/** As in the lab's folder. */
export const writtenProgress = (progress: Progress): string => `${JSON.stringify(progress, null, 2)}\n`

/** Reads a file that was saved with the progress, or copied from the lab's folder. @throws LabError file.*, progressFile.foreign, progressFile.version, progressFile.content */
export async function readProgressFile(path: string): Promise<Progress> {
  const file = basename(path)
  const fail = (code: ErrorCode, wanted: string, found: string): LabError => new LabError(code, `${file}: wanted ${wanted}, found ${found}`, { file, wanted, found })
  const text = new TextDecoder().decode(await readWhole(path, { maxBytes, name: file }))
  let value: unknown
  try { value = JSON.parse(text) }
  catch { throw fail('progressFile.foreign', '{ "version": … }', excerpt(text.trim()) || '–') }
  const start = v.safeParse(v.looseObject({ version: v.number(), questions: v.looseObject({}) }), value)
  if (!start.success) throw fail('progressFile.foreign', '{ "version": …, "questions": … }', excerpt(text.trim()) || '–')
  const { version } = start.output
  if (version > defaultProgress.version) throw fail('progressFile.version', String(defaultProgress.version), String(version))
  const { success, output, issues } = v.safeParse(version === 1 ? firstVersion : progressSchema, value)
  if (!success) throw fail('progressFile.content', issues[0].expected ?? '–', `${v.getDotPath(issues[0]) ?? ''} ${excerpt(issues[0].received)}`.trim())
  return output
}
