import { EventEmitter } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { CertificateRun, SharedDataset } from '@contract'
import { mnist } from '@core'
import { expect, onTestFinished, test } from 'vitest'
import { Certifier, type MeasureThread } from '../../../electron/main/certificate'

const check = { path: 'affine1.W', mean: 1e-12, max: 1e-11, checked: 3, kinks: 0, kinkMax: 0 }
const seen = `parentPort.postMessage({ type: 'at', at: { stage: 'training', seed: 2, done: 7, total: 10, measured: { checks: [${JSON.stringify(check)}], accuracies: [0.97] } } })`

/** A real thread that runs this code. */
function certifier(script: string) {
  const reported: CertificateRun[] = []
  let started = 0
  const maker = new Certifier({
    dataset: Promise.resolve({ info: mnist } as SharedDataset), onChange: run => reported.push(run),
    startThread: (start) => {
      started++
      const worker = new Worker(`const { parentPort, workerData } = require('node:worker_threads'); ${script}`, { eval: true, workerData: start })
      onTestFinished(async () => { await worker.terminate() })
      return worker as MeasureThread
    },
  })
  return { maker, told: reported, started: () => started }
}

test('reports progress, and all measurements at the end', async () => {
  const { maker, told } = certifier(`${seen}; parentPort.postMessage({ type: 'done', measured: { checks: [], accuracies: [0.97, 0.96] } }); setInterval(() => {}, 1000)`)
  expect((await maker.start()).phase).toBe('running')
  await expect.poll(() => maker.run.phase).toBe('done')
  expect(told.map(({ phase, at }) => [phase, at?.done])).toEqual([['running', undefined], ['running', 7], ['done', undefined]])
  expect(maker.run.measured.accuracies).toEqual([0.97, 0.96])
})

test('runs only once, and keeps known results when it is stopped', async () => {
  const { maker, started } = certifier(`${seen}; setInterval(() => {}, 1000)`)
  await Promise.all([maker.start(), maker.start()])
  await expect.poll(() => maker.run.at?.seed).toBe(2)
  await maker.start()
  expect(started()).toBe(1)
  expect(maker.stop()).toMatchObject({ phase: 'idle', at: null, measured: { accuracies: [0.97] } })
  expect((await maker.start()).measured).toEqual({})
  expect(started()).toBe(2)
})

test('does not start when it is stopped before', async () => {
  const { maker, started } = certifier('setInterval(() => {}, 1000)')
  const starting = maker.start()
  maker.stop()
  expect((await starting).phase).toBe('idle')
  expect(started()).toBe(0)
})

test.each([['throws', 'throw new Error("no more memory")', 'no more memory'], ['ends', 'process.exit(7)', 'exit 7']])('a thread that %s is reported with a message', async (_, script, found) => {
  const { maker } = certifier(script)
  await maker.start()
  await expect.poll(() => maker.run.phase).toBe('failed')
  expect(maker.run.error).toMatchObject({ code: 'worker.measuringDied', details: { found } })
})

test('without digits it reports why, and can be started again', async () => {
  let refuse: (cause: Error) => void = () => undefined
  const maker = new Certifier({ dataset: new Promise((_, no) => { refuse = no }), startThread: () => { throw new Error('never') }, onChange: () => undefined })
  const first = maker.start()
  refuse(new Error('the digits are damaged'))
  await expect(first).rejects.toThrow('the digits are damaged')
  await expect(maker.start()).rejects.toThrow('the digits are damaged')
  expect(maker.run.phase).toBe('idle')
})

/** A thread that sends what the test tells it to. */
class Said extends EventEmitter {
  ended = 0
  terminate(): Promise<number> {
    this.ended++
    return Promise.resolve(0)
  }
}

function spoken() {
  const threads: Said[] = []
  const reported: CertificateRun[] = []
  const maker = new Certifier({
    dataset: Promise.resolve({ info: mnist } as SharedDataset), onChange: run => reported.push(run),
    startThread: () => {
      const thread = new Said()
      threads.push(thread)
      return thread as unknown as MeasureThread
    },
  })
  return { maker, told: reported, threads }
}
const at = { stage: 'check', seed: 1, done: 4, total: 9, measured: { checks: [], accuracies: [0.9] } }

test('messages of a stopped thread are ignored, whatever they are', async () => {
  const { maker, told, threads } = spoken()
  await maker.start()
  threads[0]!.emit('message', { type: 'at', at })
  const stopped = maker.stop()
  expect(threads[0]!.ended).toBe(1)
  const { length } = told
  threads[0]!.emit('message', { type: 'at', at: { ...at, done: 5 } })
  threads[0]!.emit('message', { type: 'done', measured: { checks: [], accuracies: [0.1] } })
  threads[0]!.emit('error', new Error('oh'))
  threads[0]!.emit('exit', 1)
  expect([maker.run, told.length]).toEqual([stopped, length])
  await maker.start()
  threads[0]!.emit('exit', 1) // a late message of the first one
  expect(maker.run).toEqual({ phase: 'running', at: null, measured: {}, error: null })
})

test('after the last result the thread is ended, which is not an error', async () => {
  const { maker, threads } = spoken()
  await maker.start()
  threads[0]!.emit('message', { type: 'at', at })
  expect(maker.run).toEqual({ phase: 'running', at: { stage: 'check', seed: 1, done: 4, total: 9 }, measured: { checks: [], accuracies: [0.9] }, error: null })
  threads[0]!.emit('message', { type: 'done', measured: { checks: [], accuracies: [0.9, 0.8] } })
  expect(threads[0]!.ended).toBe(1)
  threads[0]!.emit('exit', 0)
  expect(maker.run).toEqual({ phase: 'done', at: null, measured: { checks: [], accuracies: [0.9, 0.8] }, error: null })
  expect(maker.stop()).toMatchObject({ phase: 'done' }) // no thread is working any more
})

test('a thread that dies leaves its measurements, and another can be started', async () => {
  const { maker, threads, told } = spoken()
  await maker.start()
  threads[0]!.emit('message', { type: 'at', at })
  threads[0]!.emit('error', new Error('no more memory'))
  threads[0]!.emit('exit', 1)
  expect(told.filter(({ phase }) => phase === 'failed')).toHaveLength(1)
  expect(maker.run).toMatchObject({ phase: 'failed', at: null, measured: { accuracies: [0.9] }, error: { code: 'worker.measuringDied', details: { found: 'no more memory' } } })
  expect(await maker.start()).toEqual({ phase: 'running', at: null, measured: {}, error: null })
  expect(threads).toHaveLength(2)
})

test('before the first start nothing is known, and stopping changes nothing', () => {
  const { maker, told } = spoken()
  expect(maker.stop()).toEqual({ phase: 'idle', at: null, measured: {}, error: null })
  expect(told).toEqual([])
})
