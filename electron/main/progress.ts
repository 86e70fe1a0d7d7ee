import { defaultProgress, type Progress, progressSchema } from '@contract'
import { JsonStore } from '@files'
import * as v from 'valibot'

const entries = v.record(v.string(), v.looseObject({}))
type Entries = v.InferOutput<typeof entries>

/** Adds fields to each entry of a table. */
const withFields = (table: Entries, added: object): Entries => Object.fromEntries(Object.entries(table).map(([id, entry]) => [id, { ...entry, ...added }]))

/** The file of the course's first edition: no cards, given answers, parts or capstone. A learner who has opened a lesson does not need the first scene. */
const firstVersion = v.pipe(
  v.strictObject({ version: v.literal(1), current: v.string(), learner: v.string(), lessons: entries, questions: entries }),
  v.transform(({ lessons, questions, ...rest }) => ({
    ...defaultProgress, ...rest, version: defaultProgress.version,
    firstScene: Object.keys(lessons).length > 0,
    lessons: withFields(lessons, { card: '' }),
    questions: withFields(questions, { given: [] }),
  })),
  progressSchema,
)

/** The learner's progress, stored in the lab's folder; a file of the first edition is read with everything in it. */
export const openProgress = (path: string): Promise<JsonStore<Progress>> =>
  JsonStore.open<Progress>(path, v.parser(v.union([progressSchema, firstVersion])), defaultProgress)
