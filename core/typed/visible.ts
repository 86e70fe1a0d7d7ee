/** Characters that are invisible or only change how others are displayed: control characters, zero-width characters, direction marks, fillers, the blank Braille pattern. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufeff]/u
const everyInvisible = new RegExp(invisible.source, 'gu')
const layout = '\t\n\r'
/** Zero-width joiners and variation selectors after a pictograph are part of an emoji. */
const emoji = /[\p{Extended_Pictographic}\p{Emoji_Modifier}](?:\u200d|\ufe0f|\u20e3)*$/u

export const isInvisible = (char: string): boolean => !layout.includes(char) && invisible.test(char)

/** The code point in notation: U+200B. */
export const codePointName = (char: string): string => `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

/** Replaces invisible characters by their code points: <U+200B>. */
export function visible(text: string): string {
  if (!invisible.test(text)) return text
  return text.replace(everyInvisible, (char, at: number) =>
    layout.includes(char) || ('\u200d\ufe0f'.includes(char) && emoji.test(text.slice(Math.max(0, at - 8), at))) ? char : `<${codePointName(char)}>`)
}
