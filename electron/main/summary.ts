import { LabError } from '@core'
import type { WebContents } from 'electron'

/**
 * Prints what the page's print style shows, on paper of size A4 with colours and without margins: the page has its own.
 * @param contents undefined when the window is gone
 * @throws LabError summary.print
 */
export async function printedPage(contents: Pick<WebContents, 'printToPDF'> | undefined): Promise<Uint8Array> {
  if (!contents) throw new LabError('summary.print', 'there is no window to print', { found: 'window' })
  return await contents.printToPDF({ pageSize: 'A4', printBackground: true, margins: { top: 0, bottom: 0, left: 0, right: 0 } })
    .catch((cause: unknown) => { throw new LabError('summary.print', 'the page could not be printed', { found: String(cause) }) })
}
