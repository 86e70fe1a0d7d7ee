/** Characters that are invisible, or that only change how others are displayed: controls, zero-width characters, marks of direction, fillers, the blank Braille pattern. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufeff]/u
const everyInvisible = new RegExp(invisible.source, 'gu')
const layout = '\t\n\r'
/** Joiners and variation selectors between pictographs belong to one emoji. */
const emoji = /[\p{Extended_Pictographic}\p{Emoji_Modifier}](?:\u200d|\ufe0f|\u20e3)*$/u

export const isInvisible = (char: string): boolean => !layout.includes(char) && invisible.test(char)

/** U+200B: a character by its number. */
export const codePointName = (char: string): string => `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

/** A text as a message shows it: what would not be seen stands there by its number, <U+200B>. */
export function visible(text: string): string {
  if (!invisible.test(text)) return text
  return text.replace(everyInvisible, (char, at: number) =>
    layout.includes(char) || ('\u200d\ufe0f'.includes(char) && emoji.test(text.slice(Math.max(0, at - 8), at))) ? char : `<${codePointName(char)}>`)
}
