import { LabError, mnist } from '@core'
import { afterEach, expect, test, vi } from 'vitest'
import { useBrowse } from '../../../renderer/stores/browse'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { fakeMain } from '../lab'

afterEach(() => { vi.unstubAllGlobals() })

const opened = { info: mnist, labels: { train: new Uint16Array(60_000), test: new Uint16Array(10_000) } }
const other = { ...opened, info: { ...mnist, id: 'other', name: 'Other' } }
const main = () => fakeMain({ 'data:open': ({ dataset }) => dataset === 'other' ? other : opened, 'data:leave': () => null })

test('a dataset is opened in Files, with the images that are asked for', async () => {
  main()
  const browse = useBrowse()
  await browse.open('mnist', { split: 'test', label: 7, read: 2 }, { from: 'mistakes' })
  expect(browse.dataset?.info.name).toBe('MNIST')
  expect([browse.shown, browse.image, browse.top]).toEqual([{ split: 'test', label: 7, read: 2, order: 'index' }, null, 0])
  expect([useRoom().current, useRoom().sentBy]).toEqual(['files', 'mistakes'])
})

test('the place in each dataset is kept until other images are asked for', async () => {
  const { asked } = main()
  const browse = useBrowse()
  await browse.open('mnist')
  browse.select({ label: 3 })
  browse.choose(12)
  browse.scrollTo(400)
  browse.close()
  expect([browse.isShown, asked('data:leave')]).toEqual([false, [null]])
  await browse.open('other')
  expect([browse.shown.label, browse.image, browse.top]).toEqual([null, null, 0])
  await browse.open('mnist')
  expect([browse.shown.label, browse.image, browse.top]).toEqual([3, 12, 400])
  await browse.open('mnist', { read: 'wrong' })
  expect([browse.shown.label, browse.shown.read, browse.image, browse.top]).toEqual([null, 'wrong', null, 0])
})

test('the latest of two wishes counts, and a dataset that cannot be loaded is told', async () => {
  const answers: (() => void)[] = []
  fakeMain({ 'data:leave': () => null, 'data:open': ({ dataset }) => new Promise((done, fail) => { answers.push(() => { if (dataset === 'bad') fail(new LabError('dataset.vanished', 'gone', { name: 'Bad', file: 'a' })); else done(dataset === 'other' ? other : opened) }) }) })
  const browse = useBrowse()
  const [first, second] = [browse.open('mnist'), browse.open('other')]
  answers[1]!()
  await second
  answers[0]!()
  await first
  expect(browse.dataset?.info.id).toBe('other')
  const bad = browse.open('bad')
  answers[2]!()
  await bad
  expect(browse.dataset?.info.id).toBe('other')
  expect(useNotices().notices).toHaveLength(1)
})

test('an image that is named is chosen among the others', async () => {
  main()
  const browse = useBrowse()
  await browse.open('mnist', {}, { from: 'training', image: { split: 'test', index: 7 } })
  expect([browse.image, browse.sender, browse.shown.split]).toEqual([60_007, 'training', 'all'])
})

test('it says while a dataset is being loaded', async () => {
  let done = (): void => undefined
  fakeMain({ 'data:leave': () => null, 'data:open': () => new Promise((resolve) => { done = () => { resolve(opened) } }) })
  const browse = useBrowse()
  const opens = browse.open('mnist')
  expect(browse.isOpening).toBe(true)
  done()
  await opens
  expect(browse.isOpening).toBe(false)
  const again = browse.open('mnist')
  browse.close()
  expect(browse.isOpening).toBe(false)
  done()
  await again
  expect(browse.isShown).toBe(false)
})
