import { locales, translate } from '@contract'
import { LabError } from '@core'
import { expect } from 'vitest'

/** The LabError that the work rejects with, as its code and details; its sentence must be complete in every language. */
export async function refusal(work: () => unknown): Promise<Record<string, unknown>> {
  try { await work() }
  catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    for (const locale of locales) {
      const sentence = translate(locale, `errors.${cause.code}`, cause.details)
      expect(sentence, `${locale} has to say all of ${cause.code}`).not.toMatch(/^errors\.|\{\w+\}/)
    }
    return { code: cause.code, ...cause.details }
  }
  return { code: 'none: it was accepted' }
}
