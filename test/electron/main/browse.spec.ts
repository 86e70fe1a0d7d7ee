import { LabError, meanImage, mnist } from '@core'
import { describe, expect, test } from 'vitest'
import { Browser, bytesOf, labelsOf, meansOf } from '../../../electron/main/browse'
import { smallDataset } from '../../fixtures/small-dataset'

const small = smallDataset()
const named = (id: string) => ({ ...small, info: { ...small.info, id } })

/** Datasets of which each load is counted */
function browserOn(current: string | null = null) {
  const loads: string[] = []
  let now = current
  let fault: LabError | null = null
  const browser = new Browser({ mnist: Promise.resolve(named(mnist.id)), load: async (id) => {
    loads.push(id)
    if (fault) throw fault
    return named(id)
  } }, () => now === null ? null : named(now))
  return { browser, loads, setRun: (id: string) => { now = id }, fail: (error: LabError | null) => { fault = error } }
}

describe('the datasets that are looked at', () => {
  test('MNIST and the run’s are in memory: nothing is loaded', async () => {
    const { browser, loads } = browserOn('bands')
    expect((await browser.open(mnist.id)).info.id).toBe('mnist')
    expect((await browser.open('bands')).info.id).toBe('bands')
    expect(loads).toEqual([])
  })

  test('one other is loaded once and held, until another one takes its place or the browser is left', async () => {
    const { browser, loads } = browserOn()
    await Promise.all([browser.open('a'), browser.open('a')])
    expect([loads, (await browser.find('a'))?.info.id]).toEqual([['a'], 'a'])
    await browser.open('b')
    expect([loads, await browser.find('a')]).toEqual([['a', 'b'], null])
    browser.leave()
    expect(await browser.find('b')).toBeNull()
    await browser.open('b')
    expect(loads).toEqual(['a', 'b', 'b'])
  })

  test('the run’s dataset is held further when another run begins', async () => {
    const { browser, loads, setRun } = browserOn('a')
    await browser.open('a')
    setRun('b')
    expect(await browser.find('a')).toBeNull()
    expect((await browser.open('a')).info.id).toBe('a')
    expect(loads).toEqual(['a'])
  })

  test('a dataset that could not be loaded is tried again', async () => {
    const { browser, loads, fail } = browserOn()
    fail(new LabError('dataset.vanished', 'gone', { name: 'A', file: 'x' }))
    await expect(browser.open('a')).rejects.toMatchObject({ code: 'dataset.vanished' })
    fail(null)
    expect((await browser.open('a')).info.id).toBe('a')
    expect(loads).toEqual(['a', 'a'])
  })
})

describe('what the window gets', () => {
  test('labels are copies of their own, which a message can carry', () => {
    const { labels, info } = labelsOf(small)
    expect(info).toBe(small.info)
    expect([labels.train, labels.test]).toEqual([Uint16Array.from(small.train.labels), Uint16Array.from(small.test.labels)])
    expect(labels.train.buffer).toBeInstanceOf(ArrayBuffer)
  })

  test('images come in the order that they were asked for, the same one twice if it was', () => {
    const bytes = bytesOf(small, { split: 'test', indices: [89, 0, 89] })
    expect([...bytes]).toEqual([89, 0, 89].flatMap(index => [...small.test.images.subarray(12 * index, 12 * (index + 1))]))
    expect(bytes.buffer).toBeInstanceOf(ArrayBuffer)
    expect(() => bytesOf(small, { split: 'test', indices: [90] })).toThrow(expect.objectContaining({ code: 'ipc.schema', details: { found: 90 } }) as LabError)
  })

  test('mean images come by class; one without images has none', async () => {
    expect(await meansOf(small, { split: 'train', classes: [5, 99, 0] })).toEqual([meanImage(small.train, 5), null, meanImage(small.train, 0)])
  })
})
