/** One half and its like, as single characters: their compatibility composition has two numbers, 1⁄2. */
export const vulgar = /[¼½¾⅐-⅞↉]/
export const vulgarValue = (char: string): number => {
  const [above = NaN, below = NaN] = char.normalize('NFKC').split('⁄').map(Number)
  return above / below
}

/**
 * The digits of a number without its groups: a comma before exactly three digits, after one to three which do not begin with 0,
 * groups; any other single one is the decimal point. An apostrophe, a low line or a no-break space only groups. Points group
 * where a comma is the decimal point, and where there are several.
 * @param digits out of a plain text
 * @returns digits with a decimal point at most; null when the separators make no number
 */
export function withoutGroups(digits: string): string | null {
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(digits)) return digits
  if (/^[1-9]\d{0,2}([,'_\u00a0])\d{3}(?:\1\d{3})*(?:\.\d*)?$/.test(digits)) return digits.replace(/[,'_\u00a0]/g, '')
  if (/^[1-9]\d{0,2}(['_\u00a0.])\d{3}(?:\1\d{3})*,\d*$/.test(digits)) return digits.replace(/['_\u00a0.]/g, '').replace(',', '.')
  if (/^[1-9]\d{0,2}(?:\.\d{3}){2,}$/.test(digits)) return digits.replaceAll('.', '')
  return /^(?:\d+,\d*|,\d+)$/.test(digits) ? digits.replace(',', '.') : null
}
