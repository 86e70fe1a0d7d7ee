import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { useProgress } from '../../stores/course/progress'
import { compared, type Comparison, type Guess, hintCount } from './answers'
import { useBugLearning } from './learning'
import { bugs } from './list'
import { kindOf, listings, mendedBy, withBug } from './listings'

/** What a guess is answered by. */
export interface Verdict extends Guess {
  /** Number of the line, from 1 */
  readonly line: number
  readonly right: boolean
  /** Whether at least the place is right */
  readonly rightPlace: boolean
  readonly comparison: Comparison
}

/** What was done at a case. */
interface CaseWork {
  /** Answers to the guesses so far; the latest one last */
  readonly verdicts: readonly Verdict[]
  readonly hints: number
  readonly mended: boolean
  /** The longest curve that was learned with the bug */
  readonly curve: readonly number[]
}
const untouched: CaseWork = { verdicts: [], hints: 0, mended: false, curve: [] }

/** The bug lab: the open case, the guesses at it, and what was solved. */
export const useBugLab = defineStore('bugLab', () => {
  const progress = useProgress()
  const learning = useBugLearning()

  const solved = computed(() => progress.progress.capstone?.bugs ?? [])
  const isSolved = (id: string) => solved.value.some(({ id: other }) => other === id)
  const chosen = ref<string | null>(null)
  /** By default the first case to solve */
  const bug = computed(() => bugs.find(({ id }) => id === chosen.value) ?? bugs.find(({ id }) => !isSolved(id)) ?? bugs[0]!)
  const number = computed(() => bugs.indexOf(bug.value) + 1)
  const next = computed(() => bugs.find(({ id }) => id !== bug.value.id && !isSolved(id)) ?? null)

  /** The layer that is looked at, or the step, and the index of the chosen line of its listing */
  const place = ref('affine1')
  const line = ref<number | null>(null)

  /** Work by case, for as long as the app runs */
  const works = shallowRef<Readonly<Record<string, CaseWork>>>({})
  const work = computed(() => works.value[bug.value.id] ?? { ...untouched, mended: isSolved(bug.value.id) })
  const patch = (change: Partial<CaseWork>) => { works.value = { ...works.value, [bug.value.id]: { ...work.value, ...change } } }
  const verdicts = computed(() => work.value.verdicts)
  const hints = computed(() => work.value.hints)
  const mended = computed(() => work.value.mended)
  /** The curve with the bug, once it is mended; null: it never learned with it */
  const former = computed(() => mended.value && work.value.curve.length > 0 ? work.value.curve : null)
  /** What the solution took */
  const result = computed(() => verdicts.value.at(-1)?.right ? { guesses: verdicts.value.length, hints: hints.value } : solved.value.find(({ id }) => id === bug.value.id) ?? null)

  const right = computed(() => listings[kindOf(place.value)])
  /** The listing of the place with the bug, if it is there */
  const wrongListing = computed(() => place.value === bug.value.guilty ? withBug(right.value, bug.value.lines) : right.value)
  const isAlternative = (index: number) => wrongListing.value[index]?.text.trim() === bug.value.alternative?.wrong
  const mendedListing = computed(() => {
    const found = verdicts.value.find(({ right }) => right)
    return bug.value.alternative && found && isAlternative(found.line - 1) ? mendedBy(wrongListing.value, bug.value.alternative) : right.value
  })
  /** The listing of the place as it is now: with the bug until that is mended */
  const listing = computed(() => mended.value ? mendedListing.value : wrongListing.value)
  /** The answer to a guess at the chosen line; with none chosen, to the latest guess */
  const verdict = computed(() => verdicts.value.findLast(({ place: at, line: n }) => line.value === null || (at === place.value && n === line.value + 1)) ?? null)
  const guess = computed<Guess | null>(() => {
    const key = line.value === null ? undefined : listing.value[line.value]?.key
    return key === undefined ? null : { place: place.value, key }
  })

  /** Opens a case with an untrained network; a solved one with its solution. */
  function open(id: string = bug.value.id) {
    keepCurve()
    chosen.value = id
    place.value = mended.value ? bug.value.guilty : 'affine1'
    line.value = null
    beginAnew()
  }
  /** Opens the solved case as if it had not been solved. */
  function again() {
    patch(untouched)
    open()
  }
  function keepCurve() {
    learning.pause()
    if (!mended.value && learning.network?.bug === bug.value && learning.curve.length > work.value.curve.length) patch({ curve: learning.curve })
  }
  /** Begins this case's network anew, with or without its bug as it is now. */
  function beginAnew() {
    keepCurve()
    learning.begin(mended.value ? { hidden: bug.value.hidden } : bug.value)
  }

  function look(at: string) {
    if (at === place.value) return
    place.value = at
    line.value = null
  }
  const choose = (index: number) => { line.value = index }
  const hint = () => patch({ hints: Math.min(hintCount, hints.value + 1) })

  /** Mends the chosen line. The right one: it is replaced, and a network without the bug learns. A line that was answered already stays so. */
  function mend() {
    if (!guess.value || mended.value || line.value === null || verdict.value) return
    const rightPlace = place.value === bug.value.guilty
    const isRight = rightPlace && (wrongListing.value[line.value]!.text !== right.value[line.value]!.text || isAlternative(line.value))
    patch({ verdicts: [...verdicts.value, { ...guess.value, line: line.value + 1, right: isRight, rightPlace, comparison: compared(bug.value, guess.value) }] })
    if (!isRight) return
    keepCurve()
    patch({ mended: true })
    line.value = null
    progress.solveBug({ id: bug.value.id, ...result.value! })
    beginAnew()
    void learning.learn()
  }

  return { bug, number, next, place, line, listing, wrongListing, verdict, verdicts, guess, hints, mended, former, result, solved, isSolved, open, again, beginAnew, look, choose, hint, mend }
})
