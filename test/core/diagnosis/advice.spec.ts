import { cureText, type FindingFormats, type FoundRun, type Locale, locales, translate, tryKey, wordsOf } from '@contract'
import { describe, expect, test } from 'vitest'
import { type Finding, ruleIds, type RunConfig } from '../../../core'
import type { Evidence } from '../../../core/diagnosis/evidence'
import { rules } from '../../../core/diagnosis/rules'
import { branches } from './branches'

const textOf = (locale: Locale): FindingFormats['text'] => (key, words = {}) => {
  const found = translate(locale, key, words)
  return found === key ? null : found
}
const formatsOf = (locale: Locale): FindingFormats => ({ count: String, short: String, plain: String, share: String, list: parts => parts.join(' + '), text: textOf(locale) })

function findingIn(rule: Finding['rule'], evidence: Evidence): Finding {
  const verdict = rules[rule].judge(evidence)
  if (!verdict) throw new Error(`${rule} is not broken`)
  return { rule, step: 10, at: 10, ...verdict }
}

/** All settings by their place: 'network.layers.1.kind' → 'relu'. */
const leaves = (value: unknown, path = ''): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`)) : [[path, value]]

/** What a cure changes, read from its settings alone: names and numbers as a user sees them. */
function changedBy({ cure }: Finding, { config, fromFile }: FoundRun, text: FindingFormats['text']): ReadonlySet<string> {
  if (cure?.kind === 'change') {
    const layers = Object.keys(cure.change.layers ?? {}).map(name => `${text(`terms.layer.${name.slice(0, -1)}`)!} ${name.at(-1)!}`)
    return new Set([...layers, ...leaves(cure.change).map(([, value]) => String(value))])
  }
  const before = new Map(leaves(config))
  const kinds = (value: RunConfig): number => value.network.layers.length
  const next = cure!.config
  expect(kinds(next)).toBe(kinds(config))
  const changed = leaves(next).filter(([path, value]) => before.get(path) !== value)
  const names = changed.flatMap(([path, value]) => {
    if (path === 'optimizer.learningRate' || path === 'weightDecay') return [String(value)]
    if (path === 'init') return [text(`train.config.init${value === 'he' ? 'He' : 'Xavier'}`)!]
    const [, , i, setting] = path.split('.')
    const { kind } = next.network.layers[Number(i)]!
    if (path.startsWith('network.layers')) return [text(`terms.layer.${kind}`)!, ...setting === 'kind' ? [] : [String(value)]]
    throw new Error(`${path} has no words`)
  })
  // a new run draws its weights, which is said where nothing else says that they are others
  const isDrawn = changed.length === 0 || (fromFile && next.init === config.init)
  return new Set([...names, ...isDrawn ? [text('diagnosis.do.weights')!] : []])
}

const mentioned = (sentence: string, words: Iterable<string>): readonly string[] => [...words].filter(word => sentence.includes(word))
const numbersIn = (sentence: string): readonly string[] => sentence.match(/\d+(?:\.\d+)?(?:e-\d+)?/g) ?? []

describe.each(locales)('in %s', (locale) => {
  const formats = formatsOf(locale)
  const { text } = formats
  const vocabulary = [...['He', 'Xavier'].map(name => text(`train.config.init${name}`)!), ...['relu', 'sigmoid', 'tanh', 'dropout'].map(kind => text(`terms.layer.${kind}`) ?? kind), text('diagnosis.do.weights')!]

  test.each(branches)('%s (%s): the advice and the button name exactly what the button changes', (_, rule, evidence) => {
    const finding = findingIn(rule, evidence)
    const run: FoundRun = { config: evidence.config, fromFile: evidence.fromFile }
    const key = tryKey(finding, text)
    const advice = text(key, wordsOf(finding, run, formats))!
    expect(advice).not.toMatch(/[{}]/)
    if (!finding.cure) {
      expect(advice).not.toContain(text('diagnosis.do.weights'))
      return
    }
    const expected = changedBy(finding, run, text)
    const button = cureText(finding.cure, run, formats)
    for (const sentence of [button, advice]) {
      expect(mentioned(sentence, expected), sentence).toEqual([...expected])
      const others = mentioned(sentence, vocabulary).filter(word => ![...expected].some(name => name.includes(word)))
      expect(others, sentence).toEqual([])
    }
    const known = [...[...expected].flatMap(numbersIn), ...key === 'diagnosis.stepTooSmall.try' ? [String(evidence.config.optimizer.learningRate)] : []]
    expect([...numbersIn(button), ...numbersIn(advice)].filter(number => !known.includes(number))).toEqual([])
  })

  test('every advice that is written is given in some situation, and every rule gives one', () => {
    const given = new Set(branches.map(([, rule, evidence]) => tryKey(findingIn(rule, evidence), text)))
    const written = ruleIds.flatMap(rule => ['try', 'tryNew', 'tryNone'].map(ending => `diagnosis.${rule}.${ending}`)).filter(key => text(key) !== null)
    expect(written.filter(key => !given.has(key))).toEqual([])
    expect(ruleIds.filter(id => !branches.some(([, rule]) => rule === id))).toEqual([])
  })
})
