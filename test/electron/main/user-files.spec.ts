import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabError } from '@core'
import { describe, expect, test } from 'vitest'
import { UserFiles } from '../../../electron/main/user-files'
import { newFolder } from './folder'

const pdf = new TextEncoder().encode('%PDF-1.4 a page')
function files(chosen: string | null) {
  const suggested: string[] = []
  const ask = (name: string) => { suggested.push(name); return Promise.resolve(chosen) }
  return { suggested, made: new UserFiles('.pdf', { askSave: ask, askOpen: () => ask('') }) }
}
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (error: LabError) => error.code)

describe('a file of the user', () => {
  test('is saved byte by byte, under a valid name, next time in the same folder', async () => {
    const folder = newFolder()
    const { made, suggested } = files(join(folder, 'ada'))
    expect(await made.save(pdf, 'Ada: 1/2')).toEqual({ name: 'ada.pdf' })
    expect([...readFileSync(join(folder, 'ada.pdf'))]).toEqual([...pdf])
    await made.save(pdf, 'Ada')
    expect(suggested).toEqual(['Ada- 1-2.pdf', join(folder, 'Ada.pdf')])
  })

  test('is neither saved nor opened when the dialog was cancelled', async () => {
    const { made } = files(null)
    expect([await made.save(pdf, 'Ada'), await made.open(() => Promise.resolve(1))]).toEqual([null, null])
  })

  test('that cannot be written leaves the file that is there', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'a'), 'precious')
    expect(await code(files(join(folder, 'a', 'b.pdf')).made.save(pdf, 'Ada'))).toBe('file.notFolder')
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('precious')
    mkdirSync(join(folder, 'c.pdf'))
    expect(await code(files(join(folder, 'c.pdf')).made.save(pdf, 'Ada'))).toBe('file.isFolder')
    expect(existsSync(join(folder, 'c.pdf.tmp'))).toBe(false)
  })
})
