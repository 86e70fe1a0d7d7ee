import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { drawLine, parseSafetensors, smooth, type Stroke, writeSafetensors } from '@core'
import { loadMnist } from '@files'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fast, LabBundle, mnist } from './bundle'
import { writeBlank, writeDigit } from './pictures'

const sample = resolve(import.meta.dirname, '../../../electron/assets/sample.safetensors')
const lab = new LabBundle()
const count = 20
let labels: readonly number[] = []

beforeAll(async () => {
  await lab.make()
  const { test } = await loadMnist(mnist)
  labels = [...test.labels.subarray(0, count)]
  for (let n = 0; n < count; n++) {
    const pixels = test.images.subarray(n * 784, (n + 1) * 784)
    writeDigit(lab.path(`plain${n}.png`), pixels)
    writeDigit(lab.path(`paper${n}.png`), pixels, { scale: 7, margin: 60, darkOnLight: true })
  }
  copyFileSync(sample, lab.path('weights.safetensors'))
  writeBlank(lab.path('blank.png'))
}, 60_000)
afterAll(() => lab.remove())

const images = (kind: string) => labels.map((_, n) => `${kind}${n}.png`)

describe('predict', () => {
  // 97 of 100 are right; of the test set's first twenty the sample weights miss at most one.
  test.each(['plain', 'paper'])('classifies MNIST’s digits from %s pictures', async (kind) => {
    const { code, stdout, stderr } = await lab.run(['predict', 'weights.safetensors', ...images(kind), '--json'])
    expect([code, stderr]).toEqual([0, ''])
    const predictions = JSON.parse(stdout) as { file: string, label: number, probabilities: number[], backend: string, threads: number }[]
    expect(predictions.map(({ file }) => file)).toEqual(images(kind))
    expect(predictions.filter(({ label }, n) => label === labels[n]).length).toBeGreaterThanOrEqual(count - 1)
    for (const { label, probabilities, backend, threads } of predictions) {
      expect([backend, threads]).toEqual([fast, 1])
      expect(probabilities).toHaveLength(10)
      expect(probabilities.indexOf(Math.max(...probabilities))).toBe(label)
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5) // ten float32 numbers
    }
  })

  test('gives the same result with the reference', async () => {
    const read = async (...flags: string[]) => JSON.parse((await lab.run(['predict', 'weights.safetensors', ...images('paper'), '--json', ...flags])).stdout) as { probabilities: number[], backend: string }[]
    const [fast, truth] = [await read(), await read('--backend', 'reference')]
    expect(truth[0]!.backend).toBe('reference-float32')
    fast.forEach(({ probabilities }, n) => probabilities.forEach((share, i) => expect(share).toBeCloseTo(truth[n]!.probabilities[i]!, 5))) // float32 sums in a different order
  })

  test('prints a readable table without --json', async () => {
    const { stdout } = await lab.run(['predict', 'weights.safetensors', 'paper0.png', 'paper1.png'])
    const lines = stdout.trim().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(new RegExp(`^paper0.png +${labels[0]} .*%`))
  })
})

test('one picture gets a bar for every class, as long as its probability', async () => {
  const { stdout } = await lab.run(['predict', 'weights.safetensors', 'paper0.png'])
  const bars = stdout.split('\n').flatMap(line => /^ {2}(\d) {2}([█▉▊▋▌▍▎▏]*) +([\d.]+)%$/.exec(line) ?? [])
  expect(bars.filter((_, i) => i % 4 === 1)).toEqual([...'0123456789'])
  const longest = Math.max(...bars.filter((_, i) => i % 4 === 2).map(bar => bar.length))
  expect(bars[labels[0]! * 4 + 2]).toHaveLength(longest)
  expect(longest).toBeGreaterThan(15) // certain: more than half of the thirty cells
})

// Cause: a 17 was read as a 0 with 87.5 %, a flat line as a 4 with 99.4 %, without a warning that neither is a single digit.
test.each([['en', 'more than one digit?'], ['ko', '숫자가 둘 이상인가요?'], ['ja', '数字が2つ以上でしょうか']])('a picture that is not a single digit is answered, with a warning on stderr (%s)', async (language, words) => {
  const { test } = await loadMnist(mnist)
  const two = new PNG({ width: 120, height: 60 })
  two.data.fill(255)
  for (const n of [0, 2]) for (let y = 0; y < 28; y++) for (let x = 0; x < 28; x++) {
    const grey = 255 - test.images[n * 784 + y * 28 + x]!
    two.data.set([grey, grey, grey, 255], 4 * ((y + 16) * 120 + x + 10 + 30 * n))
  }
  writeFileSync(lab.path('two.png'), PNG.sync.write(two))
  const { code, stdout, stderr } = await lab.run(['predict', 'weights.safetensors', 'two.png', 'paper0.png', '--json', '--lang', language])
  expect(code).toBe(0)
  expect((JSON.parse(stdout) as { doubt: string | null }[]).map(({ doubt }) => doubt)).toEqual(['parts', null])
  expect(stderr).toMatch(/^two\.png/)
  expect(stderr).toContain(words)
})

// Cause: the window doubted a drawing that the terminal answered without a word.
test('a heart is like no digit of MNIST, and the terminal says so, too', async () => {
  const drawings = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/no-digits/drawings.json'), 'utf8')) as readonly { readonly name: string, readonly strokes: readonly Stroke[] }[]
  const side = 200
  const ink = new Float32Array(side * side)
  for (const stroke of drawings.find(({ name }) => name === 'heart')!.strokes) drawLine(ink, side, smooth(stroke.map(({ x, y }) => ({ x: x * side, y: y * side }))), 0.085 * side)
  const heart = new PNG({ width: side, height: side })
  ink.forEach((share, i) => heart.data.set([255, 255, 255].map(white => Math.round(white * (1 - share))).concat(255), 4 * i))
  writeFileSync(lab.path('heart.png'), PNG.sync.write(heart))
  const { code, stdout, stderr } = await lab.run(['predict', 'weights.safetensors', 'heart.png', '--json', '--lang', 'en'])
  expect([code, (JSON.parse(stdout) as { doubt: string | null }[])[0]!.doubt]).toEqual([0, 'unlike'])
  expect(stderr).toContain('like no digit')
})

// Cause: the signal's listener could not run while a large picture was decoded.
test('Ctrl-C ends predict in the middle of large pictures', async () => {
  const large = new PNG({ width: 5000, height: 4000 })
  large.data.fill(255)
  for (let y = 500; y < 3500; y++) large.data.fill(0, 4 * (5000 * y + 2200), 4 * (5000 * y + 2700)) // a 1, since a blank page would be refused at once
  for (let i = 3; i < large.data.length; i += 4) large.data[i] = 255
  writeFileSync(lab.path('large.png'), PNG.sync.write(large, { deflateLevel: 1, filterType: 0 }))
  const many = Array<string>(20).fill('large.png') // half a minute of work
  const { code, stdout } = await lab.run(['predict', 'weights.safetensors', ...many], { onStart: child => void wait(2000).then(() => child.kill('SIGINT')) })
  expect([code, stdout]).toEqual([null, '']) // ended by the signal: a shell reports 130
})

describe('what a weights file does not say', () => {
  const { tensors, metadata } = parseSafetensors(readFileSync(sample), 'sample')

  test('is asked for, with the accuracy of each choice, and then the answer is that of the file that says it', async () => {
    writeFileSync(lab.path('bare.safetensors'), writeSafetensors(tensors, new Map([['format', 'pt']])))
    const asked = await lab.run(['predict', 'bare.safetensors', 'paper0.png', '--json', '--lang', 'en'])
    expect([asked.code, asked.stdout, asked.stderr.match(/^ {2}--activation (relu|sigmoid|tanh) --normalization \w+ +[\d.]+%$/gm)]).toEqual([2, '', expect.objectContaining({ length: 12 })])
    const { code, stdout, stderr } = await lab.run(['predict', 'bare.safetensors', 'paper0.png', '--json', '--activation', 'relu', '--normalization', 'unit'])
    const plain = await lab.run(['predict', 'weights.safetensors', 'paper0.png', '--json'])
    expect([code, stdout, stderr]).toEqual([0, plain.stdout, ''])
  })

  test('is nothing to ask for where it is the optimizer’s state: that is needed to learn and not to read', async () => {
    writeFileSync(lab.path('adam.safetensors'), writeSafetensors(tensors, new Map([...metadata, ['training', metadata.get('training')!.replace('"sgd"', '"adam"')]])))
    const { code, stderr } = await lab.run(['predict', 'adam.safetensors', 'paper0.png', '--json'])
    expect([code, stderr]).toEqual([0, ''])
  })
})

test('predict answers the other pictures when one is invalid, names that one, and ends with 2', async () => {
  const { code, stdout, stderr } = await lab.run(['predict', 'weights.safetensors', 'plain0.png', 'blank.png', 'paper0.png', '--json'])
  const [first, second, third] = JSON.parse(stdout) as Record<string, unknown>[]
  const [alone] = JSON.parse((await lab.run(['predict', 'weights.safetensors', 'plain0.png', '--json'])).stdout) as Record<string, unknown>[]
  expect([code, first, Object.keys(second!), third!['file']]).toEqual([2, alone, ['file', 'error'], 'paper0.png'])
  expect(second).toMatchObject({ file: 'blank.png', error: { code: 'image.blank' } })
  expect(first!['name']).toBe(String(first!['label']))
  expect(stderr).toMatch(/^blank\.png shows no digit.*\n$/)
  const table = await lab.run(['predict', 'weights.safetensors', 'plain0.png', 'blank.png', 'paper0.png'])
  expect([table.code, table.stdout.trimEnd().split('\n').map(line => line.split(/ +/)[0])]).toEqual([2, ['file', 'plain0.png', 'paper0.png']])
})

describe('predict refuses, with nothing on stdout,', () => {
  const refused = async (...words: string[]) => {
    const { code, stdout, stderr } = await lab.run(['predict', ...words, '--json'])
    expect([words, code, stdout]).toEqual([words, 2, ''])
    expect(stderr).not.toMatch(/\berrors\.|\bcli\.|[{}]/)
    return stderr
  }

  test('invalid pictures, each by its name', async () => {
    writeFileSync(lab.path('text.png'), 'not a picture at all')
    writeFileSync(lab.path('photo.png'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]))
    writeFileSync(lab.path('cut.png'), readFileSync(lab.path('paper0.png')).subarray(0, 200))
    expect(await refused('weights.safetensors', 'text.png', 'photo.png')).toContain('text.png is not a PNG')
    expect(await refused('weights.safetensors', 'photo.png')).toContain('found: JPEG')
    expect(await refused('weights.safetensors', 'cut.png')).toContain('cut.png')
    expect(await refused('weights.safetensors', 'blank.png')).toContain('blank.png')
    expect(await refused('weights.safetensors', 'no.png')).toContain('no.png')
    mkdirSync(lab.path('folder.png'))
    expect(await refused('weights.safetensors', 'folder.png')).toContain('folder.png is a folder')
  })

  test('weights that are damaged, truncated, foreign, empty or not a file', async () => {
    const good = readFileSync(sample)
    const files: readonly (readonly [string, Uint8Array])[] = [
      ['empty', new Uint8Array()],
      ['truncated', good.subarray(0, 50_000)],
      ['short', good.subarray(0, 5)],
      ['foreign', Buffer.from('PK\x03\x04 a zip archive, say, of some length')],
      ['damaged', Buffer.concat([good.subarray(0, 8), Buffer.from('!'), good.subarray(9)])],
      ['other', writeSafetensors(new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]), new Map())],
    ]
    for (const [name, bytes] of files) {
      writeFileSync(lab.path(`${name}.safetensors`), bytes)
      expect(await refused(`${name}.safetensors`, 'plain0.png')).toContain(`${name}.safetensors`)
    }
    mkdirSync(lab.path('weights-folder'))
    expect(await refused('weights-folder', 'plain0.png')).toContain('weights-folder is a folder')
    expect(await refused(join('gone', 'weights.safetensors'), 'plain0.png')).toContain('gone')
  })
})
