import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { useProgress } from '../../stores/course/progress'
import { compared, type Comparison, type Guess, hintCount } from './answers'
import { useBugLearning } from './learning'
import { bugs } from './list'
import { kindOf, listings, withBug } from './listings'

/** What a guess is answered by. */
export interface Verdict extends Guess {
  /** Number of the line, from 1 */
  readonly line: number
  readonly right: boolean
  /** Whether at least the place is right */
  readonly rightPlace: boolean
  readonly comparison: Comparison
}

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
  /** Answers to the guesses so far; the latest one last */
  const verdicts = shallowRef<readonly Verdict[]>([])
  const hints = ref(0)
  const mended = ref(false)
  /** The curve with the bug, once it is mended */
  const former = shallowRef<readonly number[] | null>(null)

  const right = computed(() => listings[kindOf(place.value)])
  /** The listing of the place as it is now: with the bug until that is mended */
  const listing = computed(() => place.value === bug.value.guilty && !mended.value ? withBug(right.value, bug.value.lines) : right.value)
  const verdict = computed(() => verdicts.value.at(-1) ?? null)
  const guess = computed<Guess | null>(() => {
    const key = line.value === null ? undefined : listing.value[line.value]?.key
    return key === undefined ? null : { place: place.value, key }
  })

  /** Opens a case with an untrained network. */
  function open(id: string = bug.value.id) {
    chosen.value = id
    place.value = 'affine1'
    line.value = null
    verdicts.value = []
    hints.value = 0
    mended.value = false
    former.value = null
    learning.begin(bug.value)
  }
  /** Begins this case's network anew, with or without its bug as it is now. */
  const beginAnew = () => learning.begin(mended.value ? { hidden: bug.value.hidden } : bug.value)

  function look(at: string) {
    if (at === place.value) return
    place.value = at
    line.value = null
  }
  const choose = (index: number) => { line.value = index }
  const hint = () => { hints.value = Math.min(hintCount, hints.value + 1) }

  /** Mends the chosen line. The right one: it is replaced, and a network without the bug learns. */
  function mend() {
    if (!guess.value || mended.value || line.value === null) return
    const rightPlace = place.value === bug.value.guilty
    const isRight = rightPlace && listing.value[line.value]!.text !== right.value[line.value]!.text
    verdicts.value = [...verdicts.value, { ...guess.value, line: line.value + 1, right: isRight, rightPlace, comparison: compared(bug.value, guess.value) }]
    if (!isRight) return
    former.value = learning.curve
    mended.value = true
    progress.solveBug({ id: bug.value.id, guesses: verdicts.value.length, hints: hints.value })
    beginAnew()
    void learning.learn()
  }

  return { bug, number, next, place, line, listing, verdict, verdicts, guess, hints, mended, former, solved, isSolved, open, beginAnew, look, choose, hint, mend }
})
