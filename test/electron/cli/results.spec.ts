import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LabError, parseSafetensors, Trainer, writeSafetensors, writeWeights } from '@core'
import { DatasetStore, RunStore } from '@files'
import { terminalText } from '@terminal'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { certificate } from '../../../electron/cli/certificate'
import { engineChoiceOf, openEngine } from '../../../electron/cli/engine'
import { parseArguments } from '../../../electron/cli/flags'
import { gradcheck } from '../../../electron/cli/gradcheck'
import { graph } from '../../../electron/cli/graph'
import { predict } from '../../../electron/cli/predict'
import { Terminal } from '../../../electron/cli/terminal'
import { train } from '../../../electron/cli/train'
import { configOfFlags, datasetOfFlags } from '../../../electron/cli/values'
import { smallDataset } from '../../fixtures/small-dataset'
import { barsIn, runHere } from './here'
import { runConfig } from '../../fixtures/run-config'

const folder = mkdtempSync(join(tmpdir(), 'lab-results-'))
const path = (...names: string[]) => join(folder, ...names)
/** Black strokes on white paper, each a rectangle. */
function writeStrokes(name: string, strokes: readonly (readonly [x: number, y: number, width: number, height: number])[]): void {
  const png = new PNG({ width: 100, height: 60 })
  png.data.fill(255)
  for (const [left, top, width, height] of strokes) for (let y = top; y < top + height; y++) for (let x = left; x < left + width; x++) png.data.set([0, 0, 0, 255], 4 * (y * 100 + x))
  writeFileSync(path(name), PNG.sync.write(png))
}
beforeAll(() => {
  copyFileSync(resolve(import.meta.dirname, '../../../electron/assets/sample.safetensors'), path('weights.safetensors'))
  writeStrokes('one.png', [[45, 10, 6, 40]])
  writeStrokes('seven.png', [[30, 10, 30, 6], [54, 10, 6, 40]])
  writeStrokes('eleven.png', [[20, 10, 6, 40], [75, 10, 6, 40]])
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const silent = new Terminal('en', { write: () => true }, { write: () => true }, folder)
const cellsOf = (text: string) => text.trimEnd().split('\n').map(line => line.trim().split(/ {2,}/))

describe('predict', () => {
  interface Prediction { readonly file: string, readonly label: number, readonly probabilities: readonly number[], readonly doubt: string | null }
  const asked = async (...images: string[]) => JSON.parse((await runHere(['predict', 'weights.safetensors', ...images, '--json'], { folder })).stdout) as readonly Prediction[]

  test('for one picture shows its name, its digit, and a bar of up to thirty cells for each class', async () => {
    const [prediction] = await asked('one.png')
    const { stdout, stderr, code } = await runHere(['predict', 'weights.safetensors', 'one.png'], { folder })
    expect([code, stderr, prediction!.label]).toEqual([0, '', 1])
    const [head = '', classes = ''] = stdout.split('\n\n')
    expect(cellsOf(head)).toEqual([[terminalText('en', 'predict.file'), 'one.png'], [terminalText('en', 'predict.label'), '1']])
    const lines = classes.trimEnd().split('\n')
    expect(lines).toHaveLength(10)
    const eighths = ' ▏▎▍▌▋▊▉█'
    for (const [digit, line] of lines.entries()) {
      const share = prediction!.probabilities[digit]!
      const [, name, drawn = '', percent] = /^ {2}(\d) {2}(.{30}) +([\d.]+)%$/.exec(line)!
      expect(name).toBe(String(digit))
      expect(Number(percent)).toBeCloseTo(100 * share, 0)
      const length = [...drawn].reduce((sum, cell) => sum + eighths.indexOf(cell), 0) / 8
      expect(Math.abs(length - 30 * share)).toBeLessThanOrEqual(1 / 16 + 1e-9) // half of an eighth of a cell
    }
  })

  test('for several is a table with one line each, without bars', async () => {
    const predictions = await asked('one.png', 'seven.png')
    const [header, ...rows] = cellsOf((await runHere(['predict', 'weights.safetensors', 'one.png', 'seven.png'], { folder })).stdout)
    expect(header).toEqual([terminalText('en', 'predict.file'), terminalText('en', 'predict.label'), ...'0123456789'])
    expect(rows).toEqual(predictions.map(({ file, label, probabilities }) => [file, String(label), ...probabilities.map(share => `${(100 * share).toFixed(1)}%`)]))
  })

  test('names its doubt about a picture that is not a single digit, and doubts nothing else', async () => {
    expect((await asked('one.png', 'eleven.png')).map(({ file, doubt }) => [file, doubt])).toEqual([['one.png', null], ['eleven.png', 'parts']])
    const { stderr, code } = await runHere(['predict', 'weights.safetensors', 'one.png', 'eleven.png'], { folder })
    expect([code, stderr]).toEqual([0, `${terminalText('en', 'doubt.parts', { file: 'eleven.png' })}\n`])
  })

  test('needs weights, then pictures; a graph needs one expression', async () => {
    const wanted = async (...words: string[]) => (await runHere(['predict', ...words], { folder })).stderr
    expect(await wanted()).toContain('WEIGHTS')
    expect(await wanted('weights.safetensors')).toContain('IMAGE')
    expect((await runHere(['graph'])).stderr).toContain('EXPRESSION')
    expect((await runHere(['graph', 'x', '+', 'y'])).stderr).toMatch(/^EXPRESSION: .*Found: \+$/m)
  })

  test('refuses a network for other image sizes that names no dataset', async () => {
    const { tensors, metadata } = parseSafetensors(writeWeights(new Trainer(runConfig({ layers: [12, 4, 6] }), smallDataset()).weights({ version: '1' })), 'small')
    writeFileSync(path('small.safetensors'), writeSafetensors(tensors, new Map([...metadata].filter(([key]) => key !== 'dataset'))))
    const { code, stdout, stderr } = await runHere(['predict', 'small.safetensors', 'one.png'], { folder })
    expect([code, stdout]).toEqual([2, ''])
    for (const part of ['small.safetensors', '784-…-10', '12-…-6']) expect(stderr).toContain(part)
  })
})

describe('a gradient check', () => {
  interface Check { readonly mean: number, readonly max: number, readonly checked: number, readonly kinks: { readonly count: number, readonly max: number } }
  const args = ['gradcheck', '--layers', '784,1,10', '--samples', '2']

  test('prints the same in a table as in JSON', async () => {
    const printed = JSON.parse((await runHere([...args, '--json'])).stdout) as Record<string, Check>
    const { code, stdout } = await runHere(args)
    expect(code).toBe(0)
    const [header, ...rows] = cellsOf(stdout)
    expect(header).toEqual(['name', 'mean', 'max', 'checked', 'kinks', 'kinkMax'].map(key => terminalText('en', `gradcheck.${key}`)))
    expect(rows).toEqual(Object.entries(printed).map(([name, { mean, max, checked, kinks }]) => [name, mean.toExponential(2), max.toExponential(2), String(checked), String(kinks.count), kinks.max.toExponential(2)]))
    expect(rows.map(([name]) => name)).toEqual(['W1', 'b1', 'W2', 'b2'])
  })

  test('with more samples checks the mean over more images', async () => {
    const of = async (samples: string) => (JSON.parse((await runHere(['gradcheck', '--layers', '784,1,10', '--samples', samples, '--json'])).stdout) as Record<string, Check>)['b2']!.max
    expect(await of('1')).not.toBe(await of('2'))
  })

  test.each([['--samples', '1001', '1 to 1000'], ['--samples', '0', '1 to 1000'], ['--h', '1.01', ' 1'], ['--h', '-0.1', 'above 0'], ['--h', 'x', 'above 0']])('refuses %s %s: %s', async (flag, value, wanted) => {
    const { code, stdout, stderr } = await runHere(['gradcheck', `${flag}=${value}`], { mnistFolder: '/nowhere' })
    expect([code, stdout]).toEqual([2, ''])
    for (const part of [`${flag}: `, wanted, `Found: ${value}`]) expect(stderr).toContain(part)
  })

  test('accepts the largest allowed values', async () => {
    for (const given of ['--samples=1000', '--h=1']) expect((await runHere(['gradcheck', given], { mnistFolder: '/nowhere' })).stderr).toContain('/nowhere') // it reached the digits
  })

  test('without --h uses h = 0.0001', async () => {
    expect((await runHere([...args, '--json'])).stdout).toBe((await runHere([...args, '--h', '0.0001', '--json'])).stdout)
  })
})

describe('a gradient check with an h that gives no slope', () => {
  test('names the disagreement and an h that agrees, and does not blame backpropagation', async () => {
    const args = ['gradcheck', '--layers', '784,1,10', '--samples', '1', '--activation', 'sigmoid', '--h', '1']
    const printed = JSON.parse((await runHere([...args, '--json'])).stdout) as Record<string, { readonly mean: number }>
    const names = Object.keys(printed).filter(name => printed[name]!.mean > 1e-7)
    expect(names.length).toBeGreaterThan(0)
    const { code, stderr } = await runHere(args)
    expect(code).toBe(1)
    expect(stderr.endsWith(`\n${terminalText('en', 'gradcheck.step', { names: names.join(', '), tolerance: '1e-7', h: '1', sound: '0.0001' })}\n`)).toBe(true)
    expect(stderr).not.toContain('is wrong')
  })
})

describe('the certificate', () => {
  test('counts agreements, disagreements and omissions, and prints the same in a table as in JSON', async () => {
    const { entries, numbers, agree, disagree, notRecomputed } = JSON.parse((await runHere(['certificate', '--quick', '--json'])).stdout) as {
      numbers: number
      agree: number
      disagree: number
      notRecomputed: number
      entries: readonly { lesson: number, name: string, printed: string, value: number | null, digits: number | null, agrees: boolean | null }[]
    }
    const count = (agrees: boolean | null) => entries.filter(entry => entry.agrees === agrees).length
    expect([numbers, agree, disagree, notRecomputed]).toEqual([entries.length, count(true), count(false), count(null)])
    expect(Math.min(agree, notRecomputed)).toBeGreaterThan(5)
    const { code, stdout, stderr } = await runHere(['certificate', '--quick'])
    expect([code, stderr]).toEqual([0, ''])
    const say = (key: string, parameters = {}) => terminalText('en', `certificate.${key}`, parameters)
    const [table = '', sum] = stdout.trimEnd().split('\n\n')
    const [header, ...rows] = cellsOf(table)
    expect(header).toEqual(['lesson', 'name', 'printed', 'value', 'digits', 'agrees'].map(key => say(key)))
    const shown = (number: number | null) => number === null ? '–' : String(number)
    expect(rows).toEqual(entries.map(({ lesson, name, printed, value, digits, agrees }) => [String(lesson), name, printed, shown(value), shown(digits), say(agrees === null ? 'skipped' : 'yes')]))
    expect(sum).toBe(say('sum', { numbers, agree, disagree, notRecomputed }))
  })

  test('recomputed completely shows the gradient check first, and ends on request', async () => {
    vi.stubEnv('TERM', 'xterm')
    let signals = 0
    const { code, stdout, stderr, written } = await runHere(['certificate'], { isTTY: true, tickMs: 60, onStderr: () => { if (++signals === 3) process.emit('SIGINT') } })
    vi.unstubAllEnvs()
    expect([code, stdout]).toEqual([130, ''])
    const bars = barsIn(written)
    expect(bars).toHaveLength(3)
    for (const [i, { total, done, rest }] of bars.entries()) {
      expect([total, rest.includes(terminalText('en', 'certificate.checking'))]).toEqual([784 * 50 + 50 + 50 * 10 + 10, true])
      expect(done).toBeGreaterThan(bars[i - 1]?.done ?? -1)
    }
    expect(stderr.endsWith(`\r\x1b[K${terminalText('en', 'certificate.interrupted')}\n`)).toBe(true)
  })
})

describe('a table', () => {
  /** End positions of a column's cells, in lines with one cell per letter. */
  const ends = (text: string, column: number) => {
    const lines = text.split('\n\n')[0]!.trimEnd().split('\n')
    return new Set(lines.map(line => [...line.matchAll(/\S+( \S+)*/g)].map(cell => cell.index + cell[0].length)[column]))
  }

  test.each([
    ['predict', ['predict', 'weights.safetensors', 'one.png', 'seven.png'], [1, 2, 5, 11]],
    ['gradcheck', ['gradcheck', '--layers', '784,1,10', '--samples', '1'], [1, 2, 3, 4, 5]],
    ['certificate', ['certificate', '--quick'], [0, 2, 3, 4]],
    ['graph', ['graph', 'x*1000 + y', '--set', 'x=2,y=0.125'], [2, 3]],
  ])('of %s right-aligns its numbers', async (_, args, columns) => {
    const { stdout } = await runHere(args, { folder })
    for (const column of columns) expect(ends(stdout, column).size, `column ${column} of\n${stdout}`).toBe(1)
  })
})

describe('the backend', () => {
  const surroundings = { terminal: silent, version: '', datasets: new DatasetStore({ mnist: '', own: '' }), runs: new RunStore('/nowhere'), entry: new URL('file:///nowhere.js') }
  const choice = (...args: string[]) => engineChoiceOf(parseArguments(args, train.flags), surroundings)

  test('is the fast one with as many threads as are worthwhile, unless chosen otherwise', () => {
    expect([choice(), choice('--backend', 'Reference', '--threads', '1'), choice('--threads', String(availableParallelism()))]).toEqual([
      { backend: 'wasm', threads: 'auto' }, { backend: 'reference', threads: 1 }, { backend: 'wasm', threads: availableParallelism() },
    ])
    expect(() => choice('--threads', String(availableParallelism() + 1))).toThrow(expect.objectContaining({ code: 'cli.value' }) as Error)
  })

  test('reports what would be faster, and nothing when all is well or the slow one was chosen', () => {
    const said: string[] = []
    const terminal = new Terminal('en', { write: () => true }, { write: text => said.push(text) }, '/')
    const open = (backend: 'wasm' | 'reference') => openEngine({ backend, threads: 1 }, { ...surroundings, terminal }).ops.name
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
    expect([open('reference'), said]).toEqual(['reference-float32', []])
    expect(open('wasm')).toBe('reference-float32')
    expect(said).toEqual([expect.stringContaining('no SIMD')])
    validate.mockRestore()
    expect(open('wasm')).toMatch(/^wasm/)
    expect(said).toHaveLength(1)
  })
})

describe('the exit code', () => {
  test('for a network that does not fit into memory is 2, with a size that would fit', async () => {
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => { throw new RangeError('no more memory') })
    const { code, stdout, stderr } = await runHere(['train', '--layers', '784,2000,10', '--iterations', '1', '--threads', '1'])
    grow.mockRestore()
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^This network and batch need about \d+ MB of memory.*--batch-size\.\n$/)
  })

  test.each(['internal', 'worker.died', 'ipc.schema', 'train.noRun'] as const)('for a bug is 1: %s', async (code) => {
    const print = vi.spyOn(Terminal.prototype, 'print').mockImplementation(() => { throw new LabError(code, 'gone', { found: 'exit 1' }) })
    try { expect((await runHere(['graph', '1'])).code).toBe(1) }
    finally { print.mockRestore() }
  })

  test('for an unforeseen error is 1, with its origin', async () => {
    const print = vi.spyOn(Terminal.prototype, 'print').mockImplementation(() => { throw new TypeError('a fault') })
    try { expect(await runHere(['graph', '1'])).toMatchObject({ code: 1, stderr: expect.stringContaining('TypeError: a fault') as string }) }
    finally { print.mockRestore() }
  })

  test.each([['a command', ['trian'], true], ['a file', ['predict', 'no.safetensors', 'one.png'], false]])('for a missing %s is 2; usage is explained when it was the cause', async (_, args, usage) => {
    const { code, stderr } = await runHere(args, { folder })
    expect([code, stderr.includes('--help')]).toEqual([2, usage])
  })
})

describe('a flag', () => {
  test('with an argument shows it, in every command', () => {
    for (const { flags } of [train, predict, gradcheck, certificate, graph]) for (const { value, fallback } of flags) {
      if (value !== undefined) expect(value).toMatch(/^([A-Z]+(,[A-Z…]+)*|NAME=VALUE(,…)?|mnist|\w+(\|\w+)+)$/)
      if (fallback !== undefined) expect(fallback).toMatch(/^[\w.,]+$/)
    }
  })

  const details = (args: readonly string[]) => {
    try { parseArguments(args, [{ name: 'rate', value: 'X' }, { name: 'json' }]) }
    catch (cause) { return [(cause as LabError).code, (cause as LabError).details] }
    return null
  }
  test.each([
    [['--rate'], 'cli.missingValue', { flag: '--rate', wanted: 'X', found: '–' }],
    [['--rate', ''], 'cli.missingValue', { flag: '--rate', wanted: 'X', found: '–' }],
    [['--rate='], 'cli.missingValue', { flag: '--rate', wanted: 'X', found: '–' }],
    [['--rate', '--json'], 'cli.missingValue', { flag: '--rate', wanted: 'X', found: '--json' }],
    [['--json=yes'], 'cli.unexpectedValue', { flag: '--json', found: 'yes' }],
    [['--json='], 'cli.unexpectedValue', { flag: '--json', found: '' }],
    [['--json', '--json'], 'cli.repeatedFlag', { flag: '--json' }],
    [['--rat=1'], 'cli.unknownFlag', { flag: '--rat', suggestion: '--rate' }],
    [['--zzzzzz'], 'cli.unknownFlag', { flag: '--zzzzzz' }],
  ])('in %j is refused as %s with %j', (args, code, wanted) => {
    expect(details(args)).toEqual([code, wanted])
  })

  test.each(['-1', '-.5', '-½', '-', '0', 'a=b'])('takes %j as its value, and the following word as a word', (value) => {
    expect(parseArguments(['--rate', value, 'word'], [{ name: 'rate', value: 'X' }])).toEqual({ flags: new Map([['rate', value]]), repeated: new Map(), positional: ['word'] })
  })

  test('that may be repeated keeps all its values in order', () => {
    const known = [{ name: 'set', value: 'X', repeatable: true }, { name: 'json' }]
    expect(parseArguments(['--set', 'b=1', '--json', '--set=a=2'], known).repeated).toEqual(new Map([['set', ['b=1', 'a=2']]]))
    expect(parseArguments(['--json'], known).repeated).toEqual(new Map())
  })
})

describe('an invalid value of a flag', () => {
  const surroundings = { terminal: silent, version: '', datasets: new DatasetStore({ mnist: '', own: '/nowhere' }), runs: new RunStore('/nowhere'), entry: new URL('file:///nowhere.js') }
  const refused = async (...given: readonly string[]) => {
    const args = parseArguments(given, train.flags)
    try { configOfFlags(args, await datasetOfFlags(args, surroundings), silent) }
    catch (cause) { return (cause as LabError).details }
    return null
  }

  test.each([
    ['--layers', '784,abc,10', 'abc (784,abc,10)'], ['--layers', '784,0,10', '0 (784,0,10)'], ['--layers', '784,4097,10', '4097 (784,4097,10)'], ['--layers', '784', '784'],
    ['--activation', 'tanh', 'tanh'], ['--init', 'zero', 'zero'], ['--optimizer', 'adamw', 'adamw'], ['--dataset', 'cifar', 'cifar'],
    ['--learning-rate', '0', '0'], ['--learning-rate', 'much', 'much'], ['--batch-size', '10001', '10001'], ['--batch-size', '0', '0'], ['--seed', '4294967296', '4294967296'], ['--seed', '1.5', '1.5'],
  ])('%s %s is quoted as it was typed: %s', async (flag, value, found) => {
    const details = await refused(`${flag}=${value}`)
    expect([details?.['flag'], details?.['found']]).toEqual([flag, found])
    expect(String(details?.['wanted'])).toMatch(/./)
    expect(String(details?.['wanted'])).not.toMatch(/cli\.|\{/)
  })

  test.each([['sigmod', '--activation', 'sigmoid'], ['adma', '--optimizer', 'adam'], ['xaviar', '--init', 'xavier'], ['minst', '--dataset', 'mnist']])('%s to %s suggests %s', async (value, flag, suggestion) => {
    expect((await refused(`${flag}=${value}`))?.['suggestion']).toBe(suggestion)
  })

  test.each(['784->50->10', '784→50→10', '784 - 50 - 10', '784*50*10', '784X50X10'])('the sizes %s suggest 784,50,10', async (sizes) => {
    expect((await refused(`--layers=${sizes}`))?.['suggestion']).toBe('784,50,10')
  })

  test.each(['784-a-10', '-', '784'])('the sizes %s have no suggestion', async (sizes) => {
    expect((await refused(`--layers=${sizes}`))?.['suggestion']).toBeUndefined()
  })
})
