import type { RunState } from '@contract'
import { checkRunConfig, defaultConfig, LabError, parseLayers, type RunConfig, type SettingsChange, writeRecipe } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { setLocale } from '../../../renderer/lib/i18n'
import ConfigPanel from '../../../renderer/train/ConfigPanel.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { useRecipeFile } from '../../../renderer/stores/recipe'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, settings, show, soFar } from '../lab'
import { fakePopovers } from '../terms/popovers'
import { runConfig } from '../../fixtures/run-config'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

async function panel(answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({ 'run:configure': config => runState({ runId: 2, config }), ...answers })
  await useRun().load()
  const view = await show(ConfigPanel)
  const input = (label: string) => {
    const found = view.findAll('.field').find(field => field.get('label').text() === label)
    if (!found) throw new RangeError(`no field ${label}`)
    return { type: (text: string) => found.get('input').setValue(text), value: () => (found.get('input').element as HTMLInputElement).value, message: () => found.find('[role=alert]').exists() ? found.get('[role=alert]').text() : null, invalid: () => found.get('input').attributes('aria-invalid') }
  }
  return { main, view, input, apply: view.get('button[type=submit]') }
}
const labels = (view: Awaited<ReturnType<typeof panel>>['view']) => view.findAll('.field label').map(label => label.text())
const everything = { 'settings:read': () => ({ ...settings, level: 'everything' as const }) }

describe('the settings of a network', () => {
  test('are the book’s three at level Chapter 5, and all of them at Everything', async () => {
    const { view } = await panel()
    expect(labels(view)).toEqual(['Hidden units', 'Learning rate', 'Batch size'])
    const all = await panel(everything)
    expect(labels(all.view)).toEqual(['Preset', 'Optimizer', 'Learning rate', 'Batch size', 'Loss', 'Weight decay', 'Weight initialization', 'Validation share', 'Seed', 'Seed for the order of images'])
    expect(all.view.get('details').attributes('open')).toBeUndefined()
  })

  test('remember the level', async () => {
    const { main, view } = await panel()
    await view.get('input[value=everything]').setValue()
    await flushPromises()
    expect(main.asked('settings:write')).toEqual([{ level: 'everything' }])
  })

  test('create a new network only when something differs', async () => {
    const { main, apply, input } = await panel()
    expect(apply.attributes('disabled')).toBeDefined()
    await input('Hidden units').type('100')
    expect(apply.attributes('disabled')).toBeUndefined()
    await input('Hidden units').type('50')
    expect(apply.attributes('disabled')).toBeDefined()
    await input('Hidden units').type('100')
    await apply.trigger('submit')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([runConfig({ layers: [784, 100, 10], seed: 1 })])
    expect(apply.attributes('disabled')).toBeDefined()
  })

  test.each([
    ['0', '0'], ['-1', '-1'], ['1e9', '1,000,000,000'], ['3.5', '3.5'], ['abc', '"abc"'],
  ])('report an invalid hidden size of %j at the field, and keep the typed text', async (text) => {
    const { main, view, apply, input } = await panel()
    await input('Hidden units').type(text)
    expect(input('Hidden units').message()).toContain('Layer 1, Affine: units must be 1, 2, …, 4096.')
    expect(input('Hidden units').message()).toMatch(/Found: \S/)
    expect(input('Hidden units').invalid()).toBe('true')
    expect(input('Hidden units').value()).toBe(text)
    expect(apply.attributes('disabled')).toBeDefined()
    await view.get('form').trigger('submit')
    expect(main.asked('run:configure')).toEqual([])
  })

  test.each([
    ['ko', '학습률은 0보다 크고 100 이하인 수여야 합니다. 입력된 값: "abc"'],
    ['ja', '学習率は 0 より大きく 100 以下の数にしてください。入力された値："abc"'],
  ] as const)('report it in %s', async (locale, sentence) => {
    const { view } = await panel({ 'settings:read': () => ({ ...settings, locale }) })
    setLocale(locale)
    await view.findAll('.field input')[1]!.setValue('abc')
    expect(view.get('[role=alert]').text()).toBe(sentence)
  })

  test('stay as typed when main refuses them; the current network stays too', async () => {
    const { apply, input } = await panel({ 'run:configure': () => { throw new LabError('worker.timeout', 'late', { found: 'configure' }) } })
    await input('Hidden units').type('64')
    await apply.trigger('submit')
    await flushPromises()
    expect(input('Hidden units').value()).toBe('64')
    expect(useRun().state?.config).toEqual(defaultConfig)
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.worker.timeout'])
  })

  test('stay as typed when the memory does not suffice, which is told in the form', async () => {
    const { view, apply, input } = await panel({ 'run:configure': () => { throw new LabError('train.memory', 'too much', { found: 1200, max: 1024 }) } })
    await input('Hidden units').type('4000')
    await apply.trigger('submit')
    await flushPromises()
    expect(view.get('.fields [role=alert]').text()).toContain('1,200')
    expect([input('Hidden units').value(), useRun().state?.config, useNotices().notices]).toEqual(['4000', defaultConfig, []])
    await input('Hidden units').type('40')
    expect(view.find('.fields [role=alert]').exists()).toBe(false)
  })

  test('follow a network that was opened from a file', async () => {
    const { main, view, input } = await panel()
    await input('Learning rate').type('0.5')
    main.tell('run:state', runState({ runId: 7, config: runConfig({ layers: [784, 30, 10] }), origin: { from: 'file', name: 'mine.safetensors', step: 1200 } }))
    await flushPromises()
    expect([input('Hidden units').value(), input('Learning rate').value()]).toEqual(['30', '0.1'])
    expect(view.text()).toContain('mine.safetensors (step 1,200)')
  })

  test('keep unfinished typing when the run is only rewound', async () => {
    const { main, input } = await panel()
    await input('Learning rate').type('0.5')
    main.tell('run:state', runState({ runId: 8 }))
    await flushPromises()
    expect(input('Learning rate').value()).toBe('0.5')
  })

  test('offer every optimizer, whose usual learning rate replaces another usual one, and leaves a typed one', async () => {
    const { main, view, apply, input } = await panel(everything)
    const select = view.findAll('.field').find(field => field.get('label').text() === 'Optimizer')!.get('select')
    expect(select.findAll('option').map(option => option.text())).toEqual(['SGD', 'Momentum', 'AdaGrad', 'RMSProp', 'Adam'])
    expect(view.text()).toContain('Usual for SGD: 0.1')
    await select.setValue('adam')
    expect([input('Learning rate').value(), view.text()]).toEqual(['0.001', expect.stringContaining('Set to Adam’s usual: 0.001')])
    await select.setValue('momentum')
    expect(input('Learning rate').value()).toBe('0.01')
    await input('Learning rate').type('0.05')
    await select.setValue('adam')
    expect([input('Learning rate').value(), view.text()]).toEqual(['0.05', expect.not.stringContaining('set with')])
    expect(view.text()).toContain('Usual for Adam: 0.001')
    await apply.trigger('submit')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([runConfig({ optimizer: 'adam', learningRate: 0.05 })])
  })

  test('keep the focus when Enter in a layer’s number makes a new network', async () => {
    const { main, view } = await panel(everything)
    const units = () => view.get<HTMLInputElement>('.row input')
    await units().setValue('60')
    units().element.focus()
    await view.get('form').trigger('submit')
    await flushPromises()
    expect([main.asked('run:configure').length, document.activeElement === units().element, units().element.value]).toEqual([1, true, '60'])
  })

  test('scroll to the error of the focused field', async () => {
    const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView')
    try {
      const { view } = await panel()
      const input = view.findAll<HTMLInputElement>('.fields .field input')[2]!
      input.element.focus()
      scrolled.mockClear()
      await input.setValue('0')
      expect((scrolled.mock.contexts as Element[]).map(element => element.querySelector('[role=alert]')?.textContent)).toContain('The batch size must be a whole number from 1 to 10,000. Found: 0')
    }
    finally { scrolled.mockRestore() }
  })

  test('name the wrong values where the network is made', async () => {
    const { view, input } = await panel(everything)
    await view.get('.row input').setValue('0')
    await input('Batch size').type('0')
    expect(view.get('footer').text()).toContain('Correct first: Layer 1, Affine: units and Batch size.')
  })

  test('name no file as the origin of weights that a new network draws afresh', async () => {
    const { view, input } = await panel({ 'run:read': () => soFar(runState({ origin: { from: 'file', name: 'mine.safetensors', step: 1200 } })) })
    expect(view.text()).toContain('mine.safetensors')
    await input('Hidden units').type('60')
    expect(view.text()).not.toContain('mine.safetensors')
  })

  test('name the optimizer at level Chapter 5, where it cannot be chosen', async () => {
    const { view } = await panel()
    expect(view.text()).toContain('Also set: ReLU, He, SGD, seed 1')
  })

  test('can be reset to the current network', async () => {
    const { view, input } = await panel()
    await input('Batch size').type('x')
    await view.findAll('button').find(button => button.text() === 'Revert')!.trigger('click')
    expect(input('Batch size').value()).toBe('100')
    expect(input('Batch size').message()).toBeNull()
  })
})

// At a zoom of 150 % the form was four screens down, and nothing hinted at it.
describe('the form’s summary line where there is little space', () => {
  const line = (view: Awaited<ReturnType<typeof panel>>['view']) => view.get('.fold')
  test('describes the network', async () => {
    const { view } = await panel()
    expect(line(view).text().replace(/\s+/g, ' ')).toMatch(/^Network ?Hidden units 50 · Learning rate 0.1 · Batch size 100$/)
    const deep = await panel({ ...everything, 'run:read': () => soFar(runState({ config: runConfig({ layers: [784, 30, 20, 10] }) })) })
    expect(line(deep.view).get('.brief').text()).toBe('Hidden layers 30, 20 · Learning rate 0.1 · Batch size 100')
    const flat = await panel({ 'run:read': () => soFar(runState({ config: runConfig({ layers: [784, 10] }) })) })
    expect(line(flat.view).get('.brief').text()).toMatch(/^No hidden layer: .* · Learning rate 0.1/)
  })

  test('opens the form in place, and closes it', async () => {
    const { view } = await panel()
    const state = () => [view.classes().includes('open'), line(view).attributes('aria-expanded'), line(view).attributes('title'), line(view).attributes('aria-controls') === view.get('.fields').attributes('id')]
    expect(state()).toEqual([false, 'false', 'Open the settings of the network', true])
    await line(view).trigger('click')
    expect(state()).toEqual([true, 'true', 'Fold the settings of the network', true])
    await line(view).trigger('click')
    expect(state()[0]).toBe(false)
  })

  test('shows typed changes, and that they are not applied, until they are', async () => {
    const { view, input, apply } = await panel()
    await input('Hidden units').type('30')
    expect([line(view).get('.brief').text().startsWith('Hidden units 30'), line(view).get('.pending').text()]).toEqual([true, 'changed, not applied yet'])
    await apply.trigger('submit')
    await flushPromises()
    expect(line(view).find('.pending').exists()).toBe(false)
    await input('Batch size').type('many')
    expect(line(view).find('.pending').exists()).toBe(true)
  })

  test('creates no network when it is clicked', async () => {
    const { main, view, input } = await panel()
    await input('Hidden units').type('30')
    await line(view).trigger('click')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([])
  })
})

describe('a value that is not at work yet', () => {
  const marks = (view: Awaited<ReturnType<typeof panel>>['view']) => view.findAll('.mark').map(node => node.text())
  test('is marked at its field with the one that is, also for screen readers', async () => {
    const { view, input } = await panel()
    expect(marks(view)).toEqual([])
    await input('Learning rate').type('0.5')
    await input('Hidden units').type('many')
    expect(marks(view)).toEqual(['not applied yet; in use: 50', 'not applied yet; in use: 0.1'])
    const field = view.findAll('.field').find(field => field.get('label').text() === 'Learning rate')!
    expect(field.get('input').attributes('aria-describedby')).toBe(field.get('.mark').attributes('id'))
    await input('Learning rate').type('0.10')
    await input('Hidden units').type('50')
    expect(marks(view)).toEqual([])
  })

  test('is named as the field shows it, and hinted at where the settings are closed', async () => {
    const { view } = await panel(everything)
    const choose = (label: string, value: string) => view.findAll('.field').find(field => field.get('label').text() === label)!.get('select').setValue(value)
    await choose('Optimizer', 'adam')
    await choose('Weight initialization', 'xavier')
    await choose('Loss', 'identityWithLoss')
    expect(marks(view)).toEqual(expect.arrayContaining(['not applied yet; in use: SGD', 'not applied yet; in use: He', 'not applied yet; in use: Softmax-with-Loss']))
    expect(view.get('summary').text()).toContain('not applied yet')
  })
})

describe('the presets', () => {
  test('fill the form, and tell which one it is', async () => {
    const { main, view, apply } = await panel(everything)
    const preset = view.get('select')
    expect((preset.element as HTMLSelectElement).value).toBe('book')
    await preset.setValue('regression')
    await apply.trigger('submit')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([{ ...runConfig({ optimizer: 'adam', learningRate: 0.001 }), network: { layers: defaultConfig.network.layers, loss: 'identityWithLoss' } }])
    expect((preset.element as HTMLSelectElement).value).toBe('regression')
    await view.findAll('.field').find(field => field.get('label').text() === 'Learning rate')!.get('input').setValue('0.01')
    expect((preset.element as HTMLSelectElement).value).toBe('')
  })
})

describe('the presets of the lessons', () => {
  test.each([
    ['book', 'affine 50, relu, affine 10', 'he', 'sgd'],
    ['faint', `${'affine 100, sigmoid, '.repeat(5)}affine 10`, 'small', 'sgd'],
    ['five', `${'affine 100, relu, '.repeat(5)}affine 10`, 'he', 'sgd'],
    ['wide', 'affine 512, relu, affine 512, relu, affine 10', 'he', 'adam'],
  ])('%s is %s with %s and %s', async (id, layers, init, kind) => {
    const { main, view, apply, input } = await panel(everything)
    await view.get('select').setValue(id)
    await input('Batch size').type('64')
    await apply.trigger('submit')
    await flushPromises()
    expect(main.asked('run:configure')).toMatchObject([{ network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' }, init, optimizer: { kind } }])
  })
})

describe('a recipe', () => {
  const button = (view: Awaited<ReturnType<typeof panel>>['view'], name: string) => view.findAll('button').find(button => button.text() === name)!
  const mine: RunConfig = checkRunConfig({ ...defaultConfig, network: { layers: parseLayers('affine 30, tanh, dropout 0.2, affine 10'), loss: 'softmaxWithLoss' }, init: 'xavier', optimizer: { kind: 'momentum', learningRate: 0.03, momentum: 0.8 }, batchSize: 64, seed: 9, orderSeed: 4, validation: 0.1, weightDecay: 0.01 })

  test('is copied as it is typed, pasted into the fields, and applied as a new network', async () => {
    fakePopovers()
    const copied: string[] = []
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: (text: string) => { copied.push(text); return Promise.resolve() } } })
    const { main, view, input, apply } = await panel()
    await input('Batch size').type('25')
    await button(view, 'Copy the recipe').trigger('click')
    expect(JSON.parse(copied[0]!)).toMatchObject({ kind: 'backprop-lab-recipe', config: { batchSize: 25 } })
    await useRecipeFile().take(writeRecipe(mine), 'mine.json')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([])
    await apply.trigger('submit')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([mine])
    await button(view, 'Copy the recipe').trigger('click')
    expect(copied[1]).toBe(writeRecipe(mine))
  })

  test('of a run whose settings were changed on the way says that it holds those of now', async () => {
    fakePopovers()
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: () => Promise.resolve() } })
    const { view } = await panel({ 'run:read': () => soFar(runState({ step: 200, events: [{ step: 165, change: { optimizer: { learningRate: 0.01 } } }] })) })
    await button(view, 'Copy the recipe').trigger('click')
    await flushPromises()
    expect(useNotices().notices.map(({ key, parameters }) => [key, parameters])).toEqual([['train.recipe.copiedNow', { step: '165' }]])
  })

  test('that is not sound is refused below the pasted text, which stays', async () => {
    fakePopovers()
    const { view, input } = await panel()
    await button(view, 'Paste a recipe…').trigger('click')
    await flushPromises()
    await view.get('textarea').setValue(writeRecipe(mine).replace('"batchSize": 64', '"batchSize": 0'))
    await button(view, 'Fill in the fields').trigger('click')
    await flushPromises()
    expect(view.get('dialog [role=alert]').text()).toBe('The batch size must be a whole number from 1 to 10,000. Found: 0')
    await view.get('textarea').setValue(writeRecipe(mine).replace('"batchSize": 64', '"batchSize": 0').replace('"seed": 9', '"seed": 0.5'))
    await button(view, 'Fill in the fields').trigger('click')
    await flushPromises()
    expect(view.findAll('dialog [role=alert] li').map(fault => fault.text())).toEqual(['The batch size must be a whole number from 1 to 10,000. Found: 0', expect.stringContaining('0.5')])
    await view.get('textarea').setValue(writeRecipe(mine).slice(0, 120))
    await button(view, 'Fill in the fields').trigger('click')
    await flushPromises()
    expect(view.get('dialog [role=alert]').text()).toMatch(/^The pasted text ends too early, at line \d+: its end is missing/)
    await view.get('textarea').setValue(writeRecipe({ ...mine, dataset: 'kmnist' }))
    await button(view, 'Fill in the fields').trigger('click')
    await flushPromises()
    expect(view.get('dialog [role=alert]').text()).toBe('There is no dataset kmnist. Known: mnist.')
    expect(input('Batch size').value()).toBe('100')
    await view.get('textarea').setValue(writeRecipe(mine))
    await button(view, 'Fill in the fields').trigger('click')
    await flushPromises()
    expect([view.find('textarea').exists(), input('Batch size').value()]).toEqual([false, '64'])
  })

  test('of a file opens Train; another file says what it is', async () => {
    await panel()
    await useRecipeFile().open(writeRecipe(mine), 'mine.json')
    expect([useRoom().current, useNotices().notices.map(({ key }) => key)]).toEqual(['train', ['train.recipe.taken']])
    await useRecipeFile().open('{}', 'other.json')
    expect(useNotices().notices.map(({ key }) => key)).toContain('errors.recipe.foreign')
  })
})

describe('level Chapter 5', () => {
  const network = { layers: parseLayers('affine 30, dropout 0.2, affine 10'), loss: 'softmaxWithLoss' } as const
  test('shows layers that it cannot set as text, and keeps them', async () => {
    const { main, view, input, apply } = await panel({ 'run:read': () => soFar(runState({ config: { ...defaultConfig, network } })) })
    expect(labels(view)).toEqual(['Learning rate', 'Batch size'])
    expect(view.get('.chain').text()).toBe('affine 30, dropout 0.2, affine 10')
    await input('Batch size').type('50')
    await apply.trigger('submit')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([{ ...defaultConfig, network, batchSize: 50 }])
  })

  test('names weight decay and validation only where they have an effect', async () => {
    const { view } = await panel()
    const rest = () => view.findAll('.fields p').map(line => line.text()).find(line => line.startsWith('Also set:'))
    expect(rest()).toBe('Also set: ReLU, He, SGD, seed 1')
    useRun().accept(runState({ runId: 2, config: { ...defaultConfig, weightDecay: 1e-4, validation: 0.1 } }))
    await flushPromises()
    expect(rest()).toBe('Also set: ReLU, He, SGD, seed 1, weight decay 0.0001, validation share 0.1')
  })

  test('shows errors in settings that it has no field for', async () => {
    const { view } = await panel(everything)
    await view.findAll('.field').find(field => field.get('label').text() === 'Weight decay')!.get('input').setValue('lots')
    await view.get('input[value=chapter5]').setValue()
    await flushPromises()
    expect(view.get('.fields [role=alert]').text()).toBe('The weight decay must be a number from 0 to 10. Found: "lots"')
  })
})

describe('while the network learns', () => {
  const running = (patch: Parameters<typeof runState>[0] = {}) => runState({ phase: 'running', step: 40, ...patch })
  const learning = (answers: Parameters<typeof fakeMain>[0] = {}) => panel({ 'run:read': () => soFar(running()), 'settings:read': () => ({ ...settings, recipeFolded: true }), ...answers })

  // It folded when the run began and opened at each pause: chain and curves jumped by its width.
  test('nothing of the recipe folds, opens or moves when the run begins and pauses', async () => {
    const { main, view } = await panel()
    const look = () => [view.classes(), view.get('.fold').attributes('aria-expanded'), view.findAll('.fields .field label').map(label => label.text())]
    const before = look()
    for (const phase of ['running', 'idle', 'running'] as const) {
      main.tell('run:state', running({ phase, step: 41 }))
      await flushPromises()
      expect(look(), phase).toEqual(before)
    }
  })

  test('a person folds it to a line with the learning rate, which stays so, and opens it again', async () => {
    const { main, view } = await learning({ 'settings:read': () => settings })
    await view.get('.fold-away').trigger('click')
    await flushPromises()
    expect([view.classes().includes('folded'), view.find('.line .rate').exists(), view.get('.fold').attributes('aria-expanded'), document.activeElement === view.get('.fold').element]).toEqual([true, true, 'false', true])
    expect(view.get('.brief').text()).toBe('Hidden units 50 · ReLU · He · SGD · Batch size 100 · Seed 1')
    main.tell('run:state', running({ phase: 'idle', step: 41 }))
    await flushPromises()
    expect(view.classes()).toContain('folded')
    await view.get('.fold').trigger('click')
    await flushPromises()
    expect([view.classes().includes('folded'), main.asked('settings:write')]).toEqual([false, [{ recipeFolded: true }, { recipeFolded: false }]])
  })

  // After a cure, only a pause showed what it had changed.
  test('the line names activation, initialization, optimizer and seed of the new network, too', async () => {
    const { main, view } = await learning({ 'run:read': () => soFar(running({ config: runConfig({ layers: [784, 50, 50, 10], activation: 'sigmoid', init: 'small', seed: 3 }) })) })
    expect(view.get('.brief').text()).toBe('Hidden layers 50, 50 · Sigmoid · Deviation 0.01 · SGD · Batch size 100 · Seed 3')
    main.tell('run:state', running({ runId: 2, config: runConfig({ layers: [784, 50, 50, 10], optimizer: 'adam', learningRate: 0.001, seed: 3 }) }))
    await flushPromises()
    expect(view.get('.brief').text()).toBe('Hidden layers 50, 50 · ReLU · He · Adam · Batch size 100 · Seed 3')
  })

  test('Enter in the learning rate applies it to the run, which goes on', async () => {
    const optimizer = { kind: 'sgd', learningRate: 0.01 } as const
    const { main, view } = await learning({ 'run:change': ({ optimizer }) => running({ step: 44, config: { ...defaultConfig, optimizer: { kind: 'sgd', learningRate: 0.1, ...optimizer } }, events: [{ step: 43, change: { optimizer: optimizer! } }] }) })
    await view.get('.rate input').setValue('0.01')
    expect([view.get('.rate .mark').text(), view.findAll('button[type=submit]')[0]!.text()]).toEqual(['not applied yet; in use: 0.1', 'Apply to this run'])
    await view.get('form').trigger('submit')
    await flushPromises()
    expect([main.asked('run:change'), main.asked('run:configure')]).toEqual([[{ optimizer }], []])
    expect([view.find('.rate .mark').exists(), view.get('footer').text()]).toEqual([false, expect.stringContaining('in effect from step 43 on')])
  })

  test('a change and a new network are both offered; other settings wait for the new network', async () => {
    const { main, view, input } = await learning({ 'run:change': () => running({ step: 44, config: runConfig({ batchSize: 50 }), events: [{ step: 43, change: { batchSize: 50 } }] }) })
    await view.get('.fold').trigger('click')
    await input('Batch size').type('50')
    await input('Hidden units').type('60')
    expect(view.findAll('footer button').map(button => button.text())).toEqual(['Apply to this run', 'New network', 'Revert'])
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(main.asked('run:change')).toEqual([{ batchSize: 50 }])
    expect(view.findAll('footer button').map(button => button.text())).toEqual(['New network', 'Revert'])
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([runConfig({ layers: [784, 60, 10], batchSize: 50 })])
  })

  test('a preset says which part of it goes into the run, and the rest keeps its marks', async () => {
    const optimizer = { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const
    const { main, view } = await learning({ ...everything, 'run:change': () => running({ step: 44, config: { ...defaultConfig, optimizer }, events: [{ step: 43, change: { optimizer } }] }) })
    await view.get('.fold').trigger('click')
    await view.get('select').setValue('regression')
    const footer = () => view.get('footer').text()
    expect(footer()).toContain('Goes into this run at its next step: Optimizer and Learning rate.')
    expect(footer()).toContain('Needs a new network: Loss.')
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(main.asked('run:change')).toMatchObject([{ optimizer: { kind: 'adam' } }])
    expect(view.findAll('.field .mark').map(node => node.text())).toEqual(['not applied yet; in use: Softmax-with-Loss'])
    expect(footer()).not.toContain('Goes into')
  })

  test('a change that the memory does not allow is told at its field, and leaves run and form', async () => {
    const { view, input } = await learning({ 'run:change': () => { throw new LabError('train.memory', 'too much', { found: 1200, max: 1024 }) } })
    await view.get('.fold').trigger('click')
    await input('Batch size').type('10000')
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(input('Batch size').message()).toContain('1,200')
    expect([input('Batch size').value(), useRun().state?.config, useNotices().notices]).toEqual(['10000', defaultConfig, []])
    await input('Batch size').type('9000')
    expect(input('Batch size').message()).toBeNull()
  })
})

// A cure set the learning rate of the run; the field kept the rate before it, as if it had been typed and not applied.
describe('settings that change elsewhere', () => {
  const running = (patch: Parameters<typeof runState>[0] = {}) => runState({ phase: 'running', step: 40, config: runConfig({ learningRate: 1e-5 }), ...patch })
  const cured = (config: RunConfig, change: SettingsChange) => running({ step: 50, config, events: [{ step: 50, change }] })
  const following = async (answers: Parameters<typeof fakeMain>[0] = {}) => {
    const all = await panel({ 'run:read': () => soFar(running()), ...answers })
    const tell = async (state: RunState) => { all.main.tell('run:state', state); await flushPromises() }
    return { ...all, tell, open: () => all.view.get('.fold').trigger('click'), marks: () => all.view.findAll('.mark').map(node => node.text()), buttons: () => all.view.findAll('footer button:not([disabled])').map(button => button.text()) }
  }

  test('show in their fields what is in use now, with nothing to apply', async () => {
    const { view, tell, marks, open, buttons } = await following({ 'settings:read': () => ({ ...settings, recipeFolded: true }) })
    await tell(cured(runConfig({ learningRate: 0.1 }), { optimizer: { learningRate: 0.1 } }))
    expect([view.get<HTMLInputElement>('.rate input').element.value, marks(), view.find('.take').exists()]).toEqual(['0.1', [], false])
    await open()
    await tell(cured(runConfig({ learningRate: 0.1, batchSize: 10 }), { batchSize: 10 }))
    await tell(running({ phase: 'idle', step: 60, config: runConfig({ learningRate: 0.2, batchSize: 10 }), events: [{ step: 50, change: {} }, { step: 55, change: {} }] }))
    expect([view.findAll<HTMLInputElement>('.fields input[inputmode]').map(({ element }) => element.value), marks(), buttons()]).toEqual([['50', '0.2', '10'], [], []])
  })

  test('leave what was typed in other fields, and what was typed in the same one', async () => {
    const { view, input, tell, marks, open } = await following()
    await open()
    await input('Batch size').type('20')
    await input('Learning rate').type('0.5')
    await tell(cured(runConfig({ learningRate: 0.1 }), { optimizer: { learningRate: 0.1 } }))
    expect([input('Batch size').value(), input('Learning rate').value(), marks()]).toEqual(['20', '0.5', ['not applied yet; in use: 0.1', 'not applied yet; in use: 100']])
    await tell(cured(runConfig({ learningRate: 0.5 }), { optimizer: { learningRate: 0.5 } }))
    expect(view.findAll('.mark')).toHaveLength(1)
  })

  test('are followed at Everything, too: a layer’s rate and the optimizer', async () => {
    const network = (rate: number) => ({ layers: parseLayers(`affine 30, relu, dropout ${rate}, affine 10`), loss: 'softmaxWithLoss' }) as const
    const { view, tell, marks, open } = await following({ ...everything, 'run:read': () => soFar(running({ config: { ...defaultConfig, network: network(0.9) } })) })
    await open()
    await view.findAll('.row input')[0]!.setValue('40')
    await tell(cured({ ...defaultConfig, network: network(0.2), optimizer: { kind: 'momentum', learningRate: 0.01, momentum: 0.8 } }, { layers: { dropout1: { rate: 0.2 } } }))
    expect(view.findAll<HTMLInputElement>('.row input').map(({ element }) => element.value).slice(0, 2)).toEqual(['40', '0.2'])
    expect([view.findAll('.field').find(field => field.find('label').text() === 'Optimizer')!.get('select').element.value, view.text(), marks()]).toEqual(['momentum', expect.stringContaining('Momentum: momentum'), []])
    expect(view.findAll('.row .note').map(note => note.text())).toEqual(['not applied yet; in use: 30'])
  })

  test('of a new network by a cure, leave what was typed; the network can be had again by a rewind', async () => {
    const sigmoid = runConfig({ layers: [784, 50, 50, 10], activation: 'sigmoid', init: 'small' })
    const relu = runConfig({ layers: [784, 50, 50, 10], activation: 'relu', init: 'he' })
    const { view, input, tell, marks, open } = await following({ ...everything, 'run:read': () => soFar(running({ config: sigmoid })) })
    await open()
    const kinds = () => view.findAll('.row .trigger').map(trigger => trigger.text())
    const units = () => view.findAll<HTMLInputElement>('.row input').map(({ element }) => element.value).slice(0, 2)
    await view.findAll('.row input')[1]!.setValue('60')
    await input('Batch size').type('20')
    await tell(runState({ runId: 2, config: relu }))
    expect([kinds(), units(), input('Batch size').value()]).toEqual([['Affine', 'ReLU', 'Affine', 'ReLU', 'Affine'], ['50', '60'], '20'])
    expect(marks()).toEqual(['not applied yet; in use: 100'])
    await tell(runState({ runId: 3, config: sigmoid }))
    expect([kinds()[1], units(), input('Batch size').value()]).toEqual(['Sigmoid', ['50', '60'], '20'])
  })
})
