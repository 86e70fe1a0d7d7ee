/** The languages, in the order of the settings. Each needs a folder of its name next to this file, and nothing else. */
export const locales = ['ko', 'en', 'ja'] as const
export type Locale = (typeof locales)[number]
