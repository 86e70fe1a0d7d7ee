/** A text that fits, without letters of its middle if need be: both its ends tell it from others. */
export function shortened(text: string, fits: (text: string) => boolean): string {
  const letters = [...text]
  let kept = letters.length
  let short = text
  while (kept > 2 && !fits(short)) {
    kept--
    short = `${letters.slice(0, Math.ceil(kept / 2)).join('')}…${letters.slice(letters.length - Math.floor(kept / 2)).join('')}`
  }
  return short
}
