import { FormatError, LabError, ownError } from '@core'
import { expect, test } from 'vitest'

const thrownBy = (work: () => unknown): unknown => {
  try { return work() }
  catch (cause) { return cause }
}

test.each([new LabError('file.full', 'no', {}), new FormatError('idx.magic', 'no', {})])('an error of ours that was caught is had back as it is', (error) => {
  expect(ownError(error)).toBe(error)
})

// Cause: a mistake in the code, shown as if a person had typed something wrong, is never found.
test.each([new TypeError('x is undefined'), new Error('no'), 'text', null, undefined])('anything else goes on as it was thrown: %s', (fault) => {
  const told = Symbol('what was returned')
  expect(thrownBy(() => { ownError(fault); return told })).toBe(fault)
})
