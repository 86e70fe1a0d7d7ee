import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Locale, locales } from '@contract'
import { describe, expect, test } from 'vitest'
import { languagesFolder } from '../../../languages.config'

/** What must not be written, what is right instead, and a text with the fault. */
type Rule = readonly [wrong: RegExp, right: string, faulty: string]

/** All texts of a language by file and path; language.json has none. */
function textsOf(locale: Locale): readonly (readonly [path: string, text: string])[] {
  const walk = (tree: unknown, path: string): (readonly [string, string])[] =>
    typeof tree === 'string' ? [[path, tree]] : Object.entries(tree as object).flatMap(([key, inner]) => walk(inner, `${path}.${key}`))
  const folder = join(languagesFolder, locale)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.json') && file !== 'language.json')
  const all = files.flatMap(file => walk(JSON.parse(readFileSync(join(folder, file), 'utf8')), file))
  // the glossary is also searched by what other books write: "logit"
  return all.map(([path, text]) => [path, /^glossary\.json\.\w+\.words$/.test(path) ? text.split(' | ')[0]! : text] as const)
}

/** Placeholders for words; all others stand for numbers. */
const words = /\{(?:layer|name|kind|dataset|file|found|wanted|operation|setting|reason)\}|\[\[(?:learn|train|draw|presenter|first|help)\.\w+\]\]/g

/** A text as it is read: code and formulas have spellings of their own, and a number stands where one is filled in. */
const asRead = (text: string): string =>
  text.replace(/`[^`]*`/g, '`').replace(/\$+[^$]*\$+/g, '$').replace(words, 'W').replace(/\[\[[\w.]+\]\]|\{\w+\}/g, '0')

/** In every language. The program writes its numbers in the same way: renderer/lib/useNumbers.ts. */
const common: readonly Rule[] = [
  [/(?<![\w.,\-–/"=[<])-(?:\d|∞)/, '−5 with a minus sign', 'from -5 to 5'],
  [/(?<![\w.,])\d{4,}(?![\w.])/, '39,760', '39760 numbers'],
  [/\d\s+%/, '95%', 'up to 95 %'],
  [/(?<![\d-])\d+ ?[~〜～] ?\d/, '0–9', '0~9'],
  [/\d ?x ?\d/, '28×28, 2 × 3', '28x28'],
  [/\d × \d+ ?(?:pixels|픽셀|ピクセル)/, '2×2 pixels', '2 × 2 pixels'],
  [/\.\.\.| {2}/, '…, one space', 'and so on...'],
  [/(?<=[A-Za-zぁ-んァ-ヶ一-龠가-힣])'(?=[A-Za-z가-힣])/, '’', 'the book\'s'],
  [/\bReLu\b|\bRelu\b|\bRELU\b/, 'ReLU', 'the Relu node'],
  [/\bMnist\b|\bpytorch\b|\bNumpy\b|\bPytorch\b/, 'MNIST, PyTorch, NumPy', 'as in Numpy'],
]

/**
 * By language. Two words for one thing where each has its own sense: 칸/セル/cell is a box on the screen, 원소/要素/entry a number of
 * a matrix; 계층/レイヤ is a layer as an object with forward and backward, 층/層 its place in a network (3층 신경망, 隠れ層).
 */
const rules: Readonly<Record<string, readonly Rule[]>> = {
  // the terms of the book's Korean edition
  ko: [
    [/네트워크|뉴럴 ?넷/, '신경망', '학습 중인 네트워크'],
    [/레이어/, '계층', '활성화 레이어'],
    [/\bSigmoid\b|\bsigmoid\b/, '시그모이드', 'Sigmoid를 지나'],
    [/\bSoftmax\b(?!-)/, '소프트맥스', 'Softmax가 확률로'],
    [/(?<!-)라벨/, '레이블', '정답 라벨'],
    [/테스트 ?(?:이미지|데이터|정확도|손실)/, '시험 이미지', '테스트 이미지'],
    [/학습 데이터|트레이닝/, '훈련 데이터', '학습 데이터에 맞게'],
    [/파라미터/, '매개변수', '모든 파라미터'],
    [/옵티마이저|최적화 기법/, '최적화 방법', '옵티마이저의 일'],
    [/스코어/, '점수', '스코어 열 개'],
    [/에포크/, '에폭', '한 에포크'],
    [/초기값|초기치/, '초깃값', 'He 초기값'],
    [/데이터 세트|데이타/, '데이터셋', '데이터 세트'],
    [/간직|보존/, '보관', '값을 간직합니다'],
    [/포인터/, '마우스', '포인터를 올리세요'],
    [/전치 행렬/, '전치행렬', '전치 행렬을 곱합니다'],
    [/행렬 ?곱(?!하)/, '행렬의 곱', '행렬 곱'],
    [/국소 ?미분/, '국소적 미분', '국소 미분을 곱합니다'],
    [/연쇄 법칙|연쇄율/, '연쇄법칙', '연쇄 법칙'],
    [/오차 역전파|역전파법(?<!오차역전파법)/, '오차역전파법', '오차 역전파법'],
    [/손실함수|활성화함수|항등함수/, '손실 함수', '손실함수'],
    [/계산그래프/, '계산 그래프', '계산그래프'],
    [/교차엔트로피|크로스 ?엔트로피/, '교차 엔트로피 오차', '교차엔트로피'],
    [/오차 ?제곱 ?합(?<!오차제곱합)|평균 제곱 오차/, '오차제곱합', '오차 제곱합'],
    [/원핫|원 핫|one-hot/, '원-핫', '원핫 인코딩'],
    [/미니 배치/, '미니배치', '미니 배치 하나'],
    [/은닉 층|숨은 ?층/, '은닉층', '은닉 층'],
    [/학습율/, '학습률', '학습율 η'],
    [/기울기 (?:검사|체크)|그래디언트|그라디언트|경사(?! 하강법)/, '기울기 확인', '기울기 검사'],
    [/(?<![\d\]}])1번째/, '첫 번째', '1번째 값'],
  ],
  // the terms of the book's Japanese edition
  ja: [
    [/[一二三四五六七八九十]つ/, '1つ、2つ', '二つの勾配'],
    [/[二三四五六七八九](?:回|個|枚|本|人|行|列|倍)/, '2回', '順伝播を二回'],
    [/二度(?!と)/, '2回', '二度割る'],
    [/\d (?:枚|個|つ|回|本|行(?![かきくけいっ])|列|層|秒|番|倍|円|人|桁|文字|バイト|クラス|ステップ|エポック|スレッド|ピクセル|問|分の)/, '3枚', '画像 3 枚'],
    [/[ぁ-んァ-ヶー一-龠] \d[\d,]*(?:枚|個|つ|回|本|行|列|層|秒|番目|倍|円|人|桁|文字|問|分の)/, '画像3枚', '画像 3枚'],
    [/(?:レッスン|シード) \d/, 'レッスン14', 'レッスン 14 の'],
    [/マス(?!ク)/, 'セル', 'マスを選ぶ'],
    [/ポインター?(?!値)/, 'マウス', 'ポインターを合わせる'],
    [/レイヤー/, 'レイヤ', '出力レイヤー'],
    [/パラメーター/, 'パラメータ', 'すべてのパラメーター'],
    [/中間層|隠れニューロン|隠しレイヤ|隠し層/, '隠れ層', '中間層'],
    [/\bSigmoid\b|\bsigmoid\b/, 'シグモイド', 'Sigmoid を通る'],
    [/\bSoftmax\b(?!-)/, 'ソフトマックス', 'Softmax が確率に'],
    [/二乗|自乗/, '2乗', '二乗和誤差'],
    [/伝搬/, '伝播', '逆伝搬'],
    [/連鎖則|連鎖法則|チェーンルール/, '連鎖律', '連鎖則'],
    [/勾配チェック|勾配検査/, '勾配確認', '勾配チェック'],
    [/局所微分/, '局所的な微分', '局所微分を掛ける'],
    [/交差エントロピ(?!ー)|クロスエントロピー/, '交差エントロピー誤差', 'クロスエントロピー'],
    [/学習データ|トレーニングデータ/, '訓練データ', '学習データ'],
    [/正解率|認識率/, '認識精度', '正解率'],
    [/オプティマイザ/, '最適化手法', 'オプティマイザ'],
    [/得点/, 'スコア', '10 個の得点'],
    [/コンマ/, 'カンマ', 'コンマで区切る'],
    [/だれ/, '誰', 'だれも割らない'],
    [/[０-９，．]/, '半角の数字と「、」「。」', '３枚'],
  ],
  // British with -ize (Oxford), typographic quotes
  en: [
    [/\b(?:color|behavior|neighbor|favor|gray|meter|catalog)/i, 'colour, behaviour, grey', 'a color map'],
    [/\bcenter/i, 'centre', 'the center of mass'],
    [/\b(?:mis|re|un)?(?:label|model|cancel|travel)(?:ed|ing)\b/i, 'labelled, cancelled', 'a mislabeled image'],
    [/\blicense\b/i, 'licence', 'MIT license'],
    [/\b\w{3,}(?:al|im|ogn|iti|ptim|mmar|ctor)i(?:se[ds]?|sing|sation)\b|\banalyz/i, '-ize, -ization', 'normalised'],
    [/back[ -]propag|backward propagation|\bback-prop\b/i, 'backpropagation', 'back propagation'],
    [/(?<!“)\bBackprop\b(?! (?:Lab|in 100))/, 'backpropagation', 'Backprop finds it'],
    [/minibatch|mini batch/i, 'mini-batch', 'one minibatch'],
    [/\bone hot\b|\bonehot\b/i, 'one-hot', 'the one hot label'],
    [/\bdata set/i, 'dataset', 'the data set'],
    [/\bcross entropy/i, 'cross-entropy', 'the cross entropy'],
    [/\bgrad(?:ient)?-?check(?:ing)?\b/i, 'gradient check', 'the gradcheck'],
    [/\blogits?\b/i, 'score', 'the logits'],
    [/\bneural net\b|\bneural nets\b/i, 'network', 'a neural net'],
    [/\bsoft-max\b|\bSoftMax\b/, 'softmax', 'SoftMax'],
  ],
}

describe.each(locales)('in %s', (locale) => {
  const texts = textsOf(locale).map(([path, text]) => [path, asRead(text)] as const)
  /** What is typed in a terminal keeps the keyboard's signs: 1e-7, "t = x + y". */
  const isTyped = (path: string) => path.startsWith('terminal.json') || /^texts\.json\.errors\.(?:typed|graph)\./.test(path)

  test.each([...common, ...rules[locale] ?? []])('nothing is written like %s, but %s', (wrong, right, faulty) => {
    expect(asRead(faulty), 'the rule finds its own example').toMatch(wrong)
    if (/[가-힣ぁ-んa-z]/i.test(right)) expect(right).not.toMatch(wrong)
    expect(texts.filter(([, text]) => wrong.test(text)).map(([path, text]) => `${path}: ${text}`)).toEqual([])
  })

  test('a number in scientific notation has a minus sign, except where it is to be typed', () => {
    expect(texts.filter(([path, text]) => !isTyped(path) && /\de-\d/.test(text))).toEqual([])
  })

  test('a quotation has the language’s quotes, except for what is to be typed', () => {
    expect(texts.filter(([path, text]) => !isTyped(path) && text.includes('"'))).toEqual([])
  })
})
