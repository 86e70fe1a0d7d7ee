import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type DatasetInfo, parseSafetensors } from '@core'
import { readWeightsBytes } from '@files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bandFiles } from '../../fixtures/idx-files'
import { letter, letterFiles, writeTree } from '../../fixtures/picture-folder'
import { LabBundle } from './bundle'
import { writeDigit } from './pictures'

const lab = new LabBundle()
/** 20×30 pixels, seven classes */
const bands = bandFiles()
const pair = ['images.idx', 'labels.idx']
const tests = ['--test-images', 'test-images.idx', '--test-labels', 'test-labels.idx']

beforeAll(async () => {
  await lab.make()
  writeFileSync(lab.path('images.idx'), bands.trainImages)
  writeFileSync(lab.path('labels.idx'), bands.trainLabels)
  writeFileSync(lab.path('test-images.idx'), gzipSync(bands.testImages)) // recognized by its contents
  writeFileSync(lab.path('test-labels.idx'), bands.testLabels)
  writeFileSync(lab.path('cut.idx'), bands.trainImages.subarray(0, 1000))
}, 60_000)
afterAll(() => { lab.remove() })

const json = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await lab.run([...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

describe('data list', () => {
  test('has MNIST alone before the first import', async () => {
    expect(await json<{ id: string, problem: null }[]>('data', 'list')).toMatchObject([{ id: 'mnist', name: 'MNIST', shape: [1, 28, 28], counts: { train: 60_000, test: 10_000 }, problem: null }])
    expect(existsSync(lab.path('own'))).toBe(false)
    expect((await lab.run(['data', 'list'])).stderr).toContain(join('own', 'datasets'))
    expect((await lab.run(['data', 'list'])).stdout).toMatch(/^id +name +height×width +classes +training +test\nmnist +MNIST +28×28 +10 +60,000 +10,000\n$/)
  })
})

describe('a dataset of 20×30 pixels and seven classes', () => {
  let info: DatasetInfo
  beforeAll(async () => { info = await json<DatasetInfo>('data', 'import', ...pair, ...tests, '--name', 'Bands') })

  test('is imported from IDX files, plain or gzip', async () => {
    expect(info).toMatchObject({ name: 'Bands', shape: [1, 20, 30], classes: ['0', '1', '2', '3', '4', '5', '6'], counts: { train: 700, test: 140 }, testSource: 'files', isNew: true })
    expect((await json<{ id: string }[]>('data', 'list')).map(({ id }) => id)).toEqual(['mnist', info.id])
  })

  test('is the same dataset when it is imported again, and the terminal says so', async () => {
    const { code, stdout, stderr } = await lab.run(['data', 'import', ...pair, ...tests, '--name', 'Others', '--json'])
    expect([code, JSON.parse(stdout)]).toEqual([0, { ...info, isNew: false, isRepaired: false }])
    expect(stderr).toContain('already here as Bands')
    expect(stderr).toContain('keep the name Bands; --name Others has no effect')
  })

  test('gets names for its classes, also when it is imported again, which never drops them', async () => {
    const names = ['none', '一', '두 번째', 'Ⅲ', 'four 🎀', 'T-shirt/top', 'ankle boot']
    expect(await json('data', 'import', ...pair, ...tests, '--name', 'Bands', '--classes', names.join(' , '))).toMatchObject({ id: info.id, classes: names, isNew: false })
    const renamed = await lab.run(['data', 'import', ...pair, ...tests, '--name', 'Bands', '--classes', 'a,b,c,d,e,f,g'])
    expect(renamed.stderr).toContain(`The classes have new names from now on: a, b, c, d, e, f, g. Before: ${names.join(', ')}.`)
    await lab.run(['data', 'import', ...pair, ...tests, '--name', 'Bands', '--classes', names.join(',')])
    expect(await json('data', 'import', ...pair, ...tests, '--name', 'Bands')).toMatchObject({ classes: names })
    for (const [given, found] of [['a,b', '2'], ['a,b,c,d,e,f,a', 'a'], ['a,b,,d,e,f,g', 'nothing']] as const) {
      const { code, stderr } = await lab.run(['data', 'import', ...pair, ...tests, '--name', 'Bands', '--classes', given])
      expect([code, stderr]).toEqual([2, expect.stringContaining(`Found: ${found}`)])
    }
  })

  test('prints outputs with their sign instead of probabilities for a network with the squared error', async () => {
    await lab.run(['train', '--dataset', 'bands', '--loss', 'identity', '--iterations', '20', '--save', 'values.safetensors'])
    writeDigit(lab.path('value.png'), bands.testImages.subarray(16, 16 + 600), { rows: 20, columns: 30, scale: 1 })
    const [prediction] = await json<Record<string, unknown>[]>('predict', 'values.safetensors', 'value.png')
    const outputs = prediction!['outputs'] as number[]
    expect(Object.keys(prediction!)).not.toContain('probabilities')
    expect(outputs.indexOf(Math.max(...outputs))).toBe(prediction!['label'])
    const { stdout } = await lab.run(['predict', 'values.safetensors', 'value.png'])
    const rows = stdout.trimEnd().split('\n').slice(-7)
    expect(rows.map(row => /[+−](?=[\d.e−]+$)/.exec(row)?.[0])).toEqual(outputs.map(value => value > 0 ? '+' : '−'))
    expect(rows[6]).toMatch(/^ +ankle boot +[+−]\d/)
  })

  test('is learned, saved with its name, and predicted with the file alone', async () => {
    const trained = await json<{ testAccuracy: number, dataset: object, layers: number[], saved: string }>('train', '--dataset', 'bands', '--iterations', '150', '--batch-size', '50', '--save', 'bands.safetensors')
    expect(trained).toMatchObject({ layers: [600, 50, 7], dataset: { id: info.id, name: 'Bands', counts: { train: 700, test: 140 }, sha256: info.sha256 } })
    expect(trained.testAccuracy).toBeGreaterThan(0.9) // 0.14 is chance
    const { metadata } = parseSafetensors(await readWeightsBytes(lab.path('bands.safetensors')), 'bands')
    expect(JSON.parse(metadata.get('dataset')!)).toMatchObject({ id: info.id, sha256: info.sha256, counts: info.counts, shape: [1, 20, 30] })
    expect(JSON.parse(metadata.get('training')!)).toMatchObject({ config: { dataset: info.id } })
    const wanted = [0, 1, 2, 3, 4].map((n) => {
      writeDigit(lab.path(`band${n}.png`), bands.testImages.subarray(16 + n * 600, 16 + (n + 1) * 600), { rows: 20, columns: 30, scale: n + 1 })
      return bands.testLabels[8 + 2 * n + 1]
    })
    const { code, stdout } = await lab.run(['predict', 'bands.safetensors', ...wanted.map((_, n) => `band${n}.png`), '--json'], { env: { LAB_USER_DATA: lab.path('elsewhere') } })
    const predictions = JSON.parse(stdout) as { label: number, probabilities: number[], doubt: null }[]
    expect([code, predictions.map(({ label }) => label)]).toEqual([0, wanted])
    for (const { probabilities, doubt } of predictions) expect([probabilities.length, doubt]).toEqual([7, null])
  })

  test('is evaluated with the file alone, as at the end of the training', async () => {
    const { evaluation, weightsSha256 } = await json<{ evaluation: { test: { correct: number[] } }, weightsSha256: string }>('train', '--dataset', 'bands', '--iterations', '60', '--validation', '0.2', '--save', 'measured.safetensors')
    const measured = await json('evaluate', 'measured.safetensors')
    expect(measured).toMatchObject({ file: 'measured.safetensors', step: 60, evaluation, weightsSha256, dataset: { id: info.id, name: 'Bands' } })
    expect(await json('evaluate', 'measured.safetensors', '--dataset', 'Bands')).toEqual(measured)
    const { stdout } = await lab.run(['evaluate', 'measured.safetensors'])
    expect(stdout).toMatch(/validation +140 /)
    expect(stdout).toMatch(new RegExp(`ankle boot .* ${evaluation.test.correct[6]} / \\d+\n`))
    const { code, stderr } = await lab.run(['evaluate', 'measured.safetensors', '--dataset', 'mnist'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('measured.safetensors')])
  })

  test('is evaluated nowhere else: a computer without it says which dataset is missing', async () => {
    const { code, stderr } = await lab.run(['evaluate', 'measured.safetensors'], { env: { LAB_USER_DATA: lab.path('elsewhere') } })
    expect([code, stderr]).toEqual([2, expect.stringMatching(/measured\.safetensors.*Bands/)])
  })

  test('checks the gradients of any chain of layers, with mask and statistics held', async () => {
    const chain = 'affine 5, batchNormalization, tanh, dropout 0.2, affine 7'
    const checks = await json<Record<string, { mean: number, checked: number }>>('gradcheck', '--dataset', 'bands', '--network', chain, '--loss', 'identity', '--samples', '4')
    expect(Object.keys(checks)).toEqual(['W1', 'b1', 'batchNormalization1.gamma', 'batchNormalization1.beta', 'W2', 'b2'])
    expect(Object.values(checks).map(({ checked }) => checked)).toEqual([3000, 5, 5, 5, 35, 7]) // tanh has no kinks
    for (const { mean } of Object.values(checks)) expect(mean).toBeLessThan(1e-7)
    const { code, stderr } = await lab.run(['gradcheck', '--dataset', 'bands', '--network', chain, '--samples', '1'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('2')])
  })

  test('takes one epoch’s mini-batches from its own number of images, and its network from its own sizes', async () => {
    expect(await json('train', '--dataset', info.id, '--epochs', '2', '--batch-size', '70')).toMatchObject({ iterations: 20 })
    const { code, stderr } = await lab.run(['train', '--dataset', 'Bands', '--layers', '784,50,10'])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--layers.*600-…-7.*784/)])
  })

  test('is refused by name once its files have changed, and MNIST is still there', async () => {
    const file = join(lab.path('own'), 'datasets', info.id, 'train-images.idx')
    const sound = readFileSync(file)
    sound[300]! ^= 1
    writeFileSync(file, sound)
    const refused = await lab.run(['train', '--dataset', 'Bands', '--iterations', '1'])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/Bands.*train-images\.idx/)
    for (const bytes of [sound, sound.subarray(0, 1000)]) {
      writeFileSync(file, bytes)
      const { code, stdout, stderr } = await lab.run(['data', 'list'])
      expect([code, stdout]).toEqual([0, expect.stringMatching(/Bands +cannot be used/)])
      expect(stderr).toMatch(/Bands.*train-images\.idx has changed/)
    }
    rmSync(file)
    for (const [lang, part] of [['en', 'Import it again'], ['ko', '다시 가져오세요'], ['ja', 'もう一度']] as const) {
      const listed = await lab.run(['data', 'list', '--lang', lang])
      expect([listed.code, listed.stdout.split('\n')[1]]).toEqual([0, expect.stringContaining('MNIST')])
      for (const named of ['Bands', 'train-images.idx', part]) expect(listed.stderr).toContain(named)
    }
    expect((await lab.run(['data', 'import', ...pair, ...tests, '--name', 'Bands'])).stderr).toContain('Bands was repaired')
    expect((await lab.run(['data', 'list'])).stderr).not.toContain('Bands')
    expect(await json('train', '--dataset', 'Bands', '--iterations', '1')).toMatchObject({ iterations: 1 })
  })
})

test('without test files a tenth is held out, and the terminal says so', async () => {
  const files = bandFiles({ seed: 2, train: 101 })
  writeFileSync(lab.path('more.idx'), files.trainImages)
  writeFileSync(lab.path('more-labels.idx'), files.trainLabels)
  const { code, stdout, stderr } = await lab.run(['data', 'import', 'more.idx', 'more-labels.idx', '--name=More', '--json'])
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ counts: { train: 91, test: 10 }, testSource: 'heldOut' })])
  expect(stderr).toContain('10 of the training images are held out')
})

test('a wrong label is suspected where classes have no image, in a dry run and in an import', async () => {
  const files = bandFiles({ seed: 3, classes: 3, train: 40 })
  const labels = Uint8Array.from(files.trainLabels)
  new DataView(labels.buffer).setUint16(8 + 2 * 20, 9)
  writeFileSync(lab.path('stray.idx'), files.trainImages)
  writeFileSync(lab.path('stray-labels.idx'), labels)
  for (const last of ['--dry-run', '--name=Stray'])
    expect(await lab.run(['data', 'import', 'stray.idx', 'stray-labels.idx', last])).toMatchObject({ code: 0, stderr: expect.stringContaining('Classes without any image: 6 of 10; the last class is 9.') as string })
})

describe('a folder of pictures', () => {
  beforeAll(() => { writeTree(lab.path('letters'), { ...letterFiles(['가', '나'], 10), '가/cut.png': letter(0, 0).subarray(0, 60) }) })

  test('is shown by --dry-run, and nothing is imported', async () => {
    const { code, stdout, stderr } = await lab.run(['data', 'import', 'letters', '--dry-run', '--json'])
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { kind: 'folder', name: 'letters', shape: [1, 8, 6], preprocessing: 'resizeDark', classes: [{ name: '가', train: 10, test: 0 }, { name: '나', train: 10, test: 0 }], problems: [{ code: 'dataset.damagedPictures' }] }])
    expect(stderr).toContain('가/cut.png')
    expect((await json<{ name: string }[]>('data', 'list')).map(({ name }) => name)).not.toContain('Letters')
  })

  test('is imported, renamed, verified and moved to the trash', async () => {
    const info = await json<DatasetInfo>('data', 'import', 'letters', '--name', 'Letters', '--test-share', '0.2', '--seed', '3')
    expect(info).toMatchObject({ classes: ['가', '나'], counts: { train: 16, test: 4 }, testShare: { share: 0.2, seed: 3 } })
    expect(await json('data', 'rename', 'letters', '글자', '--classes', 'ga,na')).toMatchObject({ id: info.id, name: '글자', classes: ['ga', 'na'] })
    expect((await lab.run(['data', 'verify'])).code).toBe(0)
    const file = join(lab.path('own'), 'datasets', info.id, 'test-labels.idx')
    const sound = readFileSync(file)
    writeFileSync(file, sound.subarray(0, 10))
    expect(await lab.run(['data', 'verify'])).toMatchObject({ code: 1, stderr: expect.stringContaining('글자') as string })
    expect(await json('data', 'remove', '글자')).toEqual({ id: info.id, name: '글자' })
    expect((await json<{ id: string }[]>('data', 'list')).map(({ id }) => id)).not.toContain(info.id)
  })

  test.each([[['import', 'letters', '--name', 'x', '--test-share', '0.6'], '--test-share'], [['import', 'letters', '--name', 'x', '--seed', '-1'], '--seed'], [['rename', 'mnist', 'x'], 'MNIST'], [['remove', 'mnist'], 'MNIST'], [['remove'], 'NAME'], [['rename', 'mnist'], 'NEW'], [['remove', 'none'], 'none']])('%j ends with 2 and a message', async (args, said) => {
    const { code, stderr } = await lab.run(['data', ...args])
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
  })
})

describe('what cannot be imported', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a truncated file', ['import', 'cut.idx', 'labels.idx', '--name', 'Cut'], ['cut.idx', '420016', '1000']],
    ['a swapped pair', ['import', 'labels.idx', 'images.idx', '--name', 'Swapped'], ['labels.idx', '0x00000b01', '0x00000803', 'changed places']],
    ['labels of other images', ['import', 'images.idx', 'test-labels.idx', '--name', 'Other'], ['images.idx', '700', 'test-labels.idx', '140']],
    ['a missing file', ['import', 'none.idx', 'labels.idx', '--name', 'None'], ['none.idx']],
    ['a bad name', ['import', ...pair, '--name', '../x'], ['../x', '40']],
    ['a taken name', ['import', ...pair, '--name', 'mnist'], ['mnist']],
    ['no name', ['import', ...pair], ['--name NAME']],
    ['one file', ['import', 'images.idx', '--name', 'One'], ['LABELS']],
    ['no file', ['import', '--name', 'None'], ['IMAGES']],
    ['three files', ['import', ...pair, 'more', '--name', 'Three'], ['IMAGES LABELS', 'more']],
    ['test images without labels', ['import', ...pair, '--test-images', 'test-images.idx', '--name', 'Half'], ['--test-labels FILE']],
    ['test labels without images', ['import', ...pair, '--test-labels', 'test-labels.idx', '--name', 'Half'], ['--test-images FILE']],
    ['nothing', [], ['import, list']],
    ['another action', ['imprt'], ['import, list', 'imprt', 'Did you mean import?']],
    ['a file to list', ['list', 'x'], ['data list', 'x']],
    ['a name to list', ['list', '--name', 'x'], ['data list', '--name']],
  ])('%s ends with 2 and a message', async (_, args, said) => {
    const { code, stdout, stderr } = await lab.run(['data', ...args])
    expect([code, stdout]).toEqual([2, ''])
    for (const part of said) expect(stderr).toContain(part)
  })

  test('an unknown dataset to learn ends with 2 and names those that are known', async () => {
    const { code, stderr } = await lab.run(['train', '--dataset', 'fashion'])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--dataset.*fashion.*MNIST/)])
  })
})

/** Debian's package dataset-fashion-mnist, which set-up installs where it can. */
const fashion = '/usr/share/datasets/fashion-mnist'
const fashionFile = (name: string) => join(fashion, `${name}-ubyte.gz`)

describe.skipIf(!existsSync(fashion))('Fashion-MNIST from Debian’s package', () => {
  test('is imported, learned, saved and predicted', async () => {
    const info = await json<DatasetInfo>('data', 'import', fashionFile('train-images-idx3'), fashionFile('train-labels-idx1'),
      '--test-images', fashionFile('t10k-images-idx3'), '--test-labels', fashionFile('t10k-labels-idx1'), '--name', 'Fashion-MNIST')
    expect(info).toMatchObject({ shape: [1, 28, 28], counts: { train: 60_000, test: 10_000 } })
    expect(info.classes).toHaveLength(10)
    const trained = await json<{ testAccuracy: number }>('train', '--dataset', 'Fashion-MNIST', '--iterations', '600', '--save', 'fashion.safetensors')
    expect(trained.testAccuracy).toBeGreaterThan(0.75) // one epoch with SGD at 0.1 gives about 0.82
    const images = gunzipSync(readFileSync(fashionFile('t10k-images-idx3')))
    const labels = gunzipSync(readFileSync(fashionFile('t10k-labels-idx1')))
    const files = Array.from({ length: 20 }, (_, n) => {
      writeDigit(lab.path(`clothes${n}.png`), images.subarray(16 + n * 784, 16 + (n + 1) * 784))
      return `clothes${n}.png`
    })
    const predictions = await json<{ label: number }[]>('predict', 'fashion.safetensors', ...files)
    expect(predictions.filter(({ label }, n) => label === labels[8 + n]).length).toBeGreaterThanOrEqual(12)
  }, 60_000)
})
