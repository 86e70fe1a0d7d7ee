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
  expect(await storeIn(folder.runs).store.trash.size()).toEqual({ runs: 0, bytes: 0 })
  const { store } = storeIn(folder.runs)
  for (const n of [1, 2]) await recorded(store, { more: { id: idOf(n) } })
  const bytes = (await store.list()).reduce((sum, run) => sum + run.bytes, 0)
  for (const n of [1, 2]) await store.remove(idOf(n))
  expect(await store.trash.size()).toEqual({ runs: 2, bytes })
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
  expect(await own.size()).toEqual({ runs: 0, bytes: 0 })
})

test('a folder that is not there is empty', async () => {
  await storeIn(folder.runs).store.trash.empty()
  expect(existsSync(trash())).toBe(false)
})
