import { type LabError, ownError } from '@core'
import { computed, ref, shallowRef } from 'vue'
import { type Answer, judge, readAnswer } from '../course/answers'
import type { Outcome } from '../course/review'
import type { HintName, Posed, Question } from '../course/types'

/** Number of wrong answers after which the solution may be shown. */
const triesBeforeShowing = 2

/** State of one question: predict, get a hint for the mistake, try again, reveal. */
export function useQuestion(kind: Question['kind'], posed: () => Posed, done: (outcome: Outcome) => void) {
  const text = ref('')
  const tries = ref(0)
  /** All answers as typed; a chosen one in its plain form */
  const given: string[] = []
  /** Hint for the latest answer: a common mistake, or the question's own hint */
  const hint = ref<HintName | 'own' | null>(null)
  /** Parse error of the typed answer */
  const unreadable = shallowRef<LabError | null>(null)
  const outcome = ref<'right' | 'shown' | null>(null)
  const canShow = computed(() => tries.value >= triesBeforeShowing && outcome.value === null)

  function read(): Answer | null {
    unreadable.value = null
    try { return readAnswer(kind, text.value) }
    catch (cause) {
      unreadable.value = ownError(cause)
      return null
    }
  }
  function check(answer: Answer | null = read()) {
    if (outcome.value || answer === null) return
    tries.value++
    given.push(text.value.trim() || String(answer))
    const verdict = judge(posed(), answer)
    hint.value = verdict.right ? null : verdict.hint ?? 'own'
    if (verdict.right) end('right')
  }
  function end(how: 'right' | 'shown') {
    outcome.value = how
    hint.value = null
    done({ tries: tries.value, shown: how === 'shown', given })
  }
  const show = () => { if (canShow.value) end('shown') }
  const edit = () => { unreadable.value = null }

  return { text, tries, hint, unreadable, outcome, canShow, check, show, edit }
}
