import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { trashMs } from '@files'
import { expect, test } from 'vitest'
import { idOf, ownFolderOfTest, recorded, storeIn } from './folder'

const folder = ownFolderOfTest()
const trash = (...names: readonly string[]) => join(folder.own, 'trash', ...names)
/** Runs that were removed so many days ago. */
async function removed(...daysAgo: readonly number[]) {
  const { store } = storeIn(folder.runs)
  for (const [i, days] of daysAgo.entries()) {
    await recorded(store, { more: { id: idOf(i + 1) } })
    await store.remove(idOf(i + 1))
    const name = readdirSync(trash()).find(name => name.startsWith(idOf(i + 1)))!
    const seconds = Date.now() / 1000 - days * 86_400
    if (days > 0) utimesSync(trash(name), seconds, seconds)
  }
  return store.trash
}
const left = () => readdirSync(trash()).map(name => name.slice(0, 32)).sort()

test('what was removed is counted with the size of its files', async () => {
  expect(await storeIn(folder.runs).store.trash.size()).toEqual({ runs: 0, bytes: 0, ids: [] })
  const { store } = storeIn(folder.runs)
  for (const n of [1, 2]) await recorded(store, { more: { id: idOf(n) } })
  const bytes = (await store.list()).reduce((sum, run) => sum + run.bytes, 0)
  for (const n of [1, 2]) await store.remove(idOf(n))
  expect(await store.trash.size()).toEqual({ runs: 2, bytes, ids: expect.toSatisfy((ids: string[]) => ids.toSorted().join() === [idOf(1), idOf(2)].join()) as string[] })
})

test('what was removed more than 30 days ago is deleted, however old the run itself is', async () => {
  const own = await removed(31, 29, 0)
  await own.empty({ olderThanMs: trashMs })
  expect(left()).toEqual([idOf(2), idOf(3)])
})

test('everything is deleted at a press, but nothing that the lab has not put there', async () => {
  const own = await removed(0, 40)
  writeFileSync(trash('mine.txt'), 'mine')
  mkdirSync(trash(idOf(9)))
  await own.empty()
  expect(readdirSync(trash()).sort()).toEqual([idOf(9), 'mine.txt'])
  expect(await own.size()).toEqual({ runs: 0, bytes: 0, ids: [] })
})

test('what was removed last under an id comes back, once', async () => {
  const { store } = storeIn(folder.runs)
  await recorded(store, { more: { id: idOf(1), name: 'older' } })
  await store.remove(idOf(1))
  const name = readdirSync(trash())[0]!
  utimesSync(trash(name), 1000, 1000)
  await recorded(store, { more: { id: idOf(1), name: 'newer' } })
  await store.remove(idOf(1))
  await store.restore(idOf(1))
  expect((await store.list()).map(({ name }) => name)).toEqual(['newer'])
  await store.restore(idOf(1)) // it is here: nothing is put over it
  expect([(await store.list()).map(({ name }) => name), readdirSync(trash())]).toEqual([['newer'], [name]])
  await expect(store.restore(idOf(2))).rejects.toMatchObject({ code: 'run.missing' })
})

test('a folder that is not there is empty', async () => {
  await storeIn(folder.runs).store.trash.empty()
  expect(existsSync(trash())).toBe(false)
})
