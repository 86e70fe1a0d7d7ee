import type { Page } from 'playwright-core'

/** Chooses a place of the bug lab and a line of its code, and mends it. @param code part of the line */
export async function mend(page: Page, place: string, code: string): Promise<void> {
  await page.getByRole('radiogroup', { name: 'Layers and trainer' }).getByText(place, { exact: true }).click()
  await page.locator('.listing .choice', { hasText: code }).click()
  await page.getByRole('button', { name: 'Mend this line' }).click()
}
