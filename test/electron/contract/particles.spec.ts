import { texts, translate, withParticles } from '@contract'
import { describe, expect, test } from 'vitest'

describe('a Korean particle follows the word before it as that is read aloud', () => {
  test.each([
    // digits, by the last one: 이, 삼, 사, 일, 칠, 십, 백, 천, 퍼센트
    ['2이(가)', '2가'], ['3이(가)', '3이'], ['0.6774이(가)', '0.6774가'], ['1(으)로', '1로'], ['7(으)로', '7로'], ['10(으)로', '10으로'], ['1,000을(를)', '1,000을'], ['96.9%이(가)', '96.9%가'], ['−0.5와(과)', '−0.5와'],
    // letters by their names: 엘, 엔, 엑스; names and words by their last sound: 택스, 애플, 어파인, 아담, 드롭아웃, 스텝
    ['L(으)로', 'L로'], ['N(으)로', 'N으로'], ['x은(는)', 'x는'], ['b2을(를)', 'b2를'], ['`tax`이(가)', '`tax`가'], ['SGD을(를)', 'SGD를'],
    ['apple을(를)', 'apple을'], ['apple(으)로', 'apple로'], ['Affine은(는)', 'Affine은'], ['Adam와(과)', 'Adam과'], ['dropout을(를)', 'dropout을'], ['relu이(가)', 'relu가'], ['step(으)로', 'step으로'], ['log(x)이(가)', 'log(x)가'],
    // Hangul by its last consonant
    ['사과이(가)', '사과가'], ['값은(는)', '값은'], ['서울(으)로', '서울로'], ['부산(으)로', '부산으로'],
    // quotes and brackets are not read
    ['“b”을(를)', '“b”를'], ['‘3’(이)라고', '‘3’이라고'], ['‘2’(이)라고', '‘2’라고'], ['(0.3, 0.2, 0.5)(으)로', '(0.3, 0.2, 0.5)로'], ['$w$을(를)', '$w$를'], ['**13**은(는)', '**13**은'],
    ['3이어야(여야) 하는데', '3이어야 하는데'], ['4이어야(여야) 하는데', '4여야 하는데'], ['?을(를)', '?를'], ['−∞이(가)', '−∞가'], ['--dataset은(는)', '--dataset은'], ['0–9이어야(여야)', '0–9여야'],
    ['weights.safetensors은(는)', 'weights.safetensors는'], ['mnist.json을(를)', 'mnist.json을'],
  ])('%s becomes %s', (written, right) => {
    expect(withParticles(written)).toBe(right)
  })

  test('and keeps both forms where nobody knows how it is read', () => {
    expect(['∇을(를)', '을(를) 찾으셨나요?', '漢字이(가)'].map(text => withParticles(text))).toEqual(['∇을(를)', '을(를) 찾으셨나요?', '漢字이(가)'])
  })

  test('where a number is filled in later, by that number', () => {
    const valueOf = (name: string) => ({ loss: '0.3', N: '2' })[name]
    expect(withParticles('[[loss]]이(가) [[N]](으)로, `[[N]]`은(는) [[other]]을(를)', valueOf)).toBe('[[loss]]이 [[N]]로, `[[N]]`는 [[other]]을(를)')
  })

  test('and leaves every other text as it is', () => {
    const texts = ['the loss(es) of step (i)', '값(이하)을 씁니다', 'すべて（の）値']
    expect(texts.map(text => withParticles(text))).toEqual(texts)
  })
})

describe('a Korean ordinal up to ten is a word', () => {
  test.each([
    ['1번째 값', '첫 번째 값'], ['2번째', '두 번째'], ['(3번째 바이트)', '(세 번째 바이트)'], ['10번째 글자', '열 번째 글자'],
    ['0번째', '0번째'], ['11번째', '11번째'], ['1,002번째', '1,002번째'], ['784번째', '784번째'], ['1번', '1번'],
  ])('%s becomes %s', (written, right) => {
    expect(withParticles(written)).toBe(right)
  })

  test('where the number is filled in later, too', () => {
    const valueOf = (name: string) => ({ k: '1', n: '12' })[name]
    expect(withParticles('[[k]]번째 출력, [[n]]번째 출력, [[other]]번째', valueOf)).toBe('첫 번째 출력, [[n]]번째 출력, [[other]]번째')
  })

  test('and in messages', () => {
    expect(translate('ko', 'errors.network.kind', { layer: 1, found: 'x', allowed: 'relu' })).toMatch(/^첫 번째 계층: /)
  })
})

test('messages of the program are filled in so', () => {
  expect(translate('ko', 'suggestion.meant', { suggestion: 'tanh' })).toBe('혹시 tanh를 찾으셨나요?')
  expect(translate('ko', 'errors.file.full', { file: 'mine.png' })).toMatch(/^mine\.png를 저장하지/)
  expect(translate('en', 'suggestion.meant', { suggestion: 'tanh' })).toBe('Did you mean tanh?')
})

test('no Korean text guesses the particle after an inserted word', () => {
  const guessed: string[] = []
  const walk = (tree: object, path: string): void => {
    for (const [key, text] of Object.entries(tree) as [string, string | object][]) {
      if (typeof text === 'object') walk(text, `${path}.${key}`)
      else guessed.push(...(text.match(/\{\w+\}[”’]?(?:라고|이라고|이어야|여야|으로|로|은|는|이|가|을|를|과|와)(?=[ ,.])/g) ?? []).map(found => `${path}.${key}: ${found}`))
    }
  }
  walk(texts.ko, 'texts')
  expect(guessed).toEqual([])
})
