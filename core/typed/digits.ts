/** Fractions in one character (½); NFKC splits them into two numbers: 1⁄2. */
export const vulgar = /[¼½¾⅐-⅞↉]/
export const vulgarValue = (char: string): number => {
  const [above = NaN, below = NaN] = char.normalize('NFKC').split('⁄').map(Number)
  return above / below
}

/**
 * Removes digit grouping. A comma groups when it follows one to three digits that do not start with 0 and precedes exactly
 * three; any other single comma is the decimal separator. Apostrophe, underscore and no-break space only group. Points group
 * when a comma is the decimal separator, or when there are several of them.
 * @param digits from plain text
 * @returns digits with at most a decimal point; null for invalid separators
 */
export function withoutGroups(digits: string): string | null {
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(digits)) return digits
  if (/^[1-9]\d{0,2}([,'_\u00a0])\d{3}(?:\1\d{3})*(?:\.\d*)?$/.test(digits)) return digits.replace(/[,'_\u00a0]/g, '')
  if (/^[1-9]\d{0,2}(['_\u00a0.])\d{3}(?:\1\d{3})*,\d*$/.test(digits)) return digits.replace(/['_\u00a0.]/g, '').replace(',', '.')
  if (/^[1-9]\d{0,2}(?:\.\d{3}){2,}$/.test(digits)) return digits.replaceAll('.', '')
  return /^(?:\d+,\d*|,\d+)$/.test(digits) ? digits.replace(',', '.') : null
}
