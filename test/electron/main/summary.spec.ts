import type { LabError } from '@core'
import { expect, test, vi } from 'vitest'
import { printedPage } from '../../../electron/main/summary'

const pdf = new TextEncoder().encode('%PDF-1.4 a page')
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (error: LabError) => error.code)

test('a page is printed on A4, in colour, with no margins besides its own', async () => {
  const printToPDF = vi.fn(() => Promise.resolve(Buffer.from(pdf)))
  expect([...await printedPage({ printToPDF })]).toEqual([...pdf])
  expect(printToPDF.mock.calls).toEqual([[{ pageSize: 'A4', printBackground: true, margins: { top: 0, bottom: 0, left: 0, right: 0 } }]])
})

test('without a window there is nothing to print', async () => {
  expect(await code(printedPage(undefined))).toBe('summary.print')
})

test('a page that cannot be printed is reported with its cause', async () => {
  await expect(printedPage({ printToPDF: () => Promise.reject(new TypeError('no printer')) })).rejects.toMatchObject({ code: 'summary.print', details: { found: 'TypeError: no printer' } })
})
