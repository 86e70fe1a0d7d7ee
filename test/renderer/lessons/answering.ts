import type { VueWrapper } from '@vue/test-utils'
import { nextTick } from 'vue'
import PointField from '../../../renderer/lessons/PointField.vue'
import { answerKey, printAnswer, signs } from '../../../renderer/course/answers'
import { offered } from '../../../renderer/course/shuffle'
import type { Answer, Posed, Question } from '../../../renderer/course/types'

/** A question as it stands in the window. */
export interface Asked { readonly question: Pick<Question, 'key' | 'kind'>, readonly variant: number, readonly posed: Posed }

/** Gives an answer as a learner does: types it, presses its button, or moves steps until they are in order. */
export async function give(view: VueWrapper, { question, variant, posed }: Asked, answer: Answer): Promise<void> {
  const { kind } = question
  if (kind === 'number' || kind === 'shape') {
    await view.find('.question input').setValue(printAnswer(answer, String))
    return view.find('.question form').trigger('submit')
  }
  if (kind === 'point') {
    view.findComponent(PointField).vm.$emit('check', answer as number)
    return nextTick()
  }
  if (kind === 'order') {
    const wanted = answer as readonly string[]
    const order = view.findAll('.order li').map(step => step.attributes('data-step'))
    for (const [to, key] of wanted.entries()) {
      for (let at = order.indexOf(key); at > to; at--) {
        await view.findAll('.order li')[at]!.find('.up').trigger('click')
        order.splice(at - 1, 0, ...order.splice(at, 1))
      }
    }
    return view.find('.order .check').trigger('click')
  }
  const keys = kind === 'sign' ? posed.signs ?? signs : kind === 'line' ? posed.code!.split('\n').map((_, i) => String(i + 1)) : offered(question, variant, posed)
  await view.findAll('.choices button')[keys.indexOf(answerKey(posed, answer) as never)]!.trigger('click')
}

/** Wrong answers of the question's kind, different from each other. */
export function wrongAnswers({ question: { kind }, posed }: Asked): readonly Answer[] {
  const { answer } = posed
  if (typeof answer === 'number' && kind === 'number') return [3 * answer + 7, 5 * answer + 70_001]
  if (kind === 'point') return [Number(answer) + 1, Number(answer) + 2]
  if (kind === 'shape') return [[9, 9, 9], [8, 8, 8]]
  if (kind === 'order') {
    const steps = answer as readonly string[]
    return [steps.toReversed(), [...steps.slice(1), steps[0]!]]
  }
  const all: readonly Answer[] = kind === 'sign' ? posed.signs ?? signs : kind === 'why' ? posed.choices! : (kind === 'line' ? posed.code!.split('\n') : posed.pictures!).map((_, i) => i)
  return all.filter(other => other !== answer)
}

/** The answer with one or two digits, if it needs three. */
export function impreciseAnswer({ posed: { answer, tolerance } }: Asked): number | null {
  if (typeof answer !== 'number' || tolerance !== undefined || answer === 0) return null
  const short = Number(answer.toPrecision(2))
  return Math.abs(short - answer) > 1e-9 * Math.abs(answer) && Math.abs(answer) < 10 ? short : null
}
