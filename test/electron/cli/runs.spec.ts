import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random, readRunRecord, RunSeries, readSeries, writeRunRecord } from '@core'
import { type RunListing, runsFolder } from '@files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bandFiles } from '../../fixtures/idx-files'
import { runHere } from './here'

interface Result { readonly iterations: number, readonly stateSha256: string, readonly weightsSha256: string, readonly loss: number, readonly stopped: string | null, readonly run: { readonly id: string, readonly name: string, readonly parent: { readonly run: string, readonly step: number } | null } | null, readonly forked: { readonly file: string, readonly step: number } | null }
interface Replayed { readonly step: number, readonly loss: number | null, readonly weightsSha256: string, readonly stateSha256: string, readonly exact: boolean, readonly milliseconds: number }

const folder = mkdtempSync(join(tmpdir(), 'lab-runs-cli-'))
const own = join(folder, 'own')
const path = (name: string) => join(folder, name)
const inRun = (id: string, ...names: readonly string[]) => join(runsFolder(own), id, ...names)
const run = (...args: string[]) => runHere(args, { folder, own })
async function done<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}
const trained = (...args: string[]) => done<Result>('train', ...args)
const replayed = (what: string, step: number) => done<Replayed>('replay', what, '--to-step', String(step))
async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args)
  expect([code, stdout], stderr).toEqual([2, ''])
  expect(stderr).not.toMatch(/\bcli\.|\berrors\.|\bwanted\.|[{}]/)
  return stderr
}
/** A training on 700 images of 20×30 pixels with every kind of layer. */
const bands = ['--dataset', 'bands', '--batch-size', '50', '--network', 'affine 12, batchNormalization, relu, dropout 0.2, affine 7', '--optimizer', 'adam']

let first: Result
beforeAll(async () => {
  for (const [name, bytes] of Object.entries(bandFiles())) writeFileSync(path(`${name}.idx`), bytes)
  await run('data', 'import', 'trainImages.idx', 'trainLabels.idx', '--test-images', 'testImages.idx', '--test-labels', 'testLabels.idx', '--name', 'Bands')
  first = await trained(...bands, '--iterations', '60', '--record', 'First try')
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

describe('train --record', () => {
  test('keeps record, curves and checkpoints of the training, which is the same as without it', async () => {
    const { id, name, parent } = first.run!
    expect([name, parent, first.stateSha256]).toEqual(['First try', null, (await trained(...bands, '--iterations', '60')).stateSha256])
    expect(readdirSync(inRun(id)).sort()).toEqual(['checkpoints', 'run.json', 'series.bin'])
    expect(readRunRecord(readFileSync(inRun(id, 'run.json'), 'utf8'), 'r')).toMatchObject({ id, name, note: '', pinned: false, parent: null, events: [], firstStep: 0, fromSeed: true, config: { seed: 1, batchSize: 50 } })
    const { records } = readSeries(readFileSync(inRun(id, 'series.bin')), 's')
    const series = new RunSeries(records)
    expect([series.firstStep, series.lastStep, series.lossAt(60)]).toEqual([1, 60, Math.fround(first.loss)])
    expect(series.scores.filter(({ step }) => step === 60).map(({ split }) => split)).toEqual(['train', 'test'])
    expect(series.scores[0]).toMatchObject({ step: 0, epoch: 0 })
    const steps = readdirSync(inRun(id, 'checkpoints')).map(name => parseInt(name))
    expect([Math.min(...steps), Math.max(...steps)]).toEqual([0, 60])
  })

  test('records the losses of the training, each one', async () => {
    const series = new RunSeries(readSeries(readFileSync(inRun(first.run!.id, 'series.bin')), 's').records)
    for (const steps of [1, 7, 31]) expect(series.lossAt(steps)).toBe(Math.fround((await trained(...bands, '--iterations', String(steps))).loss))
  })

  test('of a training that diverged ends at the state that was kept', async () => {
    const wild = ['--dataset', 'bands', '--network', 'affine 60, relu, affine 60, relu, affine 60, relu, affine 7', '--learning-rate', '100', '--batch-size', '50']
    const { code, stdout } = await run('train', ...wild, '--iterations', '50', '--record', 'Wild', '--json')
    const { iterations, stateSha256, run: recorded } = JSON.parse(stdout) as Result
    expect(code).toBe(1)
    const { divergence } = new RunSeries(readSeries(readFileSync(inRun(recorded!.id, 'series.bin')), 's').records)
    expect(divergence).toMatchObject({ step: iterations, loss: expect.stringMatching(/NaN|Infinity/) as string })
    expect(await replayed('Wild', iterations)).toMatchObject({ stateSha256, exact: true })
    expect(await refused('replay', 'Wild', '--to-step', String(iterations + 1))).toContain(`0 to ${iterations}`)
  })

  test('wants a name, and a folder that can be written', async () => {
    expect(await refused('train', ...bands, '--record', ' ')).toContain('a name of 1 to 80 characters')
    expect(await refused('train', ...bands, '--record', 'x'.repeat(81))).toContain('--record')
    writeFileSync(path('blocked'), 'a file')
    const { code, stderr } = await runHere(['train', '--layers', '784,2,10', '--iterations', '1', '--record', 'x'], { folder, own: path('blocked') })
    expect([code, stderr]).toEqual([2, expect.stringContaining('--record')])
  })
})

describe('runs list', () => {
  test('shows each run, the newest first', async () => {
    await trained(...bands, '--iterations', '20', '--record', 'Second')
    const list = await done<readonly RunListing[]>('runs', 'list')
    const entry = list.find(({ name }) => name === 'First try')!
    expect(entry).toMatchObject({ id: first.run!.id, step: 60, epoch: 4, dataset: 'Bands', network: 'affine 12, batchNormalization, relu, dropout 0.2, affine 7', parent: null, lockedBy: null, problem: null, pinned: false, note: '' })
    expect(entry.testAccuracy).toBeGreaterThan(0)
    expect(entry.curve.at(-1)?.step).toBe(60)
    const created = list.map(run => run.created)
    expect(created).toEqual([...created].sort((a, b) => b - a))
    const { stdout, stderr } = await run('runs', 'list')
    expect(stdout).toMatch(new RegExp(`${first.run!.id.slice(0, 8)} +First try .*Bands +60 `))
    expect(stderr).toContain(runsFolder(own))
  })

  test('speaks each language, and says when there is none', async () => {
    for (const [locale, none] of [['en', 'There are no runs yet'], ['ko', '아직 학습 기록이 없습니다'], ['ja', '学習の記録はまだありません']] as const) {
      expect((await runHere(['runs', 'list'], { locale, own: path('empty') })).stdout).toContain(none)
      const { stdout } = await runHere(['runs', 'list'], { locale, own })
      expect([stdout.includes('First try'), /\bruns\.|[{}]/.test(stdout)]).toEqual([true, false])
    }
    expect(JSON.parse((await runHere(['runs', 'list', '--json'], { own: path('empty') })).stdout)).toEqual([])
  })

  test('names a damaged run and shows it', async () => {
    const { id } = (await trained(...bands, '--iterations', '5', '--record', 'Torn')).run!
    writeFileSync(inRun(id, 'run.json'), readFileSync(inRun(id, 'run.json'), 'utf8').replace('Torn', 'Tirn'))
    const { stdout, stderr } = await run('runs', 'list')
    expect(stdout).toMatch(new RegExp(`${id.slice(0, 8)} .*damaged`))
    expect(stderr).toContain(`${id.slice(0, 8)}: `)
    rmSync(inRun(id), { recursive: true })
  })

  test('says what it wants', async () => {
    expect(await refused('runs')).toContain('list')
    expect(await refused('runs', 'lst')).toContain('Did you mean list?')
    expect(await refused('runs', 'list', 'x')).toContain('x')
  })
})

describe('replay', () => {
  test('reaches any step of a run, to the bit, by id, by name and by folder', async () => {
    const random = new Random(11)
    for (const step of [0, 1, 60, ...Array.from({ length: 6 }, () => random.integer(61))]) {
      const straight = step === 0 ? null : await trained(...bands, '--iterations', String(step))
      const found = await replayed([first.run!.id, first.run!.id.slice(0, 9), 'First try', 'First', inRun(first.run!.id)][step % 5]!, step)
      expect(Object.keys(found)).toEqual(['step', 'loss', 'weightsSha256', 'stateSha256', 'exact', 'milliseconds'])
      expect([found.step, found.exact]).toEqual([step, true])
      if (straight) expect([found.stateSha256, found.weightsSha256, found.loss]).toEqual([straight.stateSha256, straight.weightsSha256, straight.loss])
      else expect(found.loss).toBeNull()
    }
  })

  test('reaches steps before and after a checkpoint’s own', async () => {
    await trained(...bands, '--iterations', '30', '--checkpoint', 'own.safetensors')
    const before = readFileSync(path('own.safetensors'))
    for (const step of [0, 12, 30, 41]) {
      const { stateSha256, exact } = await replayed('own.safetensors', step)
      expect([stateSha256, exact]).toEqual([(await replayed('First try', step)).stateSha256, true])
    }
    expect(readFileSync(path('own.safetensors'))).toEqual(before)
  })

  test('learns from the beginning, when there is no checkpoint before the step', async () => {
    cpSync(inRun(first.run!.id), path('copy'), { recursive: true })
    const wanted = (await replayed('First try', 33)).stateSha256
    for (const name of readdirSync(path('copy/checkpoints'))) rmSync(path(`copy/checkpoints/${name}`))
    expect(await replayed('copy', 33)).toMatchObject({ stateSha256: wanted, exact: true })
  })

  test('passes over a damaged checkpoint, and says so', async () => {
    cpSync(inRun(first.run!.id), path('bent'), { recursive: true })
    truncateSync(path('bent/checkpoints/60.safetensors'), 3000)
    const { stdout, stderr, code } = await run('replay', 'bent', '--to-step', '60', '--json')
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ stateSha256: first.stateSha256, exact: true })])
    expect(stderr).toContain('60.safetensors')
  })

  test('names the first step whose loss is not the recorded one', async () => {
    cpSync(inRun(first.run!.id), path('other'), { recursive: true })
    const record = readRunRecord(readFileSync(path('other/run.json'), 'utf8'), 'r')
    for (const name of readdirSync(path('other/checkpoints'))) rmSync(path(`other/checkpoints/${name}`))
    writeFileSync(path('other/run.json'), writeRunRecord({ ...record, events: [{ step: 20, change: { optimizer: { learningRate: 0.5 } } }] }))
    const { stdout, stderr, code } = await run('replay', 'other', '--to-step', '40', '--json')
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ step: 40, exact: false })])
    expect(stderr).toContain('at step 22 the loss is not the recorded one') // step 21 is the last one with the same weights before it
  })

  test('with other kernels warns and goes on, not exactly', async () => {
    const { stdout, stderr, code } = await run('replay', 'First', '--to-step', '3', '--backend', 'reference', '--json')
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ step: 3, exact: false })])
    expect(stderr).toContain('reference')
  })

  test('says what it wanted and what it found', async () => {
    expect(await refused('replay')).toContain('FILE|ID')
    expect(await refused('replay', 'First')).toContain('--to-step N')
    expect(await refused('replay', 'First', '--to-step', '61')).toMatch(/no step 61.*0 to 60/)
    expect(await refused('replay', 'First', '--to-step', '-1')).toContain('-1')
    expect(await refused('replay', 'First', 'Second', '--to-step', '1')).toContain('Second')
    expect(await refused('replay', 'Nothing like it', '--to-step', '1')).toContain('runs list')
    expect(await refused('replay', 'gone.safetensors', '--to-step', '1')).toContain('gone.safetensors does not exist')
    expect(await refused('replay', '.', '--to-step', '1')).toContain('run.json')
    await trained(...bands, '--iterations', '2', '--record', 'First again')
    expect(await refused('replay', 'Firs', '--to-step', '1')).toMatch(/several runs.*First try.*First again|several runs.*First again.*First try/)
    expect((await replayed('First try', 1)).step).toBe(1)
  })

  test('speaks each language', async () => {
    for (const locale of ['en', 'ko', 'ja'] as const) {
      const { stdout, stderr } = await runHere(['replay', 'First try', '--to-step', '5', '--backend', 'reference'], { locale, folder, own })
      expect(`${stdout}${stderr}`).not.toMatch(/\breplay\.|\btrain\.|[{}]/)
      expect(stdout).toContain((await run('replay', 'First try', '--to-step', '5', '--backend', 'reference')).stdout.match(/[0-9a-f]{64}/)![0])
    }
  })
})

describe('train --fork', () => {
  test('without a change goes the same way, and with one another, from that step on; the optimizer’s state is carried over', async () => {
    const same = await trained('--fork', 'First try', '--at', '25', '--iterations', '60')
    expect([same.stateSha256, same.forked, same.run]).toEqual([first.stateSha256, { file: 'First try', step: 25 }, null])
    const other = await trained('--fork', 'First try', '--at', '25', '--set', 'learning-rate=0.01', '--iterations', '60', '--record', 'Slower')
    expect(other.run!.parent).toMatchObject({ run: first.run!.id, step: 25, name: 'First try' })
    expect(other.stateSha256).not.toBe(first.stateSha256)
    await trained(...bands, '--iterations', '25', '--checkpoint', 'at25.safetensors')
    const resumed = await trained('--resume', 'at25.safetensors', '--set', 'learning-rate=0.01', '--iterations', '60')
    expect(other.stateSha256).toBe(resumed.stateSha256)
    for (const step of [10, 25, 26, 60]) expect((await replayed('Slower', step)).exact).toBe(true)
    expect((await replayed('Slower', 10)).stateSha256).toBe((await replayed('First try', 10)).stateSha256)
  })

  test('from a checkpoint leaves it as it is, and travels without its origin', async () => {
    await trained(...bands, '--iterations', '30', '--checkpoint', 'origin.safetensors')
    const before = readFileSync(path('origin.safetensors'))
    const forked = await trained('--fork', 'origin.safetensors', '--at', '10', '--set', 'batch-size=20', '--iterations', '40', '--record', 'From a file')
    expect([forked.run!.parent, readFileSync(path('origin.safetensors'))]).toEqual([null, before])
    rmSync(path('origin.safetensors'))
    expect(await replayed('From a file', 40)).toMatchObject({ stateSha256: forked.stateSha256, exact: true })
    expect(await replayed('From a file', 3)).toMatchObject({ exact: true })
  })

  test('of a fork knows the whole way, without its parents', async () => {
    await trained('--fork', 'First try', '--at', '30', '--set', 'weight-decay=0.01', '--iterations', '45', '--record', 'Child')
    const grandchild = await trained('--fork', 'Child', '--set', 'optimizer=momentum', '--iterations', '70', '--record', 'Grandchild')
    const { id } = grandchild.run!
    const series = new RunSeries(readSeries(readFileSync(inRun(id, 'series.bin')), 's').records)
    expect([series.firstStep, series.lastStep, series.events.map(({ step }) => step)]).toEqual([1, 70, [30, 45]])
    cpSync(inRun(id), path('traveller'), { recursive: true })
    for (const step of [5, 30, 45, 70]) {
      const { stdout } = await runHere(['replay', 'traveller', '--to-step', String(step), '--json'], { folder, own })
      expect((JSON.parse(stdout) as Replayed).exact).toBe(true)
    }
    expect((await replayed('Grandchild', 70)).stateSha256).toBe(grandchild.stateSha256)
  })

  test('says what does not go together', async () => {
    expect(await refused('train', ...bands, '--at', '3')).toContain('--at works only together with --fork FILE|ID')
    expect(await refused('train', '--fork', 'First try', '--resume', 'x')).toContain('--resume and --fork cannot be combined')
    expect(await refused('train', '--fork', 'First try', '--learning-rate', '0.01')).toMatch(/--learning-rate cannot be given with --fork.*Did you mean --set learning-rate=0\.01\?/)
    expect(await refused('train', '--fork', 'First try', '--at', '61')).toMatch(/no step 61.*0 to 60/)
    expect(await refused('train', '--fork', 'First try', '--at', '50', '--set', 'batch-size=5', '--iterations', '40')).toContain('step 50 already')
    expect(await refused('train', ...bands, '--set', 'batch-size=5')).toContain('--fork FILE|ID')
  })
})
