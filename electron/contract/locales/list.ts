/** The languages, as the settings offer them. Each has a folder of its name beside this file, and everything else follows. */
export const locales = ['ko', 'en', 'ja'] as const
export type Locale = (typeof locales)[number]
