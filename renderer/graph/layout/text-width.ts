const widths = new Map<string, number>()
let context: CanvasRenderingContext2D | null | undefined

/**
 * The width of a drawn text; estimated where there is no canvas.
 * @param font as in CSS, without the family: '600 13px'
 */
export function textWidth(text: string, font: string): number {
  const family = typeof document === 'undefined' ? 'sans-serif' : getComputedStyle(document.body).fontFamily || 'sans-serif'
  const key = `${font} ${family} ${text}`
  const known = widths.get(key)
  if (known !== undefined) return known
  context ??= typeof document === 'undefined' ? null : document.createElement('canvas').getContext('2d')
  let width = estimated(text, Number(/(\d+(?:\.\d+)?)px/.exec(font)?.[1] ?? 13))
  if (context) {
    context.font = `${font} ${family}`
    width = context.measureText(text).width
  }
  widths.set(key, width)
  return width
}

/** Chinese, Japanese and Korean characters are as wide as they are high, others about 0.6 of that. */
function estimated(text: string, size: number): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter.codePointAt(0)! > 0x1100 ? 1 : 0.6), 0) * size
}

/** Breaks a sentence into lines of a maximum width. */
export function linesOf(text: string, width: number, font: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<=\s)|(?<=[\u3000-\u9fff])/u)) {
    if (line && textWidth(line + word, font) > width) {
      lines.push(line.trim())
      line = ''
    }
    line += word
  }
  return [...lines, line.trim()].filter(part => part !== '')
}

/** A name, shortened with … if it is too wide. */
export function shortened(text: string, width: number, font: string): string {
  if (textWidth(text, font) <= width) return text
  const letters = Array.from(text)
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, font) > width) letters.pop()
  return `${letters.join('')}…`
}
