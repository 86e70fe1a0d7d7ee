import { defaultConfig, isRecipe, type LabError, readRecipeText, recipeFaults, type RunConfig, writeRecipe } from '@core'
import { describe, expect, test } from 'vitest'
import { chain, configOf } from '../../fixtures/training'

const read = (text: string) => readRecipeText(text, 'mine.json')
const code = (text: string): string => {
  try { read(text) }
  catch (cause) { return (cause as LabError).code }
  return 'it was accepted'
}
/** A recipe with a field changed. */
const bent = (change: (config: Record<string, unknown>) => void, more: object = {}): string => {
  const given = JSON.parse(writeRecipe(defaultConfig)) as { config: Record<string, unknown> }
  change(given.config)
  return JSON.stringify({ ...given, ...more })
}

describe('a recipe', () => {
  test.each<[string, RunConfig]>([
    ['the default one', defaultConfig],
    ['one with every kind of layer and every setting', configOf(chain, { orderSeed: 7, weightDecay: 0.01, validation: 0.1, optimizer: { kind: 'adam', learningRate: 0.003, beta1: 0.8, beta2: 0.99 } })],
  ])('comes back as it was written, byte for byte: %s', (_, config) => {
    expect(read(writeRecipe(config))).toEqual(config)
    expect(writeRecipe(read(writeRecipe(config)))).toBe(writeRecipe(config))
    expect(isRecipe(writeRecipe(config))).toBe(true)
  })

  test.each<[string, string, string]>([
    ['another text', 'recipe.foreign', 'hello'],
    ['nothing', 'recipe.foreign', ''],
    ['a number', 'recipe.foreign', '7'],
    ['null', 'recipe.foreign', 'null'],
    ['a graph', 'recipe.foreign', '{"expression":"x*y"}'],
    ['one that is far too long', 'recipe.foreign', ' '.repeat(100_001)],
    ['a later format', 'recipe.version', bent(() => undefined, { formatVersion: 2 })],
    ['no settings', 'recipe.content', '{"kind":"backprop-lab-recipe","formatVersion":1}'],
    ['settings that are a list', 'recipe.content', bent(() => undefined, { config: [] })],
    ['an unknown field beside the settings', 'recipe.unknown', bent(() => undefined, { author: 'Ada' })],
    ['an unknown setting', 'recipe.unknown', bent((config) => { config['momentum'] = 0.9 })],
    ['an unknown rate', 'recipe.unknown', bent((config) => { config['optimizer'] = { kind: 'sgd', learningRate: 0.1, nesterov: 1 } })],
    ['a number as text', 'config.batchSize', bent((config) => { config['batchSize'] = '100' })],
    ['a missing setting', 'config.batchSize', bent((config) => { delete config['batchSize'] })],
    ['a rate that is too large', 'config.learningRate', bent((config) => { config['optimizer'] = { kind: 'sgd', learningRate: 1e9 } })],
    ['another optimizer', 'config.optimizer', bent((config) => { config['optimizer'] = { kind: 'lion', learningRate: 0.1 } })],
    ['a dataset that is a path', 'config.dataset', bent((config) => { config['dataset'] = '../mnist' })],
    ['another kind of layer', 'network.kind', bent((config) => { config['network'] = { loss: 'softmaxWithLoss', layers: [{ kind: 'attention' }] } })],
    ['a seed that is no whole number', 'config.seed', bent((config) => { config['seed'] = 1.5 })],
  ])('is refused when it is %s: %s', (_, wanted, text) => {
    expect(code(text)).toBe(wanted)
  })

  test('that is refused names the field, and what was found', () => {
    expect(() => read(bent((config) => { config['momentum'] = 0.9 }))).toThrow(expect.objectContaining({ details: { file: 'mine.json', field: 'config.momentum' } }) as Error)
    expect(() => read(bent((config) => { config['batchSize'] = 0 }))).toThrow(expect.objectContaining({ details: expect.objectContaining({ found: '0' }) as object }) as Error)
  })

  test('that is cut off says at which line it ends, wherever that is', () => {
    const text = writeRecipe(defaultConfig)
    for (let length = 1; length < text.length; length++) {
      const cut = text.slice(0, length)
      expect(() => read(cut)).toThrow(expect.objectContaining({ code: 'recipe.cut', details: { file: 'mine.json', line: cut.trimEnd().split('\n').length } }) as Error)
    }
    expect(code(`${text.slice(0, 200)}"\\"{`)).toBe('recipe.cut') // a sign that is not read in a string
  })

  test('with an error in its JSON names the line', () => {
    const lines = writeRecipe(defaultConfig).split('\n')
    const at = lines.findIndex(line => line.includes('"seed"'))
    lines[at] = lines[at]!.replace(':', ' =')
    expect(() => read(lines.join('\n'))).toThrow(expect.objectContaining({ code: 'recipe.syntax', details: expect.objectContaining({ line: at + 1, wanted: ':' }) as object }) as Error)
    expect([code(`${writeRecipe(defaultConfig)} and more`), code('{"kind": nothing}'), code('{"a": [true, false, null, -1.5e3, "x"], }')]).toEqual(['recipe.syntax', 'recipe.syntax', 'recipe.syntax'])
  })

  test('says everything that is wrong with it at once', () => {
    const faults = (text: string) => recipeFaults(text, 'mine.json').map(({ code }) => code)
    expect(faults(writeRecipe(defaultConfig))).toEqual([])
    expect(faults('hello')).toEqual(['recipe.foreign'])
    expect(faults(bent(() => undefined, { config: [] }))).toEqual(['recipe.content'])
    const several = bent((config) => { Object.assign(config, { batchSize: 0, seed: 1.5, optimizer: { kind: 'sgd', learningRate: -3 }, momentum: 1 }) })
    expect(faults(several).toSorted()).toEqual(['config.batchSize', 'config.learningRate', 'config.seed', 'recipe.unknown'])
    expect(faults(several)[0]).toBe(code(several))
    expect(faults(bent((config) => { delete config['seed']; config['batchSize'] = 0 })).toSorted()).toEqual(['config.batchSize', 'config.seed'])
  })

  test('is told from other JSON by its kind, even when it is not sound', () => {
    expect([isRecipe('{"kind":"backprop-lab-recipe"}'), isRecipe('{"kind":"other"}'), isRecipe('[]'), isRecipe('null'), isRecipe('no')]).toEqual([true, false, false, false, false])
  })
})
