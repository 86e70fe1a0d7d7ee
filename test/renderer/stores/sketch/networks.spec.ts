import { type RunConfig, type WeightsFile, unitRange, writeWeights, LabError, mnist, markOf } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { predictWith } from '../../../../renderer/draw/predict'
import { type KeptKey, useNetworks } from '../../../../renderer/stores/sketch/networks'
import { useSketch } from '../../../../renderer/stores/sketch/sketch'
import { useReading } from '../../../../renderer/stores/sketch/useReading'
import { networkThatAnswers } from '../../draw-network'
import { fakeMain } from '../../lab'

afterEach(() => { vi.unstubAllGlobals() })

const image = new Float32Array(784).fill(0.5)
const shares = (label: number) => Float32Array.from({ length: 10 }, (_, i) => i === label ? 0.91 : 0.01)
/** A run whose answer is its step */
function run() {
  let step = 0
  const main = fakeMain({ 'draw:network': ({ source }) => networkThatAnswers({ source, at: source === 'run' ? { runId: 1, step } : null, outputs: shares(step % 10), areProbabilities: true }) })
  return { main, learnTo: (to: number) => { step = to } }
}
const about = { name: 'A', dataset: mnist, measured: null }
const answerOf = (choice: Parameters<ReturnType<typeof useNetworks>['networkOf']>[0]) => {
  const network = useNetworks().networkOf(choice)
  return network && predictWith(network, image)?.label
}
function file(label: number, changed: Partial<WeightsFile> = {}): { name: string, bytes: Uint8Array } {
  const { architecture, tensors } = networkThatAnswers({ source: 'sample', at: null, outputs: shares(label), areProbabilities: true })
  return { name: 'a.safetensors', bytes: writeWeights({ architecture, tensors, config: null as RunConfig | null, step: 7, metrics: { testAccuracy: 0.5 }, classes: mnist.classes, dataset: markOf(mnist), version: '1', ...changed }) }
}

describe('a network in the window', () => {
  test('follows the run when it is copied again', async () => {
    const { learnTo } = run()
    const networks = useNetworks()
    learnTo(3)
    await networks.copy('run')
    expect(answerOf('run')).toBe(3)
    learnTo(4)
    await networks.copy('run')
    expect([answerOf('run'), networks.networkOf('run')!.at]).toEqual([4, { runId: 1, step: 4 }])
  })

  test('does not read an image of another size', async () => {
    run()
    expect(predictWith(await useNetworks().copy('run'), new Float32Array(600))).toBeNull()
  })
})

describe('a network that is kept', () => {
  test('stays as it was while the run learns on', async () => {
    const { learnTo } = run()
    const networks = useNetworks()
    learnTo(3)
    const key = await networks.keepRun(about)
    learnTo(8)
    await networks.copy('run')
    expect([answerOf(key), answerOf('run'), networks.keptOf(key)!.facts.step]).toEqual([3, 8, 3])
  })

  test('is there once, however often it is kept: its weights are its name', async () => {
    const { learnTo } = run()
    const networks = useNetworks()
    const first = await networks.keepRun(about)
    expect(await networks.keepRun(about)).toBe(first)
    learnTo(10) // answers as at step 0: the weights are the same
    expect(await networks.keepRun(about)).toBe(first)
    learnTo(11)
    expect(await networks.keepRun(about)).not.toBe(first)
    expect(networks.kept).toHaveLength(2)
  })

  test('makes room for the fifth; whoever reads with it has the sample then', async () => {
    const { learnTo } = run()
    const networks = useNetworks()
    const keys: KeptKey[] = []
    for (let step = 0; step < 5; step++) {
      learnTo(step)
      keys.push(await networks.keepRun(about))
      if (step === 0) useSketch().setSource('room', keys[0]!)
      if (step === 3) expect(useReading(() => 'room').source).toBe(keys[0])
    }
    expect(networks.kept.map(({ key }) => key)).toEqual(keys.slice(1))
    expect(useReading(() => 'room').source).toBe('sample')
  })

  test('of a file says what the file says', async () => {
    run()
    const networks = useNetworks()
    const key = await networks.keepFile(file(6))
    const { name, from, facts, dataset } = networks.keptOf(key)!
    expect([answerOf(key), name, from, facts.step, facts.measured?.test.accuracy, dataset.id]).toEqual([6, 'a.safetensors', 'file', 7, 0.5, 'mnist'])
    useSketch().setSource('room', key)
    expect(useReading(() => 'room').dataset.classes).toEqual(mnist.classes)
    networks.drop(key)
    expect(networks.kept).toEqual([])
  })

  test('of a file with other images reads them in their shape', async () => {
    run()
    const mark = { ...markOf(mnist), id: 'signs-1', name: 'Signs', shape: [1, 28, 28] as const, preprocessing: 'resize' as const, normalization: unitRange }
    const key = await useNetworks().keepFile(file(2, { dataset: mark, classes: [...'abcdefghij'] }))
    useSketch().setSource('room', key)
    const reading = useReading(() => 'room')
    expect([reading.dataset.name, reading.nameOf(2), reading.ofDigits, reading.testImages]).toEqual(['Signs', 'c', false, 0])
  })

  test('is not there when its file is damaged or does not say what its images are', async () => {
    run()
    const networks = useNetworks()
    const { bytes } = file(1)
    await expect(networks.keepFile({ name: 'cut', bytes: bytes.slice(0, bytes.length - 4) })).rejects.toThrow(LabError)
    const { architecture, tensors } = networkThatAnswers({ source: 'sample', at: null, outputs: shares(1), areProbabilities: true }, 600)
    const other = writeWeights({ architecture, tensors, config: null, step: 0, metrics: {}, classes: mnist.classes, version: '1' })
    await expect(networks.keepFile({ name: 'other', bytes: other })).rejects.toMatchObject({ code: 'weights.dataset', details: { wanted: '784 … 10', found: '600 … 10' } })
    expect(networks.kept).toEqual([])
  })
})
