import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabError } from '@core'
import { describe, expect, test, vi } from 'vitest'
import { printedPage, SummaryFiles } from '../../../electron/main/summary'
import { newFolder } from './folder'

const pdf = new TextEncoder().encode('%PDF-1.4 a page')
function files(answer: { save: string | null }, print = () => Promise.resolve<Uint8Array>(pdf)) {
  const suggested: string[] = []
  return { suggested, made: new SummaryFiles({ print, askSave: (name) => { suggested.push(name); return Promise.resolve(answer.save) } }) }
}
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (error: LabError) => error.code)

describe('a summary', () => {
  test('is saved as it was printed, under a valid name, next time in the same folder', async () => {
    const folder = newFolder()
    const { made, suggested } = files({ save: join(folder, 'ada') })
    expect(await made.save('Ada: 1/2')).toEqual({ name: 'ada.pdf' })
    expect([...readFileSync(join(folder, 'ada.pdf'))]).toEqual([...pdf])
    await made.save('Ada')
    expect(suggested).toEqual(['Ada- 1-2.pdf', join(folder, 'Ada.pdf')])
  })

  test('is not saved when the dialog was cancelled', async () => {
    expect(await files({ save: null }).made.save('Ada')).toBeNull()
  })

  test('that cannot be printed asks for no file', async () => {
    const { made, suggested } = files({ save: '/nowhere' }, () => printedPage({ printToPDF: () => Promise.reject(new TypeError('no printer')) }))
    await expect(made.save('Ada')).rejects.toMatchObject({ code: 'summary.print', details: { found: 'TypeError: no printer' } })
    expect(suggested).toEqual([])
  })

  test('that cannot be written leaves the file that is there', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'a'), 'precious')
    expect(await code(files({ save: join(folder, 'a', 'b.pdf') }).made.save('Ada'))).toBe('file.notFolder')
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('precious')
    mkdirSync(join(folder, 'c.pdf'))
    expect(await code(files({ save: join(folder, 'c.pdf') }).made.save('Ada'))).toBe('file.isFolder')
    expect(existsSync(join(folder, 'c.pdf.tmp'))).toBe(false)
  })
})

test('a page is printed on A4, in colour, with no margins besides its own', async () => {
  const printToPDF = vi.fn(() => Promise.resolve(Buffer.from(pdf)))
  expect([...await printedPage({ printToPDF })]).toEqual([...pdf])
  expect(printToPDF.mock.calls).toEqual([[{ pageSize: 'A4', printBackground: true, margins: { top: 0, bottom: 0, left: 0, right: 0 } }]])
})

test('without a window there is nothing to print', async () => {
  expect(await code(printedPage(undefined))).toBe('summary.print')
})
