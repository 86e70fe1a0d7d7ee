import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EvaluatedSplit, type Evaluation, readWeights } from '@core'
import { terminalText } from '@terminal'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { runInterruptibly, Interrupt } from '../../../electron/cli/interrupt'
import { type Bar, barsIn, runHere } from './here'

const folder = mkdtempSync(join(tmpdir(), 'lab-bars-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeEach(() => {
  vi.stubEnv('TERM', 'xterm')
  return () => { vi.unstubAllEnvs() }
})

/** Time that passes at every reading of the clock: each slice then holds one piece, and each bar is drawn. */
const tickMs = 60
const small = ['train', '--layers', '784,2,10', '--threads', '1']

/** Properties of the bar of any long task: it fills up completely, and shows the progress consistently in three ways. */
function expectWhole(bars: readonly Bar[], total: number): void {
  expect(bars.length).toBeGreaterThan(5)
  for (const [i, bar] of bars.entries()) {
    expect(bar.total).toBe(total)
    expect(bar.full + bar.empty).toBe(bars[0]!.full + bars[0]!.empty)
    expect(bar.done).toBeGreaterThan(bars[i - 1]?.done ?? 0)
    expect(Math.abs(bar.percent - 100 * bar.done / total)).toBeLessThanOrEqual(0.5)
    expect(Math.abs(bar.full / (bar.full + bar.empty) - bar.done / total)).toBeLessThanOrEqual(1 / 24) // a cell
  }
  expect(bars.at(-1)).toMatchObject({ done: total, percent: 100, empty: 0 })
}

// Cause: the evaluation's bar counted a hundred images per piece, whatever its size. No test looked at the drawn bar.
describe('on a terminal', () => {
  test('training and evaluation each have a bar that grows to its end, with loss, speed and a label', async () => {
    const { code, written, stdout } = await runHere([...small, '--iterations', '40', '--batch-size', '50', '--json'], { isTTY: true, tickMs })
    expect(code).toBe(0)
    const bars = barsIn(written)
    const learning = bars.filter(({ total }) => total === 40)
    const measuring = bars.slice(learning.length)
    expectWhole(learning, 40)
    expectWhole(measuring, 70_000) // both splits of MNIST
    const { loss, samplesPerSecond, seconds } = JSON.parse(stdout) as Record<'loss' | 'samplesPerSecond' | 'seconds', number>
    const speed = terminalText('en', 'train.speed', { n: Math.round(samplesPerSecond).toLocaleString('en') })
    expect(learning.at(-1)!.rest).toContain(`  ${terminalText('en', 'train.loss')} ${loss.toPrecision(3)}  ${speed}`)
    expect(samplesPerSecond * seconds).toBeCloseTo(40 * 50, 6)
    for (const { rest } of measuring) expect(rest).toContain(terminalText('en', 'train.measuring'))
    expect(written.filter(text => !barsIn([text]).length)).toEqual(['\r\x1b[K', '\r\x1b[K']) // each erased at its end, and nothing else
  })

  test('a gradient check has a bar with the name of the current parameter', async () => {
    const { code, written } = await runHere(['gradcheck', '--layers', '784,1,10', '--samples', '1'], { isTTY: true, tickMs })
    expect(code).toBe(0)
    const bars = barsIn(written)
    const total = 784 + 1 + 10 + 10
    for (const [i, bar] of bars.entries()) {
      expect(bar.total).toBe(total)
      expect(bar.done).toBeGreaterThanOrEqual(bars[i - 1]?.done ?? 0)
    }
    expect(bars.at(-1)!.done).toBeGreaterThan(0.9 * total)
    expect(bars[0]!.rest).toContain('W1')
  })
})

describe('elsewhere', () => {
  test('a plain line is printed every ten seconds, with the remaining time at the current speed, and without control sequences', async () => {
    const { written, ms } = await runHere([...small, '--iterations', '60'], { tickMs: 1000 })
    const lines = written.flatMap(text => /^\d+% {2}(\d+)\/60 .* {2}(\d+):(\d\d) left\n$/.exec(text) ?? []).map(Number)
    expect(lines.length).toBeGreaterThan(4 * 15)
    for (let i = 4; i < lines.length; i += 4) {
      const [done = 0, minutes = 0, seconds = 0] = lines.slice(i + 1, i + 4)
      if (done < 50) expect(Math.abs((60 * minutes + seconds) / (60 - done) - 4.5)).toBeLessThan(1.5) // a step reads the clock four to five times, and seconds are rounded
    }
    expect(written.filter(text => /^\d+% {2}/.test(text)).length).toBeLessThanOrEqual(ms / 10_000 + 2) // one at the start of each of two
    for (const text of written) expect(text).not.toMatch(/[\r\x1b]/) // eslint-disable-line no-control-regex
  })
})

describe('a request to stop', () => {
  const stopAt = (sign: string) => {
    let signals = 0
    return (text: string) => { if (text.includes(sign) && signals++ === 0) process.emit('SIGINT') }
  }

  test('while training is confirmed on a line of its own, and the learned weights are kept', async () => {
    const { code, stdout, stderr } = await runHere([...small, '--iterations', '5000', '--save', 'part.safetensors', '--json'], { isTTY: true, tickMs, folder, onStderr: stopAt('  7/5,000') })
    expect([code, JSON.parse(stdout)]).toEqual([130, expect.objectContaining({ iterations: 7, trainAccuracy: null, testAccuracy: null, stopped: 'interrupted', saved: 'part.safetensors' })])
    expect(stderr).toContain(`\r\x1b[K${terminalText('en', 'train.stopping')}\n`)
    expect(stderr).toContain(`${terminalText('en', 'train.interrupted', { done: '7', iterations: '5,000' })}\n`)
    expect(readWeights(readFileSync(join(folder, 'part.safetensors')), 'part').step).toBe(7)
  })

  test('during evaluation omits only the accuracies: training is complete, and replaces the file', async () => {
    const args = [...small, '--iterations', '6', '--save', 'whole.safetensors', '--json']
    await runHere(args, { folder })
    const measured = readWeights(readFileSync(join(folder, 'whole.safetensors')), 'whole')
    const { code, stdout, stderr } = await runHere([...args, '--seed', '2'], { isTTY: true, tickMs, folder, onStderr: stopAt('/70,000') })
    expect([code, JSON.parse(stdout)]).toEqual([130, expect.objectContaining({ iterations: 6, trainAccuracy: null, testAccuracy: null, stopped: 'interrupted', saved: 'whole.safetensors' })])
    expect(stderr).toContain(`${terminalText('en', 'train.interruptedMeasuring', { iterations: 6 })}\n`)
    const saved = readWeights(readFileSync(join(folder, 'whole.safetensors')), 'whole')
    expect([saved.config?.seed, saved.metrics.testAccuracy, saved.metrics.trainAccuracy]).toEqual([2, undefined, undefined])
    expect(measured.metrics.trainAccuracy).toBeGreaterThan(0)
    expect(measured.metrics.testAccuracy).not.toBe(measured.metrics.trainAccuracy)
  })

  test('ends a gradient check between two numbers, and reports how far it came', async () => {
    const { code, stdout, stderr } = await runHere(['gradcheck', '--layers', '784,1,10', '--samples', '1'], { isTTY: true, tickMs, onStderr: stopAt('/805') })
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toContain('Interrupted')
    expect(stderr).toContain('805')
  })
})

describe('what training prints', () => {
  test('names the accuracy on the validation images, when there are any', async () => {
    const args = [...small, '--iterations', '30', '--validation', '0.25']
    const [json, readable] = [await runHere([...args, '--json']), await runHere(args)]
    const { evaluation, trainAccuracy, testAccuracy } = JSON.parse(json.stdout) as { evaluation: Pick<Evaluation, EvaluatedSplit>, trainAccuracy: number, testAccuracy: number }
    const { train, validation, test } = evaluation
    expect([train.images, validation!.images, test.images]).toEqual([45_000, 15_000, 10_000])
    expect([train.accuracy, test.accuracy]).toEqual([trainAccuracy, testAccuracy])
    for (const { images, loss, accuracy, correct, counts } of [train, validation!, test]) {
      expect([correct.length, counts.length]).toEqual([10, 10])
      expect(counts.reduce((sum, n) => sum + n, 0)).toBe(images)
      expect(correct.reduce((sum, n) => sum + n, 0) / images).toBe(accuracy)
      expect(loss).toBeGreaterThan(0)
      expect(loss).toBeLessThan(2.4) // ln 10 = 2.3 is chance
    }
    expect(readable.stdout.match(/^.*accuracy.*$/gm)!.map(line => line.replace(/ {2,}/, ' '))).toEqual([
      `training accuracy ${(100 * train.accuracy).toFixed(2)}%`, `validation accuracy ${(100 * validation!.accuracy).toFixed(2)}%`, `test accuracy ${(100 * test.accuracy).toFixed(2)}%`,
    ])
  })

  test('in a table equals what it prints as JSON', async () => {
    const args = [...small, '--iterations', '60', '--seed', '5']
    const [told, table] = [JSON.parse((await runHere([...args, '--json'])).stdout) as Record<string, number>, (await runHere(args)).stdout]
    const say = (key: string, parameters = {}) => terminalText('en', `train.${key}`, parameters)
    const rows = Object.fromEntries(table.trimEnd().split('\n').map(line => line.split(/ {2,}/))) as Record<string, string>
    const percent = (share: number) => `${(100 * share).toFixed(2)}%`
    const whole = (n: number) => Math.round(n).toLocaleString('en')
    expect(rows).toEqual({
      [say('dataset')]: 'MNIST: learned from 60,000 images, 10,000 for testing', [say('iterations')]: '60', [say('lastLoss')]: told['loss']!.toPrecision(3), [say('trainAccuracy')]: percent(told['trainAccuracy']!), [say('testAccuracy')]: percent(told['testAccuracy']!),
      [say('time')]: terminalText('en', 'seconds', { n: told['seconds']!.toFixed(1) }), [say('rate')]: say('speed', { n: whole(told['samplesPerSecond']!) }),
      [say('network')]: '784-2-10 (relu)', [say('lossFunction')]: 'softmax', [say('optimizer')]: 'sgd, learning-rate 0.1', [say('batchSize')]: '100', [say('init')]: `he, ${say('seed', { seed: 5 })}`, [say('backend')]: say('backendValue', { backend: told['backend'], threads: 1 }), [say('weightsSha256')]: String(told['weightsSha256']), [say('stateSha256')]: String(told['stateSha256']),
    })
  })
})

describe('work in slices', () => {
  const listeners = () => (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(signal => process.listenerCount(signal))

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends after the slice in which %s arrived; a second one has no further effect', async (signal) => {
    const before = listeners()
    let [told, pieces] = [0, 0]
    const interrupt = new Interrupt(() => told++).listen()
    expect(interrupt.requested).toBe(false)
    await runInterruptibly({ interrupt, now: () => 0 }, () => {
      if (++pieces === 3) for (let i = 0; i < 2; i++) process.emit(signal)
      return pieces < 5 // all of them fit in one slice, since no time passes
    })
    expect([pieces, told, interrupt.requested]).toEqual([5, 1, true])
    await runInterruptibly({ interrupt, now: () => 0 }, () => ++pieces > 0)
    expect(pieces).toBe(5) // after Ctrl-C no further piece of work begins
    interrupt.release()
    expect(listeners()).toEqual(before)
  })

  test('receives signals between slices, and counts only working time', async () => {
    let [time, pieces] = [0, 0]
    const reported: number[] = []
    const interrupt = new Interrupt()
    const seconds = await runInterruptibly({ interrupt, now: () => time }, () => {
      time += 10
      return ++pieces < 5
    }, (seconds) => {
      reported.push(seconds)
      time += 1000 // whatever happens in between does not count as working time
    })
    expect(reported).toEqual([0.02, 0.04, 0.05]) // slices of 20 ms
    expect(seconds).toBe(0.05)
  })
})
