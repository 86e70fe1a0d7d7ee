import { flushPromises } from '@vue/test-utils'
import { describe, expect, test, vi } from 'vitest'
import { latestWins } from '../../../renderer/lib/latest-wins'

/** Requests that stay pending until the test answers them. */
function desk() {
  const open: { arg: number, answer: (value: string) => void, refuse: (cause: unknown) => void }[] = []
  const take = vi.fn()
  const failed = vi.fn()
  const ask = latestWins((arg: number) => new Promise<string>((answer, refuse) => { open.push({ arg, answer, refuse }) }), take, failed)
  return { open, take, failed, ask }
}

describe('latest wins', () => {
  test('sends one request at a time, and of the waiting ones only the newest', async () => {
    const { open, take, ask } = desk()
    ask(1)
    ask(2)
    ask(3)
    expect(open.map(({ arg }) => arg)).toEqual([1])
    open[0]!.answer('one')
    await flushPromises()
    expect(open.map(({ arg }) => arg)).toEqual([1, 3])
    open[1]!.answer('three')
    await flushPromises()
    expect(take.mock.calls).toEqual([['one', 1], ['three', 3]])
  })

  test('sends at once when none is pending', async () => {
    const { open, ask } = desk()
    ask(1)
    open[0]!.answer('one')
    await flushPromises()
    ask(2)
    expect(open.map(({ arg }) => arg)).toEqual([1, 2])
  })

  test('continues after a rejection with the newest request', async () => {
    const { open, take, failed, ask } = desk()
    ask(1)
    ask(2)
    const cause = new TypeError('no')
    open[0]!.refuse(cause)
    await flushPromises()
    expect(failed).toHaveBeenCalledWith(cause, 1)
    open[1]!.answer('two')
    await flushPromises()
    expect(take.mock.calls).toEqual([['two', 2]])
  })
})
