/** Words that no variable of a generated Python program may have. */
export const pythonWords = ('False None True and as assert async await break class continue def del elif else except finally for from global if import in is '
  + 'lambda nonlocal not or pass raise return try while with yield match case type self print len float range tuple enumerate sum _').split(' ')

/**
 * Letters that Python and TypeScript take for a name as they are: Latin, Greek, Cyrillic, Hangul, kana, kanji.
 * Python would read others, such as ﬁ, as different ones.
 */
const plain = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー_][\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー_0-9]*$/u

/** Hands out the names of a program, each once. */
export class Names {
  private readonly taken: Set<string>

  constructor(reserved: Iterable<string>) { this.taken = new Set(reserved) }

  /** @returns the name itself where it can be had, else one that looks like it */
  take(wanted: string): string {
    const stem = plain.test(wanted) && wanted.normalize('NFKC') === wanted && !wanted.startsWith('__') ? wanted : 'value'
    let name = stem
    for (let i = 1; this.taken.has(name); i++) name = i === 1 ? `${stem}_` : `${stem}_${i}`
    this.taken.add(name)
    return name
  }
}
