import { LabError } from '@core'
import { fileError } from '@files'
import { expect, test } from 'vitest'

const systemError = (code: string) => Object.assign(new Error(`${code}: what the system says`), { code })

// The meaning of each system error code for the user. @source errno(3)
test.each([
  ['ENOENT', 'file.missing'], ['EISDIR', 'file.isFolder'], ['ENOTDIR', 'file.notFolder'], ['EACCES', 'file.denied'], ['EPERM', 'file.denied'],
  ['ENOSPC', 'file.full'], ['EDQUOT', 'file.full'], ['EROFS', 'file.readOnly'], ['EIO', 'file.other'], ['ENAMETOOLONG', 'file.other'],
])('%s is reported as %s, with the file’s name', (system, code) => {
  const error = fileError(systemError(system), 'my file')
  expect(error).toBeInstanceOf(LabError)
  expect([error.code, error.details, error.message]).toEqual([code, { file: 'my file', found: system }, `my file: ${system}: what the system says`])
})

test('without a code it is reported with its message', () => {
  expect(fileError(new Error('odd'), 'a').details).toEqual({ file: 'a', found: 'odd' })
  expect(fileError('thrown', 'a')).toMatchObject({ code: 'file.other', details: { file: 'a', found: 'thrown' } })
})

test('an error that is already a LabError is kept', () => {
  const error = new LabError('file.tooLarge', 'too large', { file: 'other' })
  expect(fileError(error, 'a')).toBe(error)
})
