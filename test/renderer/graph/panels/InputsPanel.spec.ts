import { type GraphDocument } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import InputsPanel from '../../../../renderer/graph/panels/InputsPanel.vue'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain, show } from '../../lab'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const product: GraphDocument = { expression: 'x * y', inputs: { x: 10, y: 5 } }
const learning: GraphDocument = { ...product, parameters: ['x'], learningRate: 0.5 }

async function panel(document: GraphDocument, { position = 'end', hidden = [] }: { position?: 'start' | 'forward' | 'end', hidden?: readonly string[] } = {}) {
  const graph = useGraph()
  graph.show(document, { key: 'test', position, hidden: () => hidden })
  const view = await show(InputsPanel)
  const labelled = (label: string) => view.findAll('.more label').find(node => node.text().includes(label))
  const fields = { x: () => view.get('#input-x'), upstream: () => view.findAll('.more input')[0]!, rate: () => view.findAll('.more input')[1]! }
  const text = (field: keyof typeof fields) => (fields[field]().element as HTMLInputElement).value
  return { graph, view, fields, text, labelled, alert: () => view.find('[role=alert]') }
}
type Name = 'x' | 'upstream' | 'rate'
const every: readonly Name[] = ['x', 'upstream', 'rate']
const valueOf = (name: Name, document: GraphDocument): unknown => ({ x: document.inputs['x'], upstream: document.upstream, rate: document.learningRate })[name]

describe.each(every)('the field of %s', (name) => {
  // Cause: two fields replaced the typed text by the parsed number: 0.10 could not be extended to 0.105.
  test('keeps text as it is typed', async () => {
    const { graph, fields, text } = await panel(learning)
    for (const typed of ['0.2', '0.20', '0.205', '1e-3', '1e-30']) {
      await fields[name]().setValue(typed)
      expect(text(name)).toBe(typed)
      expect(valueOf(name, graph.document)).toBe(Number(typed))
    }
  })

  test('accepts external changes', async () => {
    const { graph, fields, text } = await panel({ ...learning, upstream: 3 })
    const before = valueOf(name, graph.document)
    await fields[name]().setValue('7')
    graph.undo()
    await nextTick()
    expect([valueOf(name, graph.document), text(name)]).toEqual([before, String(before)])
  })

  test('reports invalid text, keeps the current number, and clears the error with its cause', async () => {
    const { graph, fields, text, alert } = await panel(learning)
    const before = valueOf(name, graph.document)
    await fields[name]().setValue('many')
    expect([alert().text().includes('many'), fields[name]().attributes('aria-invalid'), valueOf(name, graph.document), text(name)]).toEqual([true, 'true', before, 'many'])
    expect(fields[name]().attributes('aria-describedby')?.split(' ')).toContain(alert().attributes('id'))
    await fields[name]().setValue('4')
    expect([alert().exists(), fields[name]().attributes('aria-invalid'), valueOf(name, graph.document)]).toEqual([false, undefined, 4])
  })

  test('reverts invalid text when it is left, and keeps valid text', async () => {
    const { fields, text, alert } = await panel({ ...learning, upstream: 3 })
    const before = text(name)
    await fields[name]().setValue('many')
    await fields[name]().trigger('blur')
    expect([text(name), alert().exists()]).toEqual([before, false])
    await fields[name]().setValue('0.20')
    await fields[name]().trigger('blur')
    expect(text(name)).toBe('0.20')
  })

  test('clears its error when its number is changed externally', async () => {
    const { graph, fields, text, alert } = await panel(learning)
    await fields[name]().setValue('7')
    await fields[name]().setValue('7 apples')
    expect(alert().exists()).toBe(true)
    graph.undo()
    await nextTick()
    expect([alert().exists(), text(name)]).toEqual([false, String(valueOf(name, learning) ?? 1)])
  })

  test('offers the suggestion, and applies it', async () => {
    const { graph, view, fields, text, alert } = await panel(learning)
    await fields[name]().setValue('1 500 000')
    const meant = view.get('button.suggestion')
    expect(meant.text()).toContain('1500000')
    await fields[name]().trigger('blur', { relatedTarget: meant.element })
    expect(text(name)).toBe('1 500 000') // text to be corrected stays when the focus leaves
    await meant.trigger('click')
    expect([valueOf(name, graph.document), text(name), alert().exists()]).toEqual([1_500_000, '1500000', false])
  })

  test('drops invalid text when its suggestion is left', async () => {
    const { view, fields, alert } = await panel(learning)
    await fields[name]().setValue('1 500 000')
    await view.get('button.suggestion').trigger('blur')
    expect(alert().exists()).toBe(false)
  })

  test('makes a separate change when it is left and edited again', async () => {
    const { graph, fields } = await panel(learning)
    await fields[name]().setValue('2')
    await fields[name]().trigger('blur')
    await fields[name]().setValue('3')
    graph.undo()
    expect(valueOf(name, graph.document)).toBe(2)
  })

  test('is left by Escape, but not during composition', async () => {
    const { fields } = await panel(learning)
    const field = fields[name]().element as HTMLInputElement
    field.focus()
    await fields[name]().trigger('keydown', { key: 'Escape', isComposing: true })
    expect(document.activeElement).toBe(field)
    await fields[name]().trigger('keydown', { key: 'Escape' })
    expect(document.activeElement).not.toBe(field)
  })
})

describe('an input', () => {
  test('moves by the arrow keys, ten times as far with Shift', async () => {
    const { graph, fields } = await panel(product)
    const press = async (key: string, held: object = {}) => {
      await fields.x().trigger('keydown', { key, ...held })
      return graph.document.inputs['x']
    }
    expect(await press('ArrowUp')).toBe(11)
    expect(await press('ArrowDown')).toBe(10)
    expect(await press('ArrowUp', { shiftKey: true })).toBe(20)
    expect(await press('ArrowDown', { shiftKey: true })).toBe(10)
  })

  test.each([[10, true], [[[1, 2], [3, 4]], false]] as const)('of %j handles the arrow keys: %s', async (x, taken) => {
    const { fields } = await panel({ expression: 'x * 2', inputs: { x } })
    const event = new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true, cancelable: true })
    fields.x().element.dispatchEvent(event)
    expect(event.defaultPrevented).toBe(taken) // in a matrix they move the cursor
  })

  test('ignores the arrow keys of a composition', async () => {
    const { graph, fields } = await panel(product)
    await fields.x().trigger('keydown', { key: 'ArrowUp', isComposing: true })
    expect(graph.document.inputs['x']).toBe(10)
  })

  test('of a number announces a numeric field; a matrix explains its notation and its shape', async () => {
    const { view, fields } = await panel({ expression: 'x * y', inputs: { x: [[1, 2]], y: 3 } })
    const other = view.get('#input-y')
    expect([fields.x().attributes('inputmode'), fields.x().attributes('title'), other.attributes('inputmode'), other.attributes('title')])
      .toEqual([undefined, 'Rows and columns: [[1, 2], [3, 4]] or 1 2; 3 4', 'decimal', expect.stringContaining('A number; the up and down arrow keys')])
    expect(view.findAll('.shape').map(shape => shape.text())).toEqual(['shape (1, 2)'])
    expect(view.findAll('.row').map(row => row.classes().includes('matrix'))).toEqual([true, false])
  })

  test('is the selected one while its field is in use', async () => {
    const { graph, view, fields } = await panel(product)
    await fields.x().trigger('focus')
    expect(graph.selected).toBe('x')
    await nextTick()
    expect(view.findAll('.row').map(row => row.classes().includes('selected'))).toEqual([true, false])
  })

  test('toggles learning with its button', async () => {
    const { graph, view } = await panel(product)
    const button = () => view.findAll('.learn')[1]!
    expect([button().attributes('aria-pressed'), button().classes().includes('on'), button().attributes('aria-label')]).toEqual(['false', false, 'y is a parameter: the update changes it'])
    await button().trigger('click')
    expect([graph.document.parameters, button().attributes('aria-pressed'), button().classes().includes('on')]).toEqual([['y'], 'true', true])
    await button().trigger('click')
    expect(graph.document.parameters).toBeUndefined()
  })

  test('has the shape of its gradient where that is several numbers, a number where it is one, a dash where there is none', async () => {
    const outputs = async (document: GraphDocument, position: 'end' | 'forward' = 'end') => {
      const { view } = await panel(document, { position })
      const texts = view.findAll('output').map(cell => cell.text())
      view.unmount()
      return texts
    }
    expect(await outputs({ expression: 'sum(x) * y', inputs: { x: [[1, 2], [3, 4]], y: 5 } })).toEqual(['(2, 2)', '10'])
    expect(await outputs({ expression: 'sum(x)', inputs: { x: [[7]] } })).toEqual(['1'])
    expect(await outputs(product, 'forward')).toEqual(['–', '–'])
    expect(await outputs({ expression: 'sum(sqrt(x))', inputs: { x: [0, 0] } })).toEqual(['–'])
    expect(await outputs({ expression: 'sum(sqrt(x))', inputs: { x: [0, 4] } })).toEqual(['(2)'])
  })

  test('names the node that cannot send one, once the backward pass has reached it, and not while that is asked for', async () => {
    const document: GraphDocument = { expression: 'sqrt(x) * y', inputs: { x: 0, y: 1 } }
    const missing = async (options: Parameters<typeof panel>[1]) => {
      const { view } = await panel(document, options)
      const texts = view.findAll('.missing').map(p => p.text())
      view.unmount()
      return texts
    }
    expect(await missing({})).toEqual(['No gradient reaches x: sqrt(x) can send none.'])
    expect(await missing({ position: 'forward' })).toEqual([])
    expect(await missing({ hidden: ['gradient:x'] })).toEqual([])
    expect(await missing({ hidden: ['gradient:y', 'value:x'] })).toHaveLength(1)
  })
})

describe('the area below the inputs', () => {
  test('says that there are none, if so', async () => {
    const { view } = await panel({ expression: '1 + 2', inputs: {} })
    expect([view.findAll('.row').length, view.get('.none').text().startsWith('This expression has only numbers')]).toEqual([0, true])
    view.unmount()
    expect((await panel(product)).view.find('.none').exists()).toBe(false)
  })

  test('shows the upstream gradient, 1 by default', async () => {
    expect((await panel(product)).text('upstream')).toBe('1')
  })

  test('shows an upstream matrix', async () => {
    const { graph, text, fields } = await panel({ expression: 'x * 2', inputs: { x: [1, 2] }, upstream: [3, -4] })
    expect(text('upstream')).toBe('[3, −4]')
    await fields.upstream().setValue('5 6')
    expect(graph.document.upstream).toEqual([5, 6])
  })

  test('shows the learning rate where something learns: 0.1 by default', async () => {
    const none = await panel(product)
    expect(none.labelled('Learning rate')).toBeUndefined()
    none.view.unmount()
    const one = await panel({ ...product, parameters: ['x'] })
    expect([one.labelled('Learning rate') === undefined, one.text('rate')]).toEqual([false, '0.1'])
  })

  // Cause: 0 was reported as not finite.
  test.each(['0', '-0.1', '[0.1, 0.2]'])('a learning rate of %s is invalid: above 0 is expected, and the typed text is named', async (typed) => {
    const { graph, fields, alert } = await panel(learning)
    await fields.rate().setValue(typed)
    expect([graph.document.learningRate, alert().text()]).toEqual([0.5, `The learning rate must be a number above 0. Found: ${typed.replace('-', '−')}`])
  })
})
