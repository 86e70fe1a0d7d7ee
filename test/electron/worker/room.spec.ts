import { LabError } from '@core'
import { expect, test } from 'vitest'
import { Room } from '../../../electron/worker/room'

const mb = 2 ** 20

/** A thread that holds so many MB. */
function holding({ shown = 0, used = 0, kept = 0 }, max: number) {
  const now = { shown, used, kept }
  const gone: string[] = []
  const room = new Room({
    shown: () => now.shown * mb, used: () => now.used * mb, kept: () => now.kept * mb,
    free: () => { gone.push('kept'); now.kept = 0 }, drop: () => { gone.push('shown'); now.shown = 0 },
  }, () => max * mb)
  /** What went; or what was refused */
  const make = (bytes: number, mayDrop: boolean) => {
    try { return [room.make(bytes * mb, mayDrop), ...gone] }
    catch (cause) { return [(cause as LabError).code, (cause as LabError).details.found, (cause as LabError).details.max, ...gone] }
  }
  return make
}

test('what fits beside all the rest makes nothing go', () => {
  expect(holding({ shown: 3, used: 2, kept: 1 }, 10)(4, true)).toEqual([false])
})

test('what is only kept goes first, and the moment that is shown only for another one', () => {
  expect(holding({ shown: 3, used: 2, kept: 1 }, 10)(5, true)).toEqual([false, 'kept'])
  expect(holding({ shown: 3, used: 2, kept: 1 }, 10)(8, true)).toEqual([true, 'kept', 'shown'])
  expect(holding({ shown: 3, kept: 2 }, 10)(7, false)).toEqual([false, 'kept'])
})

test('what does not fit is refused with all that it needs, before anything goes', () => {
  expect(holding({ shown: 3, used: 2, kept: 1 }, 10)(9, true)).toEqual(['train.memory', 11, 10])
  expect(holding({ shown: 3, kept: 2 }, 10)(8, false)).toEqual(['train.memory', 11, 10])
})

test('without a moment that is shown none goes', () => {
  expect(holding({ kept: 4 }, 10)(7, true)).toEqual([false, 'kept'])
})
