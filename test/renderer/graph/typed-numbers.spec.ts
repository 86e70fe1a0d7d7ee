import { defaultConfig, fromNested, LabError, mnist, type Nested } from '@core'
import { mount } from '@vue/test-utils'
import fc from 'fast-check'
import { createPinia } from 'pinia'
import { describe, expect, test } from 'vitest'
import { effectScope } from 'vue'
import { readForm, toForm } from '../../../renderer/train/config-form'
import ValueField from '../../../renderer/graph/canvas/ValueField.vue'
import InputRow from '../../../renderer/graph/panels/InputRow.vue'
import { i18n } from '../../../renderer/lib/i18n'
import AnswerField from '../../../renderer/lessons/AnswerField.vue'
import { readAnswer, type Typed } from '../../../renderer/course/answers'
import { useQuestion } from '../../../renderer/lessons/useQuestion'
import { meanings, refusals } from '../../fixtures/typed-numbers'

const plugins = () => ({ plugins: [createPinia(), i18n] })

/** The meaning of a text in a field: its value, or null when it is refused. */
async function onTheCanvas(text: string): Promise<unknown> {
  const field = mount(ValueField, { props: { value: NaN, name: 'x' }, global: plugins() })
  const input = field.get('input')
  await input.trigger('focus')
  await input.setValue(text)
  await input.trigger('keydown', { key: 'Enter' })
  const set = field.emitted('set')?.at(-1)?.[0] ?? null
  field.unmount()
  return set
}
async function inInputsPanel(text: string): Promise<unknown> {
  let set: Nested | null = null
  const row = mount(InputRow, { props: { name: 'x', nested: 12_345.678, value: fromNested(1), learns: false, selected: false, set: (_: string, value: Nested) => { set = value } }, global: plugins() })
  await row.get('input').setValue(text)
  row.unmount()
  return set
}
const base = { config: defaultConfig, dataset: mnist }
const asLearningRate = (text: string) => readForm({ ...toForm(base), learningRate: text }, base).config?.optimizer.learningRate ?? null
const asBatchSize = (text: string) => readForm({ ...toForm(base), batchSize: text }, base).config?.batchSize ?? null
function inALesson(text: string): Typed | null {
  try { return readAnswer('number', text) }
  catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    return null
  }
}

describe('a number means the same wherever it is typed', () => {
  test.each(meanings)('%j is %d', async (text, meaning) => {
    expect(await onTheCanvas(text)).toBe(meaning)
    expect(await inInputsPanel(text)).toBe(meaning)
    if (meaning > 0 && meaning <= 100) expect(asLearningRate(text)).toBe(meaning)
    if (Number.isInteger(meaning) && meaning > 0 && meaning <= 10_000 && !/[%％]/.test(text)) expect(asBatchSize(text)).toBe(meaning)
    expect(inALesson(text)?.answer).toBe(meaning)
  })

  test.each(refusals)('%j is invalid everywhere; only a lesson takes what was meant, and says so', async (text, _, meant) => {
    expect([await onTheCanvas(text), asLearningRate(text)]).toEqual([null, null])
    expect(inALesson(text)).toEqual(meant === undefined ? null : { answer: Number(meant), adjusted: true })
    expect(typeof await inInputsPanel(text)).not.toBe('number')
  })

  test('for every kind of field', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'0159.,-−e/½% _x１，。ー\u00a0\u200b'), minLength: 1, maxLength: 8 })
    await fc.assert(fc.asyncProperty(text, async (text) => {
      const [canvas, inputs, form, lesson] = [await onTheCanvas(text), await inInputsPanel(text), asLearningRate(text), inALesson(text)]
      if (canvas === null) expect([typeof inputs === 'number', form, lesson?.adjusted ?? true]).toEqual([false, null, true])
      else {
        expect([inputs, lesson?.answer]).toEqual([canvas, canvas])
        if (Number(canvas) > 0 && Number(canvas) <= 100) expect(form).toBe(canvas)
      }
    }), { seed: 5, numRuns: 300 })
  })
})

describe('invalid text on the canvas', () => {
  async function typed(text: string) {
    const field = mount(ValueField, { props: { value: 2, name: 'x' }, global: plugins(), attachTo: document.body })
    const input = field.get('input')
    input.element.focus()
    await input.setValue(text)
    await input.trigger('keydown', { key: 'Enter' })
    return { field, input }
  }

  test('is reported, and changes nothing', async () => {
    const { field, input } = await typed('two')
    expect([field.get('[role=alert]').text(), input.attributes('aria-invalid')]).toEqual(['A number is wanted here, such as 0.5', 'true'])
    expect(field.emitted('set')).toBeUndefined()
    await input.setValue('2,5')
    await input.trigger('keydown', { key: 'Enter' })
    expect([field.find('[role=alert]').exists(), field.emitted('set')]).toEqual([false, [[2.5]]])
  })

  test('shows the suggestion first, to be clicked', async () => {
    const { field, input } = await typed('1 500')
    const alert = field.get('[role=alert]')
    expect(alert.text()).toMatch(/^Did you mean 1500\? Character 1: a space separates numbers/)
    const press = alert.get('button')
    const down = new MouseEvent('mousedown', { bubbles: true, cancelable: true })
    press.element.dispatchEvent(down)
    expect(down.defaultPrevented).toBe(true) // the focus stays, and so does the text
    await press.trigger('click')
    expect([field.emitted('set'), field.find('[role=alert]').exists(), input.element.value]).toEqual([[[1500]], false, '1500'])
  })
})

describe('an invalid list among the inputs', () => {
  function row(text: string) {
    const sets: Nested[] = []
    const view = mount(InputRow, { props: { name: 'x', nested: 2, value: fromNested(2), learns: false, selected: false, set: (_: string, value: Nested) => { sets.push(value) } }, global: plugins(), attachTo: document.body })
    const input = view.get('input')
    input.element.focus()
    return { sets, view, input, type: () => input.setValue(text) }
  }

  test('is reported with its position and a suggestion to be clicked', async () => {
    const { sets, view, type, input } = row('1,2,3')
    await type()
    expect(view.get('[role=alert]').text()).toContain('Character 1: 1,2,3 is not a number')
    await view.get('button.suggestion').trigger('click')
    expect([sets, input.element.value, view.find('[role=alert]').exists()]).toEqual([[[1, 2, 3]], '[1,2,3]', false])
  })

  test('stays while the focus moves to the suggestion, and is reverted otherwise', async () => {
    const { view, type, input } = row('1,2,3')
    await type()
    view.get<HTMLButtonElement>('button.suggestion').element.focus()
    await input.trigger('blur', { relatedTarget: view.get('button.suggestion').element })
    expect(input.element.value).toBe('1,2,3')
    await view.get('button.suggestion').trigger('blur')
    expect([input.element.value, view.find('[role=alert]').exists()]).toEqual(['2', false])
  })
})

test('an invalid answer is explained with what is expected and the reason', () => {
  const scope = effectScope()
  const posed = { hide: [], numbers: {}, answer: 1, mistakes: [] }
  const question = scope.run(() => useQuestion('number', () => posed, () => undefined))!
  question.text.value = '1/0'
  question.check()
  const field = mount(AnswerField, {
    props: { question: { key: 'one', kind: 'number', pose: () => posed }, variant: 0, posed, texts: { prompt: '', reveal: '', hint: '' }, numbers: {}, tried: new Set<string>(), unreadable: question.unreadable.value, modelValue: '1/0' },
    global: plugins(),
  })
  expect(field.get('[role=alert]').text()).toMatch(/^Please type a number, such as 2\.5, −3 or 1\/4\. .*0/)
  scope.stop()
})
