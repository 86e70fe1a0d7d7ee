import { excerpt, type LabError, ownError } from '@core'
import { computed, ref, shallowRef } from 'vue'
import { answerKey, judge, readAnswer } from '../course/answers'
import type { Outcome } from '../course/review'
import type { Answer, HintName, Posed, Question } from '../course/types'

/** Number of different wrong answers after which the solution may be shown. */
const triesBeforeShowing = 2

/** Response to the latest answer. `wrong` has the shared hint for its mistake, or null, and the key of the answer. */
export type Reply = { readonly is: 'imprecise' } | { readonly is: 'wrong', readonly hint: HintName | null, readonly key: string }

/** State of one question: predict, get a hint for the mistake, try again, reveal. */
export function useQuestion(kind: Question['kind'], posed: () => Posed, done: (outcome: Outcome) => void) {
  const text = ref('')
  /** Wrong and right answers; imprecise ones do not count */
  const tries = ref(0)
  const reply = shallowRef<Reply | null>(null)
  /** Keys of the different wrong answers so far */
  const wrong = ref<ReadonlySet<string>>(new Set())
  /** Parse error of the typed answer */
  const unreadable = shallowRef<LabError | null>(null)
  /** A typed answer with a unit or sign that was ignored, and the number that was read */
  const adjusted = shallowRef<{ readonly typed: string, readonly number: number } | null>(null)
  const outcome = ref<'right' | 'shown' | null>(null)
  const canShow = computed(() => wrong.value.size >= triesBeforeShowing && outcome.value === null)
  const given = ref<readonly string[]>([])

  function read(): Answer | null {
    edit()
    try {
      const { answer, adjusted: isAdjusted } = readAnswer(kind, text.value)
      if (isAdjusted && typeof answer === 'number') adjusted.value = { typed: excerpt(text.value.trim()), number: answer }
      return answer
    }
    catch (cause) {
      unreadable.value = ownError(cause)
      return null
    }
  }
  /** Judges an answer. @param chosen without it, the typed text is read */
  function check(chosen?: Answer) {
    if (outcome.value) return
    const answer = chosen ?? read()
    if (answer === null) return
    const key = answerKey(posed(), answer)
    given.value = [...given.value, chosen === undefined ? text.value.trim() : key]
    const verdict = judge(posed(), answer)
    if (verdict.is !== 'imprecise') tries.value++
    if (verdict.is === 'right') return end('right')
    if (verdict.is === 'wrong') wrong.value = new Set([...wrong.value, key])
    reply.value = verdict.is === 'wrong' ? { ...verdict, key } : { is: 'imprecise' }
  }
  function end(how: 'right' | 'shown') {
    outcome.value = how
    reply.value = null
    done({ tries: tries.value, shown: how === 'shown', given: given.value })
  }
  const show = () => { if (canShow.value) end('shown') }
  const edit = () => {
    unreadable.value = null
    adjusted.value = null
  }

  return { text, reply, given, wrong, unreadable, adjusted, outcome, canShow, check, show, edit }
}
