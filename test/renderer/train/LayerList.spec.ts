import { parseLayers, printLayers, registerLayer, type RunConfig } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { setLocale } from '../../../renderer/lib/i18n'
import ConfigPanel from '../../../renderer/train/ConfigPanel.vue'
import { useRun } from '../../../renderer/stores/run'
import { leakyRelu } from '../../fixtures/leaky-relu'
import { runConfig } from '../../fixtures/run-config'
import { fakeMain, runState, settings, show, soFar } from '../lab'

beforeEach(() => {
  // happy-dom has no popovers
  Object.assign(HTMLElement.prototype, { showPopover: vi.fn(), hidePopover: vi.fn() })
})
afterEach(() => {
  for (const name of ['showPopover', 'hidePopover']) Reflect.deleteProperty(HTMLElement.prototype, name)
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

/** The list of layers in the form, at the level Everything. */
async function layers(text = 'affine 50, relu, affine 10') {
  const config: RunConfig = { ...runConfig(), network: { layers: parseLayers(text), loss: 'softmaxWithLoss' } }
  const main = fakeMain({
    'settings:read': () => ({ ...settings, level: 'everything' as const }), 'run:read': () => soFar(runState({ config })), 'run:configure': config => runState({ runId: 2, config }),
  })
  await useRun().load()
  const view = await show(ConfigPanel)
  const rows = () => view.findAll('.row')
  const name = (i: number) => rows()[i]!.get<HTMLButtonElement>('.trigger')
  const field = (i: number) => rows()[i]!.get<HTMLInputElement>('input')
  const press = async (key: string, more: object = {}) => {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
    await nextTick()
    await nextTick()
  }
  const focus = async (i: number) => {
    name(i).element.focus()
    await nextTick()
  }
  /** Presses an entry of a layer's menu, or of the menu of new layers. */
  const choose = async (i: number | 'add', entry: string) => {
    if (i !== 'add') await focus(i)
    const menu = i === 'add' ? view.get('.tools') : rows()[i]!
    const found = menu.findAll('[popover] button').find(button => button.text().startsWith(entry))
    if (!found) throw new RangeError(`no entry ${entry}`)
    await found.trigger('click')
    await nextTick()
  }
  return {
    main, view, rows, name, field, press, focus, choose,
    shown: () => rows().map(row => row.get('.trigger').text()),
    shapes: () => rows().map(row => row.get('.shape').text().replace('→ ', '')),
    said: () => view.get('[role=status]').text(),
    /** Where the focus is: the index of a row, with its part */
    focused: () => {
      const { activeElement } = document
      return `${rows().findIndex(row => row.element.contains(activeElement))} ${activeElement?.tagName.toLowerCase()}`
    },
    apply: async () => {
      await view.get('form').trigger('submit')
      await flushPromises()
      return (main.asked('run:configure') as RunConfig[]).map(({ network }) => printLayers(network.layers))
    },
  }
}

describe('the layers of a network', () => {
  test('are shown with their numbers and the shapes between them, which follow what is typed', async () => {
    const { view, shown, shapes, field, rows } = await layers('affine 100, batchNormalization, relu, dropout 0.2, affine 10')
    expect(shown()).toEqual(['Affine', 'Batch Norm', 'ReLU', 'Dropout', 'Affine'])
    expect([view.get('.layers legend').text(), shapes()]).toEqual(['Layers · input 784', ['100', '100', '100', '100', '10']])
    await field(0).setValue('64')
    expect(shapes()).toEqual(['64', '64', '64', '64', '10'])
    await field(0).setValue('none')
    expect(shapes()).toEqual(['?', '?', '?', '?', '?'])
    expect(rows()[4]!.find('input').exists()).toBe(false) // one output for each class
  })

  test('are added below the selected one by their kind, with the focus on the number to be typed', async () => {
    const { choose, focus, shown, focused, said, apply, field } = await layers()
    await focus(0)
    await choose('add', 'Dropout')
    expect([shown(), focused(), said()]).toEqual([['Affine', 'Dropout', 'ReLU', 'Affine'], '1 input', 'Dropout added as layer 2 of 4.'])
    await choose('add', 'Batch Norm')
    expect([shown(), focused()]).toEqual([['Affine', 'Dropout', 'Batch Norm', 'ReLU', 'Affine'], '2 button'])
    await field(1).setValue('0.25')
    expect(await apply()).toEqual(['affine 50, dropout 0.25, batchNormalization, relu, affine 10'])
  })

  test('are added before the output layer, also where nothing is selected yet', async () => {
    const first = await layers()
    await first.choose('add', 'Tanh')
    expect(first.shown()).toEqual(['Affine', 'ReLU', 'Tanh', 'Affine'])
    await first.focus(3)
    await first.choose('add', 'Affine')
    expect(first.shown()).toEqual(['Affine', 'ReLU', 'Tanh', 'Affine', 'Affine'])
    expect(await first.apply()).toEqual(['affine 50, relu, tanh, affine 50, affine 10'])
  })

  test('are removed, with the focus on the next one, or on the button that adds one', async () => {
    const { focus, press, shown, focused, said, view } = await layers()
    await focus(1)
    await press('Delete')
    expect([shown(), focused(), said()]).toEqual([['Affine', 'Affine'], '1 button', 'Layer 2, ReLU, removed.'])
    await press('Delete')
    expect([shown(), focused()]).toEqual([['Affine'], '0 button'])
    await press('Backspace')
    expect([shown(), document.activeElement === view.get('.add').element]).toEqual([[], true])
    expect(view.get('.layers [role=alert]').text()).toBe('A network has 1 to 40 layers. Found: 0')
  })

  test('are named in the language that is chosen afterwards, until something else changes', async () => {
    const { focus, press, said, choose, view } = await layers()
    await focus(1)
    await press('Delete')
    setLocale('ko')
    await nextTick()
    expect(said()).toBe('두 번째 계층(ReLU)을 뺐습니다.')
    setLocale('en')
    await nextTick()
    await choose('add', 'Tanh')
    await view.findAll('button').find(button => button.text() === 'Revert')!.trigger('click')
    expect(said()).toBe('')
  })

  test('are moved by Alt and an arrow, or by the menu, but not beyond an end', async () => {
    const { focus, press, choose, shown, focused, said } = await layers('affine 50, relu, tanh, affine 10')
    await focus(1)
    await press('ArrowDown', { altKey: true })
    expect([shown(), focused(), said()]).toEqual([['Affine', 'Tanh', 'ReLU', 'Affine'], '2 button', 'ReLU is now layer 3 of 4.'])
    await choose(2, 'Move layer up')
    expect(shown()).toEqual(['Affine', 'ReLU', 'Tanh', 'Affine'])
    await focus(0)
    await press('ArrowUp', { altKey: true })
    expect([shown(), focused()]).toEqual([['Affine', 'ReLU', 'Tanh', 'Affine'], '0 button'])
  })

  test('are dragged with the mouse', async () => {
    const { rows, name, shown } = await layers('affine 50, relu, tanh, affine 10')
    await name(2).trigger('dragstart')
    await rows()[0]!.trigger('dragover')
    expect(rows()[0]!.classes()).toContain('above')
    await rows()[0]!.trigger('drop')
    expect(shown()).toEqual(['Tanh', 'Affine', 'ReLU', 'Affine'])
    await name(0).trigger('dragstart')
    await rows()[2]!.trigger('dragover')
    expect(rows()[2]!.classes()).toContain('below')
    await name(0).trigger('dragend')
    expect([shown(), rows()[2]!.classes()]).toEqual([['Tanh', 'Affine', 'ReLU', 'Affine'], expect.not.arrayContaining(['below'])])
  })

  test('change their kind; the number of the former one comes back with it', async () => {
    const { field, choose, shown, focused, said } = await layers()
    await field(0).setValue('77')
    await choose(0, 'Dropout')
    expect([shown()[0], field(0).element.value, focused(), said()]).toEqual(['Dropout', '0.2', '0 input', 'Layer 1 is now Dropout.'])
    await choose(0, 'Affine')
    expect(field(0).element.value).toBe('77')
  })

  test('of a registered kind are offered and set without any further change', async () => {
    const remove = registerLayer(leakyRelu)
    try {
      const { choose, field, apply } = await layers()
      await choose(1, 'Leaky ReLU')
      expect(field(1).attributes('aria-label')).toBe('Layer 2, Leaky ReLU: slope')
      await field(1).setValue('0.1')
      expect(await apply()).toEqual(['affine 50, leakyRelu 0.1, affine 10'])
    }
    finally { remove() }
  })

  test('have one tab stop, moved by arrows, Home and End, and one for each number', async () => {
    const { name, focus, press, focused, view } = await layers()
    const stops = () => [...view.findAll('.row .trigger'), ...view.findAll('.row input')].filter(({ element }) => (element as HTMLElement).tabIndex === 0).map(({ element }) => element.closest('.row')!.querySelector('.trigger')!.textContent)
    expect(stops()).toEqual(['ReLU', 'Affine'])
    await focus(0)
    expect(stops()).toEqual(['Affine', 'Affine']) // its menu and its number
    for (const [key, at] of [['ArrowDown', 1], ['End', 2], ['ArrowDown', 2], ['ArrowUp', 1], ['Home', 0], ['ArrowUp', 0]] as const) {
      await press(key)
      expect(focused(), key).toBe(`${at} button`)
    }
    expect(name(1).attributes('aria-label')).toBe('Layer 2 of 3: ReLU, 50 → 50')
  })

  test('show where a layer is added', async () => {
    const { rows, focus } = await layers()
    const at = () => rows().map(row => row.classes().includes('insert'))
    expect(at()).toEqual([false, true, false])
    await focus(0)
    expect(at()).toEqual([true, false, false])
  })

  test('are restored by undo and redo, with what was typed since', async () => {
    const { focus, press, field, shown, said, focused } = await layers()
    await focus(1)
    await press('Delete')
    await field(0).setValue('oops')
    await focus(0)
    await press('z', { ctrlKey: true })
    expect([shown(), field(0).element.value, said(), focused()]).toEqual([['Affine', 'ReLU', 'Affine'], 'oops', 'Undone.', '0 button'])
    await press('y', { ctrlKey: true })
    expect([shown(), field(0).element.value, said()]).toEqual([['Affine', 'Affine'], 'oops', 'Redone.'])
  })

  test('come back with undo after Revert and after a preset', async () => {
    const { choose, focus, press, shown, view, field } = await layers()
    await choose('add', 'Tanh')
    await field(0).setValue('33')
    await view.findAll('button').find(button => button.text() === 'Revert')!.trigger('click')
    expect([shown(), field(0).element.value]).toEqual([['Affine', 'ReLU', 'Affine'], '50'])
    await focus(0)
    await press('z', { ctrlKey: true })
    expect([shown(), field(0).element.value]).toEqual([['Affine', 'ReLU', 'Tanh', 'Affine'], '33'])
    await view.get('select').setValue('normalized')
    expect(shown()).toEqual(['Affine', 'Batch Norm', 'ReLU', 'Dropout', 'Affine'])
    await focus(0)
    await press('z', { ctrlKey: true })
    expect([shown(), field(0).element.value]).toEqual([['Affine', 'ReLU', 'Tanh', 'Affine'], '33'])
  })
})

describe('an impossible layer', () => {
  test.each([['dropout 0.2', '1', 'Layer 2, Dropout: rate must be at least 0 and below 1. Found: 1'], ['dropout 0.2', '-0.1', 'Layer 2, Dropout: rate must be at least 0 and below 1. Found: -0.1'], ['affine 20', '', 'Layer 2, Affine: units must be 1, 2, …, 4096. Found: nothing'], ['affine 20', '0', 'Layer 2, Affine: units must be 1, 2, …, 4096. Found: 0']])('is named beside it: %s becomes %s', async (layer, text, message) => {
    const { field, rows, view } = await layers(`affine 50, ${layer}, affine 10`)
    await field(1).setValue(text)
    expect(rows()[1]!.get('[role=alert]').text()).toBe(message)
    expect(field(1).attributes()).toMatchObject({ 'aria-invalid': 'true', 'aria-describedby': expect.stringContaining(rows()[1]!.get('[role=alert]').attributes('id')!) as string })
    expect([view.findAll('[role=alert]').length, view.get('button[type=submit]').attributes('disabled')]).toEqual([1, ''])
  })

  test.each([['ko', '두 번째 계층(드롭아웃): 비율 값은 0 이상 1 미만 범위여야 합니다. 입력된 값: 없음'], ['ja', '2番目の層（Dropout）：割合は 0 以上 1 未満の範囲にしてください。入力された値：なし']] as const)('is told in words, in %s', async (locale, message) => {
    const { field, rows } = await layers('affine 50, dropout 0.2, affine 10')
    setLocale(locale)
    await field(1).setValue('')
    expect(rows()[1]!.get('[role=alert]').text()).toBe(message)
    setLocale('en')
  })

  test('is named at the end of the chain when the outputs do not fit the classes', async () => {
    const { focus, press, rows } = await layers()
    await focus(1)
    await press('ArrowDown', { altKey: true })
    expect(rows()[2]!.find('[role=alert]').exists()).toBe(false) // Affine 10 is followed by ReLU: ten numbers
    await focus(0)
    await press('ArrowDown', { altKey: true })
    expect(rows()[2]!.get('[role=alert]').text()).toContain('The last layer must give 10 numbers for each image')
  })

  test('for mini-batches of one image is named at the batch size', async () => {
    const { view } = await layers('affine 50, batchNormalization, affine 10')
    const batch = view.findAll('.field').find(field => field.get('label').text() === 'Batch size')!
    await batch.get('input').setValue('1')
    expect(batch.get('[role=alert]').text()).toBe('Layer 2: Batch Norm learns only from mini-batches of at least 2 images. Found: 1')
  })
})

describe('the layers as text', () => {
  async function text(given?: string) {
    const list = await layers(given)
    const button = () => list.view.findAll('button').find(button => /^As (?:text|list)$/.test(button.text()))!
    await button().trigger('click')
    return { ...list, area: list.view.get<HTMLTextAreaElement>('textarea'), back: () => button().trigger('click') }
  }

  test('can be pasted, and are the list at once', async () => {
    const { area, shown, back, apply, view } = await text()
    expect(area.element.value).toBe('affine 50, relu, affine 10')
    await area.setValue('affine 100, batchNormalization, relu, dropout 0.2, affine 10')
    expect(view.get('.layers .note').text()).toBe('784 → 100 → 100 → 100 → 100 → 10')
    await back()
    expect(shown()).toEqual(['Affine', 'Batch Norm', 'ReLU', 'Dropout', 'Affine'])
    expect(await apply()).toEqual(['affine 100, batchNormalization, relu, dropout 0.2, affine 10'])
  })

  test.each([
    ['affine 50, rely, affine 10', 'Character 12: Layer 2: there is no layer “rely”.'],
    ['affine 50, dropout 1, affine 10', 'Character 12: Layer 2, Dropout: rate must be at least 0 and below 1. Found: 1'],
    ['affine 50, affine 11', 'The last layer must give 10 numbers for each image'],
    ['affine 50,, affine 10', 'Character 11: Layer 2: expected'],
  ])('name what is wrong, with its place, and leave the list: %s', async (typed, message) => {
    const { area, view, shown, back } = await text()
    await area.setValue(typed)
    expect(view.get('.layers [role=alert]').text()).toContain(message)
    expect([area.element.value, area.attributes('aria-invalid')]).toEqual([typed, 'true'])
    await back()
    expect(shown()).toEqual(['Affine', 'ReLU', 'Affine'])
  })

  test.each([['ko', '배치 정규화', '혹시 batchNormalization'], ['ja', 'バッチ正規化', 'batchNormalization のこと']] as const)('tell how a layer is written whose name was typed, in %s', async (locale, name, spelling) => {
    const { area, view } = await text()
    setLocale(locale)
    await area.setValue(`affine 50, ${name}, affine 10`)
    expect(view.get('.layers [role=alert]').text()).toContain(spelling)
    setLocale('en')
  })

  test('make no network while they cannot be read, whatever could be read as they were typed', async () => {
    const { main, area, view, apply } = await text()
    for (const typed of ['affine 10', 'affine 10, foo', 'affine 100, foo, affine 10']) await area.setValue(typed)
    expect([view.get('.layers [role=alert]').text(), view.get('footer button').attributes('disabled'), view.get('footer').text()]).toEqual([expect.stringContaining('“foo”'), '', expect.not.stringContaining('parameters')])
    expect([await apply(), main.asked('run:change'), area.element.value]).toEqual([[], [], 'affine 100, foo, affine 10'])
    // nor after a visit to the other level, which shows the text
    await view.get('input[value=chapter5]').setValue()
    await flushPromises()
    expect([view.get('.chain').text(), view.get('.fields [role=alert]').text(), await apply()]).toEqual(['affine 100, foo, affine 10', expect.stringContaining('“foo”'), []])
    await view.get('input[value=everything]').setValue()
    await flushPromises()
    expect(view.get('textarea').element.value).toBe('affine 100, foo, affine 10')
    await view.get('textarea').setValue('affine 100, relu, affine 10')
    expect([await apply(), view.find('.layers [role=alert]').exists()]).toEqual([['affine 100, relu, affine 10'], false])
  })

  test('stay as they are typed while they can be read', async () => {
    const { area, apply } = await text()
    await area.setValue('Affine 20;  ReLU\nAFFINE 10')
    expect([area.element.value, await apply()]).toEqual(['Affine 20;  ReLU\nAFFINE 10', ['affine 20, relu, affine 10']])
  })

  test('follow Revert', async () => {
    const { area, view } = await text()
    await area.setValue('affine 20, affine 10')
    await view.findAll('button').find(button => button.text() === 'Revert')!.trigger('click')
    expect(area.element.value).toBe('affine 50, relu, affine 10')
  })
})
