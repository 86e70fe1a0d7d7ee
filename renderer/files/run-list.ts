import type { RunEntry, WireError } from '@contract'

/** Upper and lower case, and full and half width, are the same. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase()

/** Those that contain every word of what is searched for. @param wordsOf everything that is searched of one */
export function matching(entries: readonly RunEntry[], query: string, wordsOf: (entry: RunEntry) => string): readonly RunEntry[] {
  const words = plain(query).split(/\s+/).filter(Boolean)
  if (words.length === 0) return entries
  return entries.filter((entry) => {
    const text = plain(wordsOf(entry))
    return words.every(word => text.includes(word))
  })
}

/** The one that takes the place of a run that is gone: the next one, or at the end the one before. */
export function neighbour(entries: readonly RunEntry[], id: string): string | null {
  const at = entries.findIndex(entry => entry.id === id)
  return (entries[at + 1] ?? entries[at - 1])?.id ?? null
}

/** What can be done about a damaged run. */
export type Advice = 'later' | 'record' | 'series' | 'nothing' | 'other'

const later: readonly WireError['code'][] = ['run.version', 'run.unknown', 'run.recipe', 'series.version']

/** @returns null when nothing is damaged */
export function adviceFor({ problem, architecture }: Pick<RunEntry, 'problem' | 'architecture'>): Advice | null {
  if (!problem) return null
  if (later.includes(problem.code)) return 'later'
  if (!architecture) return 'nothing'
  if (problem.code.startsWith('series.')) return 'series'
  return problem.details['file'] === 'run.json' ? 'record' : 'other'
}

/** Whether name, note and pin can be changed here. */
export const isEditable = (entry: Pick<RunEntry, 'problem' | 'architecture' | 'lockedBy'>): boolean => entry.architecture !== null && entry.lockedBy === null && adviceFor(entry) !== 'later'

/** Whether another run can begin at one of its steps: it is only read for that, so another program may be writing it. */
export const isForkable = (entry: Pick<RunEntry, 'problem' | 'architecture'>): boolean => entry.architecture !== null && adviceFor(entry) !== 'later'

/** Whether training can go on from it here. */
export const isResumable = (entry: Pick<RunEntry, 'problem' | 'architecture' | 'lockedBy' | 'current'>): boolean => isEditable(entry) && !entry.current

/** Whether its curves can be compared with those of others: they can be read. */
export const isComparable = ({ architecture }: Pick<RunEntry, 'architecture'>): boolean => architecture !== null

/** Whether it can be deleted here. */
export const isRemovable = ({ lockedBy, current }: Pick<RunEntry, 'lockedBy' | 'current'>): boolean => lockedBy === null && !current
