import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { optimizers, optimizerDefinition, Random, readCheckpoint, readSafetensorsHeader, readWeights, writeCheckpoint } from '@core'
import { readNetworkFile, weightsSha256 } from '@files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bandFiles } from '../../fixtures/idx-files'
import { LabBundle } from './bundle'
import { runHere } from './here'
import { writeDigit } from './pictures'

interface Result {
  readonly iterations: number
  readonly weightsSha256: string
  readonly stateSha256: string
  readonly checkpoint: string | null
  readonly resumed: { readonly file: string, readonly step: number } | null
  readonly saved: string | null
  readonly stopped: string | null
  readonly testAccuracy: number | null
}

const folder = mkdtempSync(join(tmpdir(), 'lab-resume-'))
const path = (name: string) => join(folder, name)
const own = path('own')
const run = (...args: string[]) => runHere(args, { folder, own })
/** Runs a training that must succeed. */
async function trained(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await run('train', ...args, '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Result
}
const refused = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run('train', ...args)
  expect([code, stdout], stderr).toEqual([2, ''])
  expect(stderr).not.toMatch(/\bcli\.|\berrors\.|[{}]/)
  return stderr
}
const read = (name: string) => readCheckpoint(readFileSync(path(name)), name)
/** A training on 700 images of 20×30 pixels: a few milliseconds. */
const bands = ['--dataset', 'bands', '--batch-size', '50', '--network', 'affine 12, batchNormalization, relu, dropout 0.2, affine 7']

beforeAll(async () => {
  const files = bandFiles()
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path(`${name}.idx`), bytes)
  const { code } = await run('data', 'import', 'trainImages.idx', 'trainLabels.idx', '--test-images', 'testImages.idx', '--test-labels', 'testLabels.idx', '--name', 'Bands')
  expect(code).toBe(0)
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

/** The state's hash, computed from the file's bytes by the definition in words, with nothing of the lab. */
function stateHashOf(file: string): string {
  const bytes = readFileSync(path(file))
  const from = 8 + Number(bytes.readBigUInt64LE(0))
  const { __metadata__: metadata, ...tensors } = JSON.parse(bytes.toString('utf8', 8, from)) as { __metadata__: { state: string } } & Record<string, { data_offsets: [number, number] }>
  const hash = createHash('sha256')
  for (const name of Object.keys(tensors).filter(name => !name.startsWith('first.')).sort()) {
    const [begin, end] = tensors[name]!.data_offsets
    hash.update(`${name}\n`).update(bytes.subarray(from + begin, from + end))
  }
  const { optimizer, updates, position: { step, epoch, seen } } = JSON.parse(metadata.state) as { optimizer: string, updates: number, position: { step: number, epoch: number, seen: number } }
  return hash.update(`optimizer ${optimizer} updates ${updates} step ${step} epoch ${epoch} seen ${seen}\n`).digest('hex')
}

describe('train --checkpoint', () => {
  test('writes the state that the result names: recipe, goal, position and numbers', async () => {
    const result = await trained(...bands, '--iterations', '30', '--checkpoint', 'a.ckpt')
    expect(result).toMatchObject({ iterations: 30, checkpoint: 'a.ckpt', resumed: null, saved: null, stopped: null })
    expect(stateHashOf('a.ckpt')).toBe(result.stateSha256)
    expect(read('a.ckpt')).toMatchObject({ goal: 30, events: [], version: '1.2.3', dataset: { name: 'Bands' }, config: { batchSize: 50 }, snapshot: { position: { step: 30, epoch: 2, seen: 100 } } })
    expect(weightsSha256(await readNetworkFile(path('a.ckpt')))).toBe(result.weightsSha256)
  })

  test('does not change what is learned, however often it is written', async () => {
    const plain = await trained(...bands, '--iterations', '30')
    for (const every of ['1', '7', '1000']) {
      const file = `every-${every}.ckpt`
      expect(await trained(...bands, '--iterations', '30', '--checkpoint', file, '--checkpoint-every', every)).toMatchObject({ stateSha256: plain.stateSha256, checkpoint: file })
      expect(read(file).snapshot.position.step).toBe(30)
    }
  })

  const wild = ['--dataset', 'bands', '--network', 'affine 60, relu, affine 60, relu, affine 60, relu, affine 7', '--learning-rate', '100', '--batch-size', '50']

  test('of a training that diverged holds the state that was kept, and the advice is to begin anew', async () => {
    const { code, stdout, stderr } = await run('train', ...wild, '--iterations', '50', '--checkpoint', 'wild.ckpt', '--json')
    const result = JSON.parse(stdout) as Result
    if (result.iterations === 0) expect(existsSync(path('wild.ckpt'))).toBe(false)
    expect([code, result.stopped]).toEqual([1, 'diverged'])
    expect(stateHashOf('wild.ckpt')).toBe(result.stateSha256)
    expect(stderr).toContain('with a learning rate of 100')
    expect(stderr).toContain('begin anew with a smaller --learning-rate')
  })

  test('from before a divergence stays, and a smaller rate goes on from it', async () => {
    await trained(...wild.map(arg => arg === '100' ? '0.05' : arg), '--iterations', '20', '--checkpoint', 'calm.ckpt')
    const before = readFileSync(path('calm.ckpt'))
    const { code, stdout, stderr } = await run('train', '--resume', 'calm.ckpt', '--set', 'learning-rate=100', '--iterations', '2000', '--checkpoint-every', '2000', '--json')
    expect((JSON.parse(stdout) as Result).stopped).toBe('diverged')
    expect([code, readFileSync(path('calm.ckpt'))]).toEqual([1, before])
    expect(stderr).toContain('calm.ckpt still has the checkpoint of step 20, from before; --resume calm.ckpt --set learning-rate=X')
    expect(await trained('--resume', 'calm.ckpt', '--set', 'learning-rate=0.05', '--iterations', '40')).toMatchObject({ iterations: 40, stopped: null })
  })

  test('says every 0 and a number in words are no counts, and that an interval alone writes nothing', async () => {
    expect(await refused(...bands, '--checkpoint', 'never.ckpt', '--checkpoint-every', '0')).toMatch(/--checkpoint-every.*1 to .*Found: 0/)
    expect(await refused(...bands, '--checkpoint-every', 'often', '--checkpoint', 'never.ckpt')).toContain('Found: often')
    expect(await refused(...bands, '--checkpoint-every', '10')).toContain('--checkpoint-every works only together with --checkpoint FILE')
    expect(existsSync(path('never.ckpt'))).toBe(false)
  })
})

describe('a file that is there already', () => {
  test('is not replaced by another training\'s checkpoint, nor any other file by a checkpoint; --force replaces it', async () => {
    await trained(...bands, '--iterations', '5', '--checkpoint', 'kept.ckpt', '--save', 'kept.safetensors')
    const before = readFileSync(path('kept.ckpt'))
    expect(await refused(...bands, '--checkpoint', 'kept.ckpt')).toMatch(/checkpoint of another training.*--resume \S*kept\.ckpt.*--force/)
    expect(await refused(...bands, '--checkpoint', 'kept.safetensors')).toMatch(/kept\.safetensors already exists and is not a checkpoint/)
    expect(await refused(...bands, '--save', 'kept.ckpt')).toMatch(/kept\.ckpt already exists and is not a weights file/)
    writeFileSync(path('notes.txt'), 'mine')
    expect(await refused(...bands, '--checkpoint', 'notes.txt')).toContain('is not a checkpoint')
    expect(readFileSync(path('kept.ckpt'))).toEqual(before)
    expect(readFileSync(path('notes.txt'), 'utf8')).toBe('mine')
    await trained(...bands, '--iterations', '3', '--checkpoint', 'notes.txt', '--force')
    expect(read('notes.txt').snapshot.position.step).toBe(3)
  })

  test('is one of its own for weights and for checkpoints, even with --force', async () => {
    expect(await refused(...bands, '--save', 'one', '--checkpoint', './one', '--force')).toMatch(/--checkpoint and --save name the same file/)
    await trained(...bands, '--iterations', '2', '--checkpoint', 'both.ckpt')
    expect(await refused('--resume', 'both.ckpt', '--save', './both.ckpt', '--force')).toMatch(/--save and --resume name the same file/)
    expect(read('both.ckpt').snapshot.position.step).toBe(2)
  })

  test('is named when it is a folder, or in a folder that is missing', async () => {
    mkdirSync(path('inside'), { recursive: true })
    expect(await refused(...bands, '--checkpoint', 'inside')).toMatch(/--checkpoint.*folder/)
    expect(await refused(...bands, '--checkpoint', 'inside/')).toMatch(/--checkpoint.*folder/)
    expect(await refused(...bands, '--checkpoint', 'nowhere/c.ckpt')).toMatch(/--checkpoint.*nowhere/)
  })

  test('and was put there by somebody else since the training began stays, and the training says so and ends with 1', async () => {
    let put = false
    const { code, stdout, stderr } = await runHere(['train', ...bands, '--iterations', '600', '--checkpoint', 'late.ckpt', '--checkpoint-every', '50', '--json'], {
      folder, own, isTTY: true, tickMs: 40,
      onStderr: () => {
        if (put || !existsSync(path('late.ckpt'))) return
        put = true
        writeFileSync(path('late.ckpt'), 'mine')
      },
    })
    expect(put).toBe(true)
    expect([code, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ iterations: 600, checkpoint: null, stopped: null })])
    expect(stderr.match(/late\.ckpt already exists and is not a checkpoint/g)).toHaveLength(1)
    expect(stderr).toMatch(/The checkpoint of step 600 could not be saved to late\.ckpt\.\nThe latest one that was saved there is that of step \d+\./)
    expect(readFileSync(path('late.ckpt'), 'utf8')).toBe('mine')
  })
})

describe('train --resume', () => {
  test.each(optimizers)('with %s ends in the state of a training that never stopped', async (optimizer) => {
    const args = [...bands, '--optimizer', optimizer, '--learning-rate', String(optimizerDefinition(optimizer).usualLearningRate), '--weight-decay', '0.001', '--validation', '0.1', '--order-seed', '9']
    const straight = await trained(...args, '--iterations', '40')
    const file = `${optimizer}.ckpt`
    await trained(...args, '--iterations', '23', '--checkpoint', file)
    const resumed = await trained('--resume', file, '--iterations', '40', '--checkpoint', file)
    expect(resumed).toMatchObject({ iterations: 40, resumed: { file, step: 23 }, checkpoint: file, stateSha256: straight.stateSha256, weightsSha256: straight.weightsSha256, testAccuracy: straight.testAccuracy })
    expect(stateHashOf(file)).toBe(straight.stateSha256)
  })

  test('learns what was planned when no number is given, and counts epochs from the beginning', async () => {
    await trained(...bands, '--iterations', '20', '--checkpoint', 'plan.ckpt')
    expect(await trained('--resume', 'plan.ckpt', '--epochs', '3', '--checkpoint', 'epochs.ckpt')).toMatchObject({ iterations: 42 }) // 700 images in mini-batches of 50
    const goal = await trained('--resume', 'plan.ckpt', '--iterations', '26', '--checkpoint', 'plan.ckpt')
    expect(goal.iterations).toBe(26)
    expect(await trained('--resume', 'plan.ckpt')).toMatchObject({ iterations: 26, resumed: { step: 26 } })
  })

  test('at or beyond the number says that nothing is left, measures and saves', async () => {
    await trained(...bands, '--iterations', '20', '--checkpoint', 'done.ckpt')
    for (const iterations of ['20', '5']) {
      const { code, stdout, stderr } = await run('train', '--resume', 'done.ckpt', '--iterations', iterations, '--save', `done-${iterations}.safetensors`, '--json')
      const result = JSON.parse(stdout) as Result
      expect([code, result.iterations, result.stopped, result.stateSha256]).toEqual([0, 20, null, stateHashOf('done.ckpt')])
      expect(result.testAccuracy).not.toBeNull()
      expect(stderr).toContain(`done.ckpt is at step 20 already, and training was to end at ${iterations}`)
      expect(readWeights(readFileSync(path(`done-${iterations}.safetensors`)), 'w').step).toBe(20)
    }
  })

  test('keeps the checkpoint that it read up to date, says so, and leaves it as it was when another one is named', async () => {
    await trained(...bands, '--iterations', '20', '--checkpoint', 'origin.ckpt')
    const before = readFileSync(path('origin.ckpt'))
    const branch = await trained('--resume', 'origin.ckpt', '--iterations', '25', '--checkpoint', 'branch.ckpt')
    expect(branch).toMatchObject({ checkpoint: 'branch.ckpt' })
    expect(readFileSync(path('origin.ckpt'))).toEqual(before)
    const { code, stdout, stderr } = await run('train', '--resume', 'origin.ckpt', '--iterations', '25', '--checkpoint-every', '3', '--json')
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ checkpoint: 'origin.ckpt', stateSha256: branch.stateSha256 })])
    expect(stderr).toContain('origin.ckpt is kept up to date from now on')
    expect(stateHashOf('origin.ckpt')).toBe(branch.stateSha256)
    expect(read('origin.ckpt')).toMatchObject({ goal: 25, snapshot: { position: { step: 25 } } })
  })

  test('goes on with another kernel module, and says so', async () => {
    await trained(...bands, '--iterations', '10', '--checkpoint', 'module.ckpt')
    const { code, stderr } = await run('train', '--resume', 'module.ckpt', '--iterations', '12', '--backend', 'reference', '--checkpoint', 'reference.ckpt')
    expect(code).toBe(0)
    expect(stderr).toMatch(/module\.ckpt was computed by wasm-\w+-simd, and reference-float32 goes on here/)
    expect((await run('train', '--resume', 'module.ckpt', '--iterations', '12')).stderr).not.toContain('was computed by')
  })

  test('goes on without a word with another kernel module that computes the same bits', async () => {
    await trained(...bands, '--iterations', '10', '--checkpoint', 'lanes.ckpt')
    const checkpoint = read('lanes.ckpt')
    const others = ['wasm-relaxed-simd', 'wasm-wide-simd'].filter(name => name !== checkpoint.backend)
    expect(others).toHaveLength(1) // the processor has relaxed SIMD
    writeFileSync(path('lanes.ckpt'), writeCheckpoint({ ...checkpoint, backend: others[0]! }))
    const { code, stderr } = await run('train', '--resume', 'lanes.ckpt', '--iterations', '12')
    expect(code).toBe(0)
    expect(stderr).not.toContain('was computed by')
  })

  test.each([
    ['dataset', 'mnist'], ['layers', '600,5,7'], ['network', 'affine 7'], ['activation', 'relu'], ['loss', 'identity'], ['init', 'he'], ['seed', '2'], ['validation', '0.1'],
  ])('refuses --%s %s by name', async (flag, value) => {
    await trained(...bands, '--iterations', '2', '--checkpoint', 'fixed.ckpt', '--force')
    const said = await refused('--resume', 'fixed.ckpt', `--${flag}`, value)
    expect(said).toContain(`--${flag} cannot be given with --resume`)
    expect(said).not.toContain('Did you mean')
  })

  test('proposes --set for a setting that can change', async () => {
    await trained(...bands, '--iterations', '2', '--checkpoint', 'proposed.ckpt')
    expect(await refused('--resume', 'proposed.ckpt', '--learning-rate', '0.01')).toMatch(/--learning-rate cannot be given with --resume.*Did you mean --set learning-rate=0\.01\?/)
  })
})

describe('train --resume --set', () => {
  const start = async (file: string) => trained(...bands, '--iterations', '20', '--checkpoint', file, '--force')

  test('makes each setting an event at the step, and a resumed training of it is equal to the bit', async () => {
    await start('set.ckpt')
    const sets = ['--set', 'beta1=0.8', '--set', 'optimizer=adam', '--set', 'learning-rate=0.002', '--set', 'batch-size=70', '--set', 'weight-decay=0.01', '--set', 'order-seed=4', '--set', 'dropout1.rate=0.3']
    const straight = await trained('--resume', 'set.ckpt', '--iterations', '40', ...sets, '--checkpoint', 'set-40.ckpt')
    await trained('--resume', 'set.ckpt', '--iterations', '30', ...sets, '--checkpoint', 'set-30.ckpt')
    const { config, events, snapshot } = read('set-30.ckpt')
    expect(config).toMatchObject({ optimizer: { kind: 'sgd', learningRate: 0.1 }, batchSize: 50 })
    expect(events).toEqual([
      { optimizer: { kind: 'adam' } }, { optimizer: { beta1: 0.8 } }, { optimizer: { learningRate: 0.002 } }, { batchSize: 70 }, { weightDecay: 0.01 }, { orderSeed: 4 }, { layers: { dropout1: { rate: 0.3 } } },
    ].map(change => ({ step: 20, change })))
    expect(snapshot).toMatchObject({ position: { step: 30, epoch: 3, seen: 0 }, optimizer: 'adam', updates: 10 }) // a new order began epoch 2, of ten mini-batches
    const resumed = await trained('--resume', 'set-30.ckpt', '--iterations', '40')
    expect(resumed.stateSha256).toBe(straight.stateSha256)
    expect(resumed.stateSha256).not.toBe((await trained('--resume', 'set.ckpt', '--iterations', '40')).stateSha256)
  })

  test.each<[string, string, readonly string[]]>([
    ['no value', 'learning-rate', ['--set', 'NAME=VALUE', 'optimizer, learning-rate, batch-size, weight-decay, order-seed, dropout1.rate', 'Did you mean learning-rate=…?']],
    ['an empty value', 'learning-rate=', ['Did you mean learning-rate=…?']],
    ['a misspelt name', 'learnig-rate=0.01', ['--set', 'Did you mean learning-rate=0.01?']],
    ['a setting that cannot change', 'seed=3', ['NAME=VALUE', 'learning-rate']],
    ['a rate that the optimizer does not have', 'momentum=0.5', ['NAME=VALUE', 'Found: momentum=0.5']],
    ['a rate in words', 'learning-rate=small', ['--set learning-rate', 'above 0', 'Found: small']],
    ['a negative rate', 'learning-rate=-1', ['--set learning-rate', 'above 0', 'Found: -1']],
    ['half a batch', 'batch-size=2.5', ['--set batch-size', '1 to 10000', 'Found: 2.5']],
    ['a mini-batch of one image', 'batch-size=1', ['--set batch-size', 'batchNormalization', 'Found: 1']],
    ['a dropout rate of 1', 'dropout1.rate=1', ['--set dropout1.rate', 'a number of at least 0 and below 1', 'Found: 1']],
    ['a layer that is not there', 'dropout2.rate=0.1', ['Did you mean dropout1.rate=0.1?']],
    ['an unknown optimizer', 'optimizer=adamw', ['--set optimizer', 'sgd, momentum, adagrad, rmsprop, adam', 'Did you mean optimizer=adam?']],
  ])('names %s (%s) and what is allowed', async (_, set, said) => {
    await start('refused.ckpt')
    const stderr = await refused('--resume', 'refused.ckpt', '--set', set)
    for (const part of said) expect(stderr).toContain(part)
  })

  test('says what it changed, from what to what', async () => {
    await start('said.ckpt')
    const { stderr } = await run('train', '--resume', 'said.ckpt', '--iterations', '21', '--set', 'learning-rate=0.01', '--set', 'dropout1.rate=0.3', '--set', 'order-seed=4')
    expect(stderr).toContain('From here on: learning-rate 0.1 → 0.01, order-seed 1 → 4, dropout1.rate 0.2 → 0.3.')
  })

  test('gives another optimizer its usual learning rate unless one is given, and says so', async () => {
    await start('usual.ckpt')
    const { stderr } = await run('train', '--resume', 'usual.ckpt', '--iterations', '21', '--set', 'optimizer=adam')
    expect(stderr).toContain('optimizer sgd → adam, learning-rate 0.1 → 0.001, beta1 0.9, beta2 0.999')
    expect(read('usual.ckpt').events).toEqual([{ step: 20, change: { optimizer: { kind: 'adam', learningRate: 0.001 } } }])
    await run('train', '--resume', 'usual.ckpt', '--iterations', '22', '--set', 'optimizer=adam') // the same one keeps its rate
    expect(read('usual.ckpt')).toMatchObject({ events: [{ step: 20 }], snapshot: { position: { step: 22 } } })
  })

  test('is refused where nothing is left to learn', async () => {
    await start('over.ckpt')
    expect(await refused('--resume', 'over.ckpt', '--set', 'batch-size=5')).toMatch(/over\.ckpt is at step 20 already.*--set.*larger --iterations/)
  })

  test('takes a name in any case, and full-width signs', async () => {
    await start('typed.ckpt')
    await trained('--resume', 'typed.ckpt', '--set', 'Learning-Rate＝０．０２', '--iterations', '21', '--checkpoint', 'typed.ckpt')
    expect(read('typed.ckpt').events).toEqual([{ step: 20, change: { optimizer: { learningRate: 0.02 } } }])
  })

  test('refuses the same setting twice, and any without a checkpoint', async () => {
    await start('twice.ckpt')
    expect(await refused('--resume', 'twice.ckpt', '--set', 'batch-size=5', '--set', 'batch-size=6')).toContain('--set batch-size was given more than once')
    expect(await refused(...bands, '--set', 'batch-size=5')).toContain('--set works only together with --resume FILE')
  })
})

describe('a file that cannot be resumed is named, with what to do, and nothing is learned:', () => {
  const resume = (name: string) => refused('--resume', name)

  test('a missing one, a folder, another kind of file, a truncated and a damaged one', async () => {
    await trained(...bands, '--iterations', '2', '--checkpoint', 'sound.ckpt')
    const bytes = readFileSync(path('sound.ckpt'))
    writeFileSync(path('cut.ckpt'), bytes.subarray(0, -10))
    bytes[bytes.length - 6]! ^= 1
    writeFileSync(path('bent.ckpt'), bytes)
    mkdirSync(path('folder.ckpt'))
    expect(await resume('none.ckpt')).toContain('none.ckpt')
    expect(await resume('folder.ckpt')).toContain('folder')
    expect(await resume('trainImages.idx')).toContain('trainImages.idx is not a safetensors file')
    expect(await resume('cut.ckpt')).toMatch(/cut\.ckpt is truncated: expected \d+ bytes, found \d+ bytes/)
    expect(await resume('bent.ckpt')).toMatch(/bent\.ckpt is damaged: its checksum should be crc32 [0-9a-f]{8}/)
  })

  test('a weights file, which lacks the rest of the state', async () => {
    await trained(...bands, '--iterations', '2', '--save', 'only.safetensors')
    expect(await resume('only.safetensors')).toMatch(/only\.safetensors is a weights file, not a checkpoint.*train --checkpoint/)
  })

  test('one of a dataset that is not here, or whose files have changed', async () => {
    await trained(...bands, '--iterations', '2', '--checkpoint', 'far.ckpt')
    const elsewhere = (other: string) => runHere(['train', '--resume', 'far.ckpt'], { folder, own: path(other) })
    const missing = await elsewhere('nothing')
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/dataset Bands, which is not on this computer.*data import/)])

    const files = bandFiles({ seed: 2 })
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path(`other-${name}.idx`), bytes)
    await runHere(['data', 'import', 'other-trainImages.idx', 'other-trainLabels.idx', '--name', 'Bands'], { folder, own: path('others') })
    const other = await elsewhere('others')
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/dataset Bands, but Bands has other files on this computer/)])

    const { id } = read('far.ckpt').dataset
    const image = join(own, 'datasets', id, 'train-images.idx')
    const sound = readFileSync(image)
    try {
      const bent = Buffer.from(sound)
      bent[500]! ^= 1
      writeFileSync(image, bent)
      expect(await resume('far.ckpt')).toMatch(/Bands.*train-images\.idx/)
      rmSync(image)
      expect(await resume('far.ckpt')).toMatch(/Bands.*train-images\.idx/)
    }
    finally { writeFileSync(image, sound) }
  })

  test('one of a dataset that has another name here is resumed', async () => {
    const result = await trained(...bands, '--iterations', '4', '--checkpoint', 'renamed.ckpt')
    await runHere(['data', 'import', 'trainImages.idx', 'trainLabels.idx', '--test-images', 'testImages.idx', '--test-labels', 'testLabels.idx', '--name', 'Stripes'], { folder, own: path('stripes') })
    const { code, stdout } = await runHere(['train', '--resume', 'renamed.ckpt', '--json'], { folder, own: path('stripes') })
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ iterations: 4, stateSha256: result.stateSha256 })])
  })
})

test('a picture is read with the weights in a checkpoint as with a weights file', async () => {
  await trained(...bands, '--iterations', '30', '--checkpoint', 'eye.ckpt', '--save', 'eye.safetensors')
  writeDigit(path('picture.png'), new Uint8Array(600).map((_, i) => i % 200), { rows: 20, columns: 30 })
  const predicted = async (file: string) => (await run('predict', file, 'picture.png', '--json'))
  const [full, weights] = [await predicted('eye.ckpt'), await predicted('eye.safetensors')]
  expect([full.code, JSON.parse(full.stdout)]).toEqual([0, JSON.parse(weights.stdout)])
})

describe('a real process', () => {
  const lab = new LabBundle()
  beforeAll(async () => {
    await lab.make()
    cpSync(own, lab.path('own'), { recursive: true })
  }, 60_000)
  afterAll(() => { lab.remove() })
  const args = ['--dataset', 'bands', '--layers', '600,40,7', '--optimizer', 'adam', '--learning-rate', '0.001', '--batch-size', '100'] // about a millisecond a step
  const resultOf = async (...more: string[]) => {
    const { code, stdout, stderr } = await lab.run(['train', ...more, '--json'])
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout) as Result
  }
  const stepIn = (file: string): number => {
    if (!existsSync(lab.path(file))) return 0
    const bytes = readFileSync(lab.path(file))
    return (JSON.parse(readSafetensorsHeader(bytes, file).metadata.get('state')!) as { position: { step: number } }).position.step
  }

  // Each time at another moment after the checkpoint of step 400, in the middle of learning or of writing.
  test('that is killed with −9 after its checkpoint of step 400 is resumed to 1,000 and equals one that never stopped, twice', async () => {
    const straight = await resultOf(...args, '--iterations', '1000')
    const random = new Random(400)
    for (const file of ['first.ckpt', 'second.ckpt']) {
      const delayMs = random.integer(150)
      const killed = await lab.run(['train', ...args, '--iterations', '1000', '--checkpoint', file, '--checkpoint-every', '100'], {
        onStart: (child) => {
          const poll = setInterval(() => {
            if (stepIn(file) < 400) return
            clearInterval(poll)
            setTimeout(() => child.kill('SIGKILL'), delayMs)
          }, 2)
          child.once('close', () => { clearInterval(poll) })
        },
      })
      expect(killed.code).toBeNull() // it was killed
      expect(stepIn(file)).toBeGreaterThanOrEqual(400)
      const resumed = await resultOf('--resume', file, '--iterations', '1000', '--checkpoint', file, '--threads', '2')
      expect(resumed).toMatchObject({ iterations: 1000, stateSha256: straight.stateSha256, weightsSha256: straight.weightsSha256 })
      expect(stepIn(file)).toBe(1000)
    }
  }, 120_000)

  test('that is stopped by Ctrl-C, given twice, writes its checkpoint, from which it goes on equally', async () => {
    let signals = 0
    const stopped = await lab.run(['train', ...args, '--iterations', '1000000', '--checkpoint', 'stopped.ckpt', '--checkpoint-every', '1000000', '--json'], {
      onStderr: (text, child) => { if (text.includes('/1,000,000') && signals++ === 0) for (let i = 0; i < 2; i++) child.kill('SIGINT') },
    })
    const result = JSON.parse(stopped.stdout) as Result
    expect([stopped.code, result.stopped, result.checkpoint]).toEqual([130, 'interrupted', 'stopped.ckpt'])
    expect(stepIn('stopped.ckpt')).toBe(result.iterations)
    expect(stopped.stderr).toContain('--resume stopped.ckpt goes on from there')
    const total = String(result.iterations + 20)
    expect((await resultOf('--resume', 'stopped.ckpt', '--iterations', total)).stateSha256).toBe((await resultOf(...args, '--iterations', total)).stateSha256)
  }, 60_000)
})

test('the result says what was run: every layer, loss, optimizer with its rates, and how many images were learned from', async () => {
  const args = ['--dataset', 'bands', '--batch-size', '50', '--iterations', '5', '--validation', '0.1', '--optimizer', 'adam', '--weight-decay', '0.01']
  const network = ['--network', 'affine 12, batchNormalization, relu, dropout 0.2, affine 7']
  const { stdout } = await run('train', ...args, ...network)
  for (const row of [
    /^dataset +Bands: learned from 630 images, 70 set aside for validation, 140 for testing$/m, /^network +affine 12, batchNormalization, relu, dropout 0.2, affine 7$/m, /^loss function +softmax$/m,
    /^optimizer +adam, learning-rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, weight-decay 0.01$/m, /^batch size +50$/m, /^initialization +he, seed 1$/m, /^loss of the last mini-batch +\d/m,
    /^sha256 of the weights +[0-9a-f]{64}$/m, /^sha256 of the whole state +[0-9a-f]{64}$/m,
  ]) expect(stdout).toMatch(row)
  expect(await trained(...args, ...network)).toMatchObject({ config: { batchSize: 50, validation: 0.1, weightDecay: 0.01, optimizer: { kind: 'adam', learningRate: 0.001 }, init: 'he' } })
  expect((await run('train', ...args)).stdout).toMatch(/^network +600-50-7 \(relu\)$/m)
  await trained(...args, '--checkpoint', 'nothing-left.ckpt')
  expect((await run('train', '--resume', 'nothing-left.ckpt')).stdout).not.toMatch(/^(speed|training time) /m)
})
