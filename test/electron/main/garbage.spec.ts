import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { collectGarbage } from '../../../electron/main/garbage'

test('memory that nothing refers to is freed in the next turn', async () => {
  const held = (() => new WeakRef(new SharedArrayBuffer(1000)))()
  await turn() // a WeakRef keeps its target until the end of the turn
  collectGarbage()
  await turn()
  await turn()
  expect(held.deref()).toBeUndefined()
})
