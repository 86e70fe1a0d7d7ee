import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { optimizers, optimizerDefinition, optimizerSpec, readWeights } from '@core'
import { weightsSha256 } from '@files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fast, LabBundle } from './bundle'
import { perceptron } from '../../fixtures/run-config'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

const cores = availableParallelism()
const opened = (name: string) => readWeights(readFileSync(lab.path(name)), name)

describe('train', () => {
  test('prints one JSON object and saves the weights that it describes', async () => {
    const { code, stdout, stderr } = await lab.run(['train', '--layers', '784,8,10', '--iterations=120', '--batch-size', '50', '--seed', '7', '--save', 'a.safetensors', '--json'])
    expect(code).toBe(0)
    const result = JSON.parse(stdout) as Record<string, number>
    expect(result).toMatchObject({ iterations: 120, backend: fast, threads: 1, seed: 7, layers: [784, 8, 10], saved: 'a.safetensors', stopped: null })
    expect(stdout.trim()).not.toContain('\n')
    for (const key of ['trainAccuracy', 'testAccuracy']) expect(result[key]).toBeGreaterThan(0.5) // chance is 0.1; 0.7 was measured
    expect(result['seconds']).toBeGreaterThan(0)
    expect(result['samplesPerSecond']).toBeCloseTo(120 * 50 / result['seconds']!, 3)
    // over all images: the shares are multiples of 1/count
    expect(result['trainAccuracy']! * 60_000).toBeCloseTo(Math.round(result['trainAccuracy']! * 60_000), 6)
    expect(stderr).toContain('a.safetensors')
    const weights = opened('a.safetensors')
    expect(weights).toMatchObject({ step: 120, architecture: perceptron([784, 8, 10]), config: { batchSize: 50, seed: 7 }, metrics: { loss: result['loss'], testAccuracy: result['testAccuracy'] } })
    expect(weightsSha256(weights)).toBe(result['weightsSha256'])
    expect(weights.weightsSha256).toBe(result['weightsSha256'])
  })

  test('gives the same weights for the same settings, and different ones for another seed', async () => {
    const shaOf = async (seed: string) => (JSON.parse((await lab.run(['train', '--layers', '784,4,10', '--iterations', '20', '--seed', seed, '--json'])).stdout) as { weightsSha256: string }).weightsSha256
    const [first, again, other] = await Promise.all([shaOf('1'), shaOf('1'), shaOf('2')])
    expect(first).toBe(again)
    expect(first).not.toBe(other)
  })

  test('gives the same weights with any number of threads', async () => {
    const trained = async (threads: string) => JSON.parse((await lab.run(['train', '--layers', '784,100,10', '--iterations', '300', '--threads', threads, '--json'])).stdout) as { weightsSha256: string, threads: number }
    const [one, all] = [await trained('1'), await trained(String(cores))]
    expect([one.threads, all.threads]).toEqual([1, cores])
    expect(all.weightsSha256).toBe(one.weightsSha256)
  })

  test('reports one thread when a network is too small to share', async () => {
    const { stdout } = await lab.run(['train', '--layers', '784,2,10', '--iterations', '5', '--threads', String(cores), '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ threads: 1 })
  })

  test('computes with the reference when asked to', async () => {
    const { stdout } = await lab.run(['train', '--layers', '784,2,10', '--iterations', '5', '--backend', 'reference', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ backend: 'reference-float32', threads: 1 })
  })

  // V8 requires SSSE3 before it compiles SIMD: without it this machine behaves like an old one.
  test.runIf(process.arch === 'x64')('without SIMD continues with the reference, and reports that', async () => {
    const { code, stdout, stderr } = await lab.run(['train', '--layers', '784,2,10', '--iterations', '5', '--json'], { nodeFlags: ['--no-enable-ssse3'] })
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ backend: 'reference-float32', threads: 1, iterations: 5 })])
    expect(stderr).toContain('no SIMD')
  })

  test.each(optimizers)('learns with %s, and its file records that', async (optimizer) => {
    const file = `${optimizer}.safetensors`
    const { code, stdout } = await lab.run(['train', '--layers', '784,20,10', '--optimizer', optimizer, '--learning-rate', String(optimizerDefinition(optimizer).usualLearningRate), '--iterations', '300', '--save', file, '--json'])
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as { testAccuracy: number }).testAccuracy).toBeGreaterThan(0.85) // chance is 0.1; 0.90 and more were measured
    expect(opened(file).config).toMatchObject({ optimizer: optimizerSpec(optimizer) })
  })

  test('counts an epoch with its short last batch', async () => {
    const { stdout } = await lab.run(['train', '--layers', '784,1,10', '--epochs', '1', '--batch-size', '7000', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ iterations: 9 }) // 8 × 7,000 + 4,000
  })

  // it ended silently at 11 %
  test('says when nothing was learned', async () => {
    const { code, stdout, stderr } = await lab.run(['train', '--layers', '784,8,10', '--learning-rate', '30', '--batch-size', '600', '--epochs', '1', '--json'])
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ iterations: 100, stopped: null })])
    const { diagnosis } = JSON.parse(stdout) as { diagnosis: { rule: string, severity: string, layer: string, step: number, number: number }[] }
    expect(diagnosis[0]).toEqual({ rule: 'exploding', severity: 'broken', layer: null, step: expect.any(Number) as number, number: expect.any(Number) as number })
    expect(diagnosis.map(({ rule }) => rule)).toContain('guessing')
    expect(stderr).toMatch(/The loss has exploded\..* at step \d+\. Begin again with learning rate 0\.1/)
    const healthy = await lab.run(['train', '--layers', '784,8,10', '--batch-size', '600', '--epochs', '1', '--json'])
    expect((JSON.parse(healthy.stdout) as { diagnosis: unknown }).diagnosis).toEqual([])
    expect(healthy.stderr).not.toContain('Begin again')
  })

  test('prints a readable table in the chosen language', async () => {
    const { code, stdout } = await lab.run(['train', '--layers', '784,2,10', '--iterations', '5', '--lang', 'ja'])
    expect(code).toBe(0)
    expect(stdout).toContain('テストデータの認識精度')
  })

  test('prints the loss with three significant digits', async () => {
    const { code, stdout, stderr } = await lab.run(['train', '--layers', '784,2,10', '--iterations', '40'])
    expect(code, stderr).toBe(0)
    expect(/loss of the last mini-batch\s+(\S+)/.exec(stdout)?.[1], stdout).toMatch(/^\d\.\d\d$/) // about 2.3 for ten classes
  })

  test('stops on Ctrl-C, given twice as npm may, and keeps what was learned', async () => {
    let signals = 0
    const { code, stdout, stderr } = await lab.run(['train', '--layers', '784,8,10', '--iterations', '1000000', '--save', 'kept.safetensors', '--json'], {
      onStderr: (text, child) => {
        if (text.includes('/1,000,000') && signals++ === 0) for (let i = 0; i < 2; i++) child.kill('SIGINT')
      },
    })
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ stopped: 'interrupted', saved: 'kept.safetensors', testAccuracy: null })
    const { iterations } = JSON.parse(stdout) as { iterations: number }
    expect(iterations).toBeGreaterThan(0)
    expect(opened('kept.safetensors').step).toBe(iterations)
    expect(stderr).toContain(`Interrupted after ${iterations.toLocaleString('en')} of 1,000,000`)
  })

  test('stops on SIGTERM without a file when none was requested', async () => {
    const { code, stdout } = await lab.run(['train', '--layers', '784,8,10', '--iterations', '1000000'], {
      onStderr: (text, child) => { if (text.includes('/1,000,000')) child.kill('SIGTERM') },
    })
    expect(code).toBe(130)
    expect(stdout).toContain('iterations')
  })

  test('stops by itself when the loss is not finite, and keeps the last finite weights', async () => {
    const { code, stdout, stderr } = await lab.run(['train', '--layers', '784,60,60,60,60,10', '--learning-rate', '100', '--iterations', '200', '--save', 'finite.safetensors', '--json'])
    expect(code).toBe(1)
    const result = JSON.parse(stdout) as { iterations: number }
    expect(result).toMatchObject({ stopped: 'diverged', saved: 'finite.safetensors' })
    expect(stderr).toMatch(/The loss became (NaN|Infinity) at step \d+/)
    expect(opened('finite.safetensors').step).toBe(result.iterations) // readWeights refuses non-finite values
  })
})

// Cause: Ctrl-C right after the start replaced a finished file with a network trained for five steps.
describe('an existing file', () => {
  const short = ['--layers', '784,2,10', '--batch-size', '20']
  const interruptedSoon = (args: readonly string[]) => {
    let signals = 0
    return lab.run(['train', ...short, '--iterations', '1000000', '--json', ...args], { onStderr: (text, child) => { if (text.includes('/1,000,000') && signals++ === 0) child.kill('SIGINT') } })
  }
  const bytesOf = (name: string) => readFileSync(lab.path(name)).toString('base64')

  test('stays when training is interrupted; the weights are saved next to it, under a new name each time, which is reported', async () => {
    await lab.run(['train', ...short, '--iterations', '30', '--save', 'good.safetensors'])
    const before = bytesOf('good.safetensors')
    const names: string[] = []
    for (let i = 0; i < 2; i++) {
      const { code, stdout, stderr } = await interruptedSoon(['--save', 'good.safetensors'])
      const { saved, iterations } = JSON.parse(stdout) as { saved: string, iterations: number }
      const name = `good.step-${iterations}` // both may be interrupted at the same step
      expect([code, saved]).toEqual([130, names.includes(`${name}.safetensors`) ? `${name}-2.safetensors` : `${name}.safetensors`])
      names.push(saved)
      expect(stderr).toContain('good.safetensors already exists and was not overwritten')
      expect(stderr).toContain(`saved to ${saved}`)
      expect(opened(saved).step).toBe(iterations)
    }
    expect(bytesOf('good.safetensors')).toBe(before)
  })

  test('is replaced by completed training, and by interrupted training with --force', async () => {
    await lab.run(['train', ...short, '--iterations', '5', '--save', 'again.safetensors'])
    const { stdout, stderr } = await lab.run(['train', ...short, '--iterations', '7', '--save', 'again.safetensors', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ saved: 'again.safetensors' })
    expect([opened('again.safetensors').step, stderr.includes('stays as it was')]).toEqual([7, false])
    const forced = JSON.parse((await interruptedSoon(['--save', 'again.safetensors', '--force'])).stdout) as { saved: string, iterations: number }
    expect([forced.saved, opened('again.safetensors').step]).toEqual(['again.safetensors', forced.iterations])
  })

  test('stays when the loss became non-finite', async () => {
    await lab.run(['train', '--layers', '784,60,60,60,60,10', '--iterations', '5', '--save', 'sound.safetensors'])
    const before = bytesOf('sound.safetensors')
    const { code, stdout } = await lab.run(['train', '--layers', '784,60,60,60,60,10', '--learning-rate', '100', '--iterations', '200', '--save', 'sound.safetensors', '--json'])
    expect([code, (JSON.parse(stdout) as { saved: string }).saved]).toEqual([1, expect.stringMatching(/^sound\.step-\d+\.safetensors$/)])
    expect(bytesOf('sound.safetensors')).toBe(before)
  })

  test.each<[string, string | Uint8Array]>([
    ['a thesis', 'PK\x03\x04 my thesis'], ['a text', 'notes'], ['a weights file cut off', new Uint8Array([200, 0, 0, 0, 0, 0, 0, 0, 0x7b])], ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47])], ['one byte', '\n'],
  ])('with %s is not touched, which is reported before training; --force replaces it', async (_, bytes) => {
    writeFileSync(lab.path('precious.docx'), bytes)
    const before = bytesOf('precious.docx')
    const { code, stdout, stderr } = await lab.run(['train', '--iterations', '1000000', '--save', 'precious.docx'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('precious.docx already exists and is not a weights file')
    expect(bytesOf('precious.docx')).toBe(before)
    expect((await lab.run(['train', ...short, '--iterations', '2', '--save', 'precious.docx', '--force'])).code).toBe(0)
    expect(opened('precious.docx').step).toBe(2)
  })

  test('is accepted when it is empty, as created by mktemp', async () => {
    writeFileSync(lab.path('empty'), '')
    expect((await lab.run(['train', ...short, '--iterations', '2', '--save', 'empty'])).code).toBe(0)
    expect(opened('empty').step).toBe(2)
  })

  test('created since training began stays, whatever it is', async () => {
    let written = 0
    const { stdout } = await lab.run(['train', ...short, '--iterations', '4000', '--save', 'late.safetensors', '--json'], {
      onStderr: (text) => { if (text.includes('/4,000') && written++ === 0) writeFileSync(lab.path('late.safetensors'), 'mine') },
    })
    expect(JSON.parse(stdout)).toMatchObject({ saved: 'late.step-4000.safetensors' })
    expect(readFileSync(lab.path('late.safetensors'), 'utf8')).toBe('mine')
  })

  test('with a name of maximum length gets a neighbour with a shorter name', async () => {
    const name = `${'n'.repeat(243)}.safetensors`
    await lab.run(['train', ...short, '--iterations', '3', '--save', name])
    const { stdout } = await interruptedSoon(['--save', name])
    expect((JSON.parse(stdout) as { saved: string }).saved).toMatch(/^n+\.step-\d+\.safetensors$/)
    expect(opened(name).step).toBe(3)
  })
})

// Cause: the signal handlers were removed before the end, so the tenth Ctrl-C in a row killed the process without its exit code.
test('however often Ctrl-C is pressed, training ends once, with its exit code and its file', async () => {
  const { code, stdout } = await lab.run(['train', '--layers', '784,8,10', '--iterations', '1000000', '--save', 'often.safetensors', '--json'], {
    onStderr: (text, child) => { if (/1,000,000|saved|Interrupted/.test(text)) for (let i = 0; i < 10; i++) child.kill('SIGINT') },
    onStdout: (child) => { for (let i = 0; i < 10; i++) child.kill('SIGINT') },
  })
  expect(JSON.parse(stdout)).toMatchObject({ stopped: 'interrupted', saved: 'often.safetensors' })
  expect([130, null]).toContain(code) // a signal after everything is written and Node has removed its handlers kills the process: a shell reports 130 as well
})

describe('train refuses before it trains', () => {
  const refused = async (save: string) => {
    const { code, stdout, stderr } = await lab.run(['train', '--iterations', '1000000', '--save', save])
    expect([code, stdout]).toEqual([2, ''])
    return stderr
  }

  test('a folder instead of a file', async () => {
    mkdirSync(lab.path('folder.safetensors'))
    expect(await refused('folder.safetensors')).toContain('folder.safetensors is a folder')
  })

  test('a file instead of a folder', async () => {
    writeFileSync(lab.path('plain'), 'mine')
    expect(await refused('plain/a.safetensors')).toContain('plain is a file; expected a folder')
    expect(readFileSync(lab.path('plain'), 'utf8')).toBe('mine')
  })

  test('a missing folder', async () => {
    expect(await refused('nowhere/a.safetensors')).toContain('nowhere')
  })

  test('a missing or damaged dataset', async () => {
    const missing = await lab.run(['train', '--save', 'never.safetensors'], { env: { LAB_MNIST: lab.path('no-mnist') } })
    expect(missing).toMatchObject({ code: 2, stdout: '' })
    expect(missing.stderr).toContain('no-mnist')
    mkdirSync(lab.path('bad-mnist'))
    for (const name of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) writeFileSync(lab.path('bad-mnist', `${name}-ubyte`), 'no digits')
    expect(await lab.run(['train'], { env: { LAB_MNIST: lab.path('bad-mnist') } })).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('damaged') as string })
    expect(existsSync(lab.path('never.safetensors'))).toBe(false)
  })

  test('and leaves nothing beside the files that it wrote', () => {
    expect(readdirSync(lab.folder).filter(name => name.endsWith('.tmp'))).toEqual([])
  })
})

test('a relative path starts where npm was called, not where it runs the script', async () => {
  mkdirSync(lab.path('below'))
  const env = { npm_lifecycle_event: 'lab', INIT_CWD: lab.path('below') }
  const { code } = await lab.run(['train', '--layers', '784,2,10', '--iterations', '2', '--save', 'here.safetensors'], { env })
  expect(code).toBe(0)
  expect(existsSync(lab.path('below', 'here.safetensors'))).toBe(true)
})
