import { basename, dirname, join } from 'node:path'
import { LabError } from '@core'
import { atomicWrite } from '@files'
import type { WebContents } from 'electron'
import { fileNameOf, withExtension } from './extension'

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

interface SummaryParts {
  readonly print: () => Promise<Uint8Array>
  /** @returns null when cancelled */
  readonly askSave: (name: string) => Promise<string | null>
}

/** Summaries saved as PDF; the dialog starts in the folder that was used last. */
export class SummaryFiles {
  private folder: string | null = null

  constructor(private readonly parts: SummaryParts) {}

  /** Saves the page as it is at the request. @returns the file's name, null when cancelled @throws LabError summary.print, file.*; an existing file is untouched then */
  async save(name: string): Promise<{ name: string } | null> {
    const bytes = await this.parts.print()
    const file = fileNameOf(name, '.pdf')
    const chosen = await this.parts.askSave(this.folder === null ? file : join(this.folder, file))
    if (chosen === null) return null
    const path = await withExtension(chosen, '.pdf')
    await atomicWrite(path, bytes)
    this.folder = dirname(path)
    return { name: basename(path) }
  }
}
