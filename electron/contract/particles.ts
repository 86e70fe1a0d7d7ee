/**
 * Korean particles after inserted words. A text writes both forms, `{name}은(는)`; which one is right depends on how the
 * word before it ends when it is read aloud: after a consonant, after ㄹ, or after a vowel.
 */
type Ending = 'vowel' | 'ㄹ' | 'consonant'

/** Both forms as texts write them, the form after a consonant and the one after a vowel. */
const pairs: Readonly<Record<string, readonly [consonant: string, vowel: string]>> = {
  '은(는)': ['은', '는'], '이(가)': ['이', '가'], '을(를)': ['을', '를'], '와(과)': ['과', '와'], '(으)로': ['으로', '로'], '(이)': ['이', ''], '이어야(여야)': ['이어야', '여야'],
}
const form = /(?:은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(으\)로|이어야\(여야\)|\(이\)(?=[가-힣]))/g
/** What stands between a word and its particle without being read: quotes, brackets, markup */
const unread = /["'”’」》)\]}`*$\s]+$/

/** 0 is 영, and closes 십, 백, 천, 만; 1, 7 and 8 are 일, 칠, 팔. */
const digits: readonly Ending[] = ['consonant', 'ㄹ', 'vowel', 'consonant', 'vowel', 'vowel', 'consonant', 'ㄹ', 'ㄹ', 'vowel']
/** The names of letters that end in a consonant: 엘, 알, 엠, 엔. */
const letters: Readonly<Record<string, Ending>> = { L: 'ㄹ', R: 'ㄹ', M: 'consonant', N: 'consonant' }

/** How an English word is read in Korean: letter by letter where it has capitals only or no vowel, otherwise the last sound is guessed from its spelling. */
function endingOfWord(word: string): Ending {
  if (word === word.toUpperCase() || !/[aeiouy]/i.test(word)) return letters[word.at(-1)!.toUpperCase()] ?? 'vowel'
  if (/(?:l|le)$/i.test(word)) return 'ㄹ'
  return /(?:[mn]e?|ng|ck|[aeiou][bp]|ook|out|set)$/i.test(word) ? 'consonant' : 'vowel'
}

/** @returns null where the reading is unknown: then both forms stay */
function endingOf(text: string): Ending | null {
  const read = text.replace(unread, '')
  const last = read.at(-1) ?? ''
  if (/[가-힣]/.test(last)) {
    const final = (last.charCodeAt(0) - 0xAC00) % 28
    return final === 0 ? 'vowel' : final === 8 ? 'ㄹ' : 'consonant'
  }
  if (/\d/.test(last)) return digits[Number(last)]!
  const word = /[A-Za-z]+$/.exec(read)?.[0]
  if (word) return endingOfWord(word)
  if (/[%?∞α-ωぁ-みむ-をァ-ミム-ヲー]/.test(last)) return 'vowel' // 퍼센트, 물음표, 무한대, 알파
  return null
}

/** Before 번째 the first ten numbers are written as words: 첫 번째, not 1번째. */
const ordinals = ['첫', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉', '열'] as const
const ordinal = /(?:\[\[([\w.]+)\]\]|(?<![\d.,−-])(\d+))번째/g

/**
 * Chooses the particle that fits the word before it, wherever a text has both forms, and writes 첫 번째 for 1번째;
 * other texts stay as they are.
 * @param valueOf the words that `[[name]]` stands for, where the text is filled in later
 */
export function withParticles(text: string, valueOf: (name: string) => string | undefined = () => undefined): string {
  const counted = text.replace(ordinal, (written, name: string | undefined, number: string | undefined) => {
    const word = ordinals[Number(number ?? valueOf(name!)) - 1]
    return word === undefined ? written : `${word} 번째`
  })
  return counted.replace(form, (both, at: number) => {
    const before = counted.slice(0, at).replace(/\[\[([\w.]+)\]\]([`*$]*)$/, (whole, name: string) => valueOf(name) ?? whole)
    const ending = /\]\][`*$]*$/.test(before) ? null : endingOf(before)
    if (ending === null) return both
    const [consonant, vowel] = pairs[both]!
    return ending === 'vowel' || (both === '(으)로' && ending === 'ㄹ') ? vowel : consonant
  })
}
