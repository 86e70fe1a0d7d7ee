/** Reserved words and other names that a variable in a generated Python program must not have. */
export const pythonWords = ('False None True and as assert async await break class continue def del elif else except finally for from global if import in is '
  + 'lambda nonlocal not or pass raise return try while with yield match case type self print len float range tuple enumerate sum _').split(' ')

/**
 * Scripts whose letters Python and TypeScript accept in names without normalizing them. Python would turn others, such as ﬁ, into
 * different letters.
 */
const plain = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー_][\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー_0-9]*$/u

/** Assigns unique names within a program. */
export class Names {
  private readonly taken: Set<string>

  constructor(reserved: Iterable<string>) { this.taken = new Set(reserved) }

  /** @returns the wanted name if it is valid and free, else a similar one */
  take(wanted: string): string {
    const stem = plain.test(wanted) && wanted.normalize('NFKC') === wanted && !wanted.startsWith('__') ? wanted : 'value'
    let name = stem
    for (let i = 1; this.taken.has(name); i++) name = i === 1 ? `${stem}_` : `${stem}_${i}`
    this.taken.add(name)
    return name
  }
}
