import { type Channel, channels, defaultProgress, defaultSettings, type RequestArg } from '@contract'
import { defaultConfig, type GraphDocument, LabError } from '@core'
import { parseSettings } from '@files'
import { describe, expect, test } from 'vitest'
import { checkArg } from '../../../electron/main/message'

const pixels = new Float32Array(784).fill(0.5)

const graph: GraphDocument = { expression: 'x * y', inputs: { x: 2, y: [[1, 2]] }, upstream: 1.3 }

/** One valid message for every channel. */
const good: { readonly [K in Channel]: RequestArg<K> } = {
  'app:info': null, 'app:shown': null, 'app:present': { on: true }, 'settings:read': null, 'settings:write': { theme: 'dark', pace: 'full', threads: 2 },
  'progress:read': null, 'progress:write': { ...defaultProgress, current: 'add-node' },
  'run:read': null, 'run:configure': defaultConfig, 'run:start': { pace: 10 }, 'run:pause': null, 'run:pace': { pace: 'full' }, 'run:change': { optimizer: { kind: 'adam', learningRate: NaN }, batchSize: 0, weightDecay: 0.1, orderSeed: 3, layers: { dropout1: { rate: 2 } } },
  'run:step': { unit: 'epoch' }, 'run:layer': { unit: 'layer' }, 'slow:look': { cell: { part: 'dW', row: 300, column: 7 } }, 'run:stopWhen': { condition: { kind: 'patience', epochs: 5 } }, 'run:rewind': null, 'run:demonstrate': null, 'run:left': null, 'run:lost': null, 'past:visit': { step: 12 }, 'desk:recall': null, 'desk:remember': { block: 'affine1', tab: 'mistakes', strokes: [[{ x: 0.1, y: 0.2 }]] }, 'past:leave': null, 'past:read': null, 'past:price': { ask: 'notFinite' }, 'past:find': { ask: 'died', layer: 'relu1', unit: 3 }, 'past:cancel': null, 'past:lane': { of: 'tensor', path: 'affine1.W', figure: 'norm' }, 'past:endLane': { id: 1 }, 'past:lanes': null, 'past:health': { from: 0, to: 900, columns: 400, scale: 'logarithmic', units: 'relu1', have: [1, 2, 5] }, 'past:endHealth': null, 'past:bookmark': { step: 5, note: 'here' }, 'twin:begin': { step: 0, change: { optimizer: { learningRate: 0.01 } }, name: 'slower' }, 'twin:read': null, 'twin:end': null, 'teach:try': { pixels, label: 7, times: 10, dataset: 'mnist', step: 12 }, 'teach:cancel': null, 'teach:keep': { pixels, label: 7, times: 1, run: null, runId: 3, step: 0 },
  'kernels:speed': null, 'run:probe': { stats: true, tensors: [{ path: 'affine1.dW', firstColumn: 0, columns: 8 }], images: 8, change: 'affine2' }, 'run:batch': { rows: 100 }, 'run:mistakes': { split: 'test', actual: 4, predicted: 9, first: 0, count: 24, order: 'loss' }, 'xray:open': { image: { split: 'test', index: 9999 } }, 'xray:cell': { id: 1, block: 'affine1', part: 'dW', row: 300, column: 7 }, 'xray:close': null, 'unit:look': { layer: 'relu1', unit: 3 }, 'past:path': { cells: [{ path: 'affine1.W', row: 300, column: 7 }, { path: 'affine2.b', row: 0, column: 3 }] }, 'past:endPath': null, 'measure:samples': null, 'measure:line': null, 'measure:plane': { cells: [{ path: 'affine1.W', row: 300, column: 7 }, { path: 'affine2.b', row: 0, column: 3 }], ranges: [[-1, 1], [0, 2.5]], size: 31 }, 'past:lastWake': { layer: 'relu1', unit: 3, step: 12 }, 'draw:predict': { source: 'run', pixels }, 'draw:walk': { source: 'sample', pixels }, 'draw:network': { source: 'run' }, 'draw:neighbours': { dataset: 'mnist', pixels, nearest: 5, means: [3, 8] }, 'digits:read': null, 'digits:add': { image: new Uint8Array(784), label: 9 }, 'digits:hide': { index: 0, isHidden: true }, 'digits:export': { name: 'my digits' }, 'digits:import': null, 'digits:dataset': { name: 'My digits' }, 'data:list': null, 'data:preview': { from: 'folder', known: null }, 'data:revise': { handle: 'a1', size: { rows: 28, columns: 28 }, isDark: true }, 'data:dismiss': null, 'data:import': { handle: 'a1', name: 'Letters', classes: ['a', 'b'], test: { share: 0.1, seed: 10 } }, 'data:change': { id: 'bands-1', name: 'Bands' }, 'data:verify': { id: 'bands-1' }, 'data:repair': { id: 'bands-1', from: 'files' }, 'data:reveal': { id: 'bands-1' }, 'data:remove': { id: 'bands-1' }, 'data:restore': { id: 'bands-1' }, 'data:samples': { id: 'mnist' }, 'data:open': { dataset: 'mnist' }, 'data:leave': null, 'data:bytes': { dataset: 'mnist', split: 'train', indices: [59_999, 0] }, 'data:means': { dataset: 'mnist', split: 'test', classes: [7] }, 'data:answers': { dataset: 'mnist' }, 'data:images': { dataset: 'mnist', split: 'test', first: 9999, count: 1 },
  'runs:list': null, 'runs:change': { id: 'a0'.repeat(16), name: 'Sigmoid', note: '', pinned: true }, 'runs:remove': { id: 'a0'.repeat(16) }, 'runs:trash': null, 'runs:restore': { id: 'a0'.repeat(16) }, 'runs:emptyTrash': null, 'runs:reveal': { id: 'a0'.repeat(16) }, 'runs:open': { id: 'a0'.repeat(16) }, 'runs:fork': { id: 'a0'.repeat(16), step: 12, change: { optimizer: { learningRate: 0.01 } }, name: 'Slower' }, 'runs:losses': { from: 1, to: 600 },
  'runs:curves': { ids: ['a0'.repeat(16), 'b0'.repeat(16)], columns: 600 }, 'runs:difference': { a: 'a0'.repeat(16), b: 'b0'.repeat(16) }, 'runs:distance': { a: 'a0'.repeat(16), b: 'b0'.repeat(16), step: 12 }, 'runs:compared': null,
  'runs:export': { id: 'a0'.repeat(16), name: 'Sigmoid' }, 'runs:project': { id: null, name: 'pytorch', withData: false }, 'weights:project': { handle: 'a1', name: 'pytorch', withData: true }, 'weights:export': { of: { run: null }, format: 'onnx' }, 'file:reveal': { id: 'a1' }, 'file:open': null, 'file:take': { id: 'a1' }, 'file:answer': { id: 'a1', choice: 0 }, 'file:drop': { paths: ['/tmp/a.labrun'] },
  'weights:save': null, 'weights:saveAs': null, 'weights:rename': { handle: 'a1', name: 'b' }, 'weights:duplicate': { handle: 'a1' }, 'weights:remove': { handle: 'a1' }, 'weights:restore': { handle: 'a1' }, 'weights:list': null, 'weights:open': { handle: 'a1' }, 'weights:bytes': { handle: null }, 'weights:forget': { handle: 'a1' }, 'weights:reveal': { handle: 'a1' },
  'graph:save': { document: graph, name: 'apples' }, 'graph:recall': null, 'progress:save': { name: 'Ada' }, 'progress:open': null, 'summary:pdf': { name: 'Ada' }, 'certificate:state': null, 'certificate:start': null, 'certificate:stop': null, 'graph:remember': { document: graph, source: 'x * (' },
}

const junk: readonly unknown[] = [undefined, 0, NaN, '', 'null', true, [], [null], { unknown: 1 }, new Map(), new Float32Array(784), { pace: 2 }, { handle: 7 }, { path: 1 }, { unit: 'year' }]

describe('every channel', () => {
  test.each(channels)('%s accepts valid messages of the contract', (channel) => {
    expect(checkArg(channel, good[channel])).toEqual(good[channel])
  })

  test.each(channels.filter(channel => channel !== 'run:configure'))('%s refuses junk with a code', (channel) => {
    for (const value of junk) expect(() => checkArg(channel, value), String(value)).toThrow(expect.objectContaining({ code: 'ipc.schema' }) as Error)
  })

  test('run:configure refuses anything but an object; its values have specific errors', () => {
    for (const value of [undefined, null, 1, 'x', true]) expect(() => checkArg('run:configure', value)).toThrow(expect.objectContaining({ code: 'ipc.schema' }) as Error)
    expect(checkArg('run:configure', { layers: 'abc' })).toEqual({ layers: 'abc' })
  })
})

test.each<[Channel, unknown]>([
  ['draw:predict', { source: 'run', pixels: new Float32Array(0) }],
  ['draw:predict', { source: 'run', pixels: new Float32Array(128 * 128 + 1) }],
  ['draw:predict', { source: 'run', pixels: new Float32Array(784).fill(NaN) }],
  ['draw:predict', { source: 'run', pixels: new Float32Array(784).fill(1.5) }],
  ['draw:predict', { source: 'run', pixels: Array.from(pixels) }],
  ['draw:predict', { source: 'teacher', pixels }],
  ['teach:try', { pixels: new Float32Array(784).fill(1.5), label: 7, times: 1, dataset: 'mnist' }],
  ['teach:try', { pixels, label: 7, times: 0, dataset: 'mnist' }],
  ['teach:try', { pixels, label: 7, times: 101, dataset: 'mnist' }],
  ['teach:try', { pixels, label: 0.5, times: 1, dataset: 'mnist' }],
  ['teach:keep', { pixels, label: 7, times: 1, run: 'x', runId: 3, step: 0 }],
  ['draw:neighbours', { dataset: 'mnist', pixels: new Float32Array(784).fill(2), nearest: 5, means: [] }],
  ['draw:neighbours', { dataset: 'mnist', pixels, nearest: 0, means: [] }],
  ['draw:neighbours', { dataset: 'mnist', pixels, nearest: 21, means: [] }],
  ['draw:neighbours', { dataset: 'mnist', pixels, nearest: 5, means: [-1] }],
  ['draw:neighbours', { dataset: 'mnist', pixels, nearest: 5, means: [1, 2, 3] }],
  ['settings:write', { theme: 'pink' }],
  ['settings:write', { locale: 'fr' }],
  ['settings:write', { threads: 0 }],
  ['settings:write', { threads: 1.5 }],
  ['settings:write', { threads: 'all' }],
  ['run:probe', { tensors: [{ path: '../../x' }] }],
  ['run:probe', { tensors: [{ path: 'affine1.W', columns: -1 }] }],
  ['run:probe', { tensors: [{ path: 'affine1.W', firstColumn: 0.5 }] }],
  ['run:probe', { images: 1e9 }],
  ['run:probe', { change: 'affine1.W' }],
  ['run:batch', { rows: 0 }],
  ['run:mistakes', { split: 'all', first: 0, count: 24, order: 'loss' }],
  ['run:mistakes', { split: 'test', first: 0, count: 101, order: 'loss' }],
  ['run:mistakes', { split: 'test', actual: -1, first: 0, count: 1, order: 'loss' }],
  ['run:mistakes', { split: 'test', first: 0, count: 1 }],
  ['data:images', { dataset: 'mnist', split: 'test', first: -1, count: 1 }],
  ['data:open', { dataset: 'x'.repeat(65) }],
  ['data:bytes', { dataset: 'mnist', split: 'train', indices: [] }],
  ['data:bytes', { dataset: 'mnist', split: 'train', indices: Array.from({ length: 501 }, (_, i) => i) }],
  ['data:bytes', { dataset: 'mnist', split: 'validation', indices: [0] }],
  ['data:bytes', { dataset: 'mnist', split: 'train', indices: [0.5] }],
  ['data:means', { dataset: 'mnist', split: 'train', classes: Array.from({ length: 101 }, (_, i) => i) }],
  ['data:answers', { dataset: 'mnist', split: 'all' }],
  ['runs:change', { id: '../autosave' }],
  ['runs:change', { id: 'a0'.repeat(16), name: 'x'.repeat(81) }],
  ['runs:change', { id: 'a0'.repeat(16), note: 'x'.repeat(2_001) }],
  ['runs:change', { id: 'a0'.repeat(16), pinned: 1 }],
  ['runs:change', { id: 'a0'.repeat(16), parent: null }],
  ['runs:remove', { id: 'A0'.repeat(16) }],
  ['runs:losses', { from: -1, to: 5 }],
  ['runs:losses', { from: 1, to: 2 ** 22 + 2 }],
  ['runs:export', { id: 'a0'.repeat(16), name: '' }],
  ['runs:export', { id: '../a', name: 'a' }],
  ['runs:project', { id: '../a', name: 'a', withData: true }],
  ['weights:project', { handle: 'a1', name: 'a' }],
  ['weights:export', { of: { run: null }, format: 'pickle' }],
  ['weights:export', { of: { run: '../a' }, format: 'npz' }],
  ['weights:export', { of: null, format: 'npz' }],
  ['runs:curves', { ids: [], columns: 600 }],
  ['runs:curves', { ids: ['a0'.repeat(16), 'a0'.repeat(16)], columns: 600 }],
  ['runs:curves', { ids: Array.from({ length: 7 }, (_, i) => `${i}0`.repeat(16)), columns: 600 }],
  ['runs:curves', { ids: ['a0'.repeat(16)], columns: 2 ** 19 }],
  ['runs:distance', { a: 'a0'.repeat(16), b: 'b0'.repeat(16), step: -1 }],
  ['weights:open', { handle: 'x'.repeat(65) }],
  ['weights:open', {}],
  ['file:drop', { path: '' }],
  ['run:start', { pace: 10, extra: true }],
  ['run:change', { seed: 2 }],
  ['run:change', { batchSize: undefined }],
  ['run:change', { weightDecay: '0.1' }],
  ['run:change', { optimizer: 'adam' }],
  ['run:change', { layers: { dropout1: 0.5 } }],
  ['graph:save', { document: graph, name: '' }],
  ['graph:save', { document: { ...graph, expression: 'x *' }, name: 'a' }],
  ['graph:save', { document: { ...graph, inputs: { x: NaN } }, name: 'a' }],
  ['progress:save', { name: '' }],
  ['summary:pdf', { name: '' }],
  ['summary:pdf', { name: 'a', path: '/tmp/a.pdf' }],
  ['graph:remember', { document: graph }],
  ['graph:remember', { document: graph, source: 'x'.repeat(100_001) }],
  ['settings:write', { graphStepMs: 10 }],
  ['settings:write', { graphSidePx: 20 }],
  ['settings:write', { graphPanel: 'map' }],
])('%s refuses %j', (channel, value) => {
  expect(() => checkArg(channel, value)).toThrow(expect.objectContaining({ code: 'ipc.schema', details: { found: channel } }) as Error)
})

test('a graph arrives without unknown members', () => {
  expect(checkArg('graph:remember', { document: { ...graph, secret: 1 }, source: '' })).toEqual({ document: graph, source: '' })
})

describe('settings from the disk', () => {
  test('keep valid values and use defaults for the rest', () => {
    expect(parseSettings({ theme: 'dark', pace: 7, level: null, extra: 1 })).toEqual({ ...defaultSettings, theme: 'dark' })
  })

  test('are damaged when they are not an object', () => {
    for (const value of [null, 1, 'x', undefined]) expect(() => parseSettings(value)).toThrow()
  })
})

// Cause: a schema walked the whole message, in a union twice, and its error repeated it: a list of 12.5 million numbers blocked main for 29 s.
describe('a message far beyond the limits', () => {
  const refusalOf = (channel: Channel, value: unknown): LabError => {
    try { checkArg(channel, value) }
    catch (cause) { if (cause instanceof LabError) return cause }
    throw new Error('it was taken')
  }
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1]))
  const deep = (levels: number) => Array.from({ length: levels }).reduce<unknown>(inner => ({ inner }), 1)
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const wide: unknown[] = []
  for (let i = 0; i < 10; i++) wide.push(wide)
  const huge: readonly (readonly [string, unknown, RegExp])[] = [
    ['a list of numbers', new Float32Array(12.5e6), /not a plain object/],
    ['a list of numbers inside', { handle: new Float32Array(12.5e6) }, /more than 65536 bytes/],
    ['a list of texts', Array.from({ length: 10 }, () => 'x'), /not a plain object/],
    ['a map', new Map([[1, 2]]), /not a plain object/],
    ['a map inside', { handle: new Map([[1, 2]]) }, /not a plain object/],
    ['2,001 keys', keys(2_001), /more than 2000 keys/],
    ['2,001 keys inside', { document: { inputs: keys(2_001) } }, /more than 2000 keys/],
    ['a text of 50 million characters', 'x'.repeat(5e7), /more than 2097152 characters/],
    ['a key of 50 million characters', { ['x'.repeat(5e7)]: 1 }, /more than 2097152 characters/],
    ['a million entries', { document: Array.from({ length: 1e6 }, () => 1) }, /more than 600000 entries/],
    ['a list that says to have four billion entries', { document: new Array(2 ** 32 - 1) }, /more than 600000 entries/],
    ['17 levels', deep(17), /more than 16 levels/],
    ['20,000 levels', deep(20_000), /more than 16 levels/],
    ['itself', cyclic, /more than 16 levels/],
    ['itself, ten times', { wide }, /more than 16 levels/],
  ]

  test.each(huge)('is refused before its schema walks it: %s', (_, value, why) => {
    for (const channel of channels) {
      const { code, message, details } = refusalOf(channel, value)
      expect([code, details, message.length < 200], channel).toEqual(['ipc.schema', { found: channel }, true])
      expect(message, channel).toMatch(why)
    }
  })

  test('is examined no further than up to them', () => {
    let looked = 0
    const many = new Proxy(keys(5_000), { get: (target, key) => { looked++; return target[String(key)] } })
    expect(refusalOf('run:configure', { many }).message).toMatch(/more than 2000 keys/)
    expect(looked).toBeLessThan(2_100)
  })

  test('is not a graph with as many names and numbers as a file may hold', () => {
    const inputs = { x: Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => 0.123456789)) }
    expect(checkArg('graph:remember', { document: { expression: 'x', inputs }, source: 'x'.repeat(100_000) })).toMatchObject({ document: { inputs } })
  })
})

// Each is accepted at its limit and refused one above it.
test.each<[Channel, string, (above: number) => unknown]>([
  ['weights:open', 'letters of a handle', above => ({ handle: 'a'.repeat(64 + above) })],
  ['file:drop', 'letters of a path', above => ({ paths: [`/${'a'.repeat(4_095 + above)}`] })], // the limit of Linux
  ['file:drop', 'files at once', above => ({ paths: new Array(16 + above).fill('/a') })],
  ['data:import', 'names of classes', above => ({ handle: 'a', name: 'b', classes: new Array(1000 + above).fill('c'), test: { share: 0.1, seed: 0 } })],
  ['data:import', 'percent of test images', above => ({ handle: 'a', name: 'b', classes: null, test: { share: 0.5 + above / 100, seed: 0 } })],
  ['graph:save', 'letters of a name', above => ({ document: graph, name: 'a'.repeat(200 + above) })],
  ['progress:save', 'letters of a name', above => ({ name: 'a'.repeat(200 + above) })],
  ['summary:pdf', 'letters of a name', above => ({ name: 'a'.repeat(200 + above) })],
  ['run:probe', 'heat maps at once', above => ({ tensors: Array.from({ length: 8 + above }, () => ({ path: 'affine1.W' })) })],
  ['run:probe', 'images of a mini-batch', above => ({ images: 100 + above })],
  ['run:batch', 'images of a mini-batch, at least', above => ({ rows: 1 - above })],
  ['data:images', 'the first digit', above => ({ dataset: 'mnist', split: 'train', first: 0 - above, count: 1 })],
  ['data:images', 'digits at once, at least', above => ({ dataset: 'mnist', split: 'train', first: 0, count: 1 - above })],
  ['data:images', 'digits at once, at most', above => ({ dataset: 'mnist', split: 'train', first: 0, count: 2_000 + above })],
  ['draw:predict', 'numbers of an image, at most', above => ({ source: 'sample', pixels: new Float32Array(128 * 128 + above) })],
  ['draw:predict', 'numbers of an image, at least', above => ({ source: 'sample', pixels: new Float32Array(1 - above) })],
  ['draw:predict', 'the darkest ink', above => ({ source: 'untrained', pixels: new Float32Array(784).fill(1 + above / 100) })],
  ['draw:predict', 'the lightest ink', above => ({ source: 'run', pixels: new Float32Array(784).fill(0 - above / 100) })],
  ['settings:write', 'the quickest step of a graph', above => ({ graphStepMs: 50 - above })],
  ['settings:write', 'the slowest step of a graph', above => ({ graphStepMs: 1_800 + above })],
  ['settings:write', 'the narrowest side of a graph', above => ({ graphSidePx: 300 - above })],
  ['settings:write', 'the widest side of a graph', above => ({ graphSidePx: 460 + above })],
  ['settings:write', 'the fewest threads', above => ({ threads: 1 - above })],
  ['settings:write', 'the most threads', above => ({ threads: 1_024 + above })],
])('%s: %s', (channel, _, make) => {
  expect(checkArg(channel, make(0))).toEqual(make(0))
  expect(() => checkArg(channel, make(1))).toThrow(expect.objectContaining({ code: 'ipc.schema' }) as Error)
})

test('every choice of the window is accepted', () => {
  const offered: readonly (readonly [Channel, string, readonly unknown[]])[] = [
    ['settings:write', 'locale', ['system', 'ko', 'en', 'ja']], ['settings:write', 'theme', ['system', 'light', 'dark']], ['settings:write', 'level', ['chapter5', 'everything']],
    ['settings:write', 'pace', ['layer', 1, 10, 100, 'full']], ['settings:write', 'drawDocked', [true, false]], ['settings:write', 'recipeFolded', [true, false]], ['settings:write', 'graphPanel', ['step', 'cell', 'nudge', 'code', 'closed']],
    ['settings:write', 'graphSidePx', [0]], ['settings:write', 'threads', ['auto']], ['run:start', 'pace', ['layer', 1, 10, 100, 'full']], ['run:pace', 'pace', ['layer', 1, 10, 100, 'full']],
    ['run:step', 'unit', ['batch', 'epoch']], ['run:layer', 'unit', ['layer', 'step']],
  ]
  for (const [channel, name, values] of offered) for (const value of values) expect(checkArg(channel, { [name]: value }), `${channel} ${name}`).toEqual({ [name]: value })
  for (const source of ['sample', 'untrained', 'run']) expect(checkArg('draw:predict', { source, pixels })).toMatchObject({ source })
  for (const split of ['train', 'test']) expect(checkArg('data:images', { dataset: 'mnist', split, first: 0, count: 1 })).toMatchObject({ split })
  for (const each of [{}, { stats: false }, { tensors: [] }, { images: 0 }, { change: 'affine1' }]) expect(checkArg('run:probe', each)).toEqual(each)
})

test('settings from the disk keep everything that a user can choose', () => {
  const chosen = { locale: 'ko', theme: 'light', level: 'everything', pace: 'full', drawDocked: true, recipeFolded: true, graphStepMs: 50, graphPanel: 'closed', graphSidePx: 0, filesTab: 'datasets', threads: 4, lossAxis: 'logarithmic', accuracyAxis: 'fitted', runMb: 128, allRunsGb: 64 }
  expect(parseSettings(chosen)).toEqual(chosen)
  expect(parseSettings({})).toEqual(defaultSettings)
})

test('an error names the fault of the message and its channel', () => {
  expect(() => checkArg('run:batch', { rows: 'x' })).toThrow(/^run:batch: .*number/i)
  expect(() => checkArg('graph:remember', { document: { expression: 'x *', inputs: {} }, source: '' })).toThrow('graph:remember: expected a graph document')
})
