import { locales, type Texts, texts } from '@contract'
import { describe, expect, test } from 'vitest'
import { bugCount } from '../../../../renderer/course/capstone'
import { compared, comparisons, expectedToFail, hintKeys, numbersOf, paramsCompared, passing, placesOf } from '../../../../renderer/lessons/bugs/answers'
import { bugs } from '../../../../renderer/lessons/bugs/list'
import { kindOf, lineKeys, listings, mendedBy, withBug } from '../../../../renderer/lessons/bugs/listings'

const has = (key: string) => locales.every(locale => typeof key.split('.').reduce<string | Texts | undefined>((node, part) => typeof node === 'object' ? node[part] : undefined, texts[locale]) === 'string')

test('the course counts the cases that there are, each under a name of its own', () => {
  expect(new Set(bugs.map(({ id }) => id)).size).toBe(bugCount)
  expect(bugs).toHaveLength(bugCount)
})

test('a line that can be guessed is marked in its listing, once', () => {
  for (const [kind, keys] of Object.entries(lineKeys)) expect(listings[kind as keyof typeof lineKeys].flatMap(({ key }) => key ?? []), kind).toEqual([...keys])
})

test('every guess, hint and end has its text in every language', () => {
  const answers = Object.entries(lineKeys).flatMap(([kind, keys]) => keys.map(key => `bugs.answer.${kind}.${key}`))
  const hints = bugs.flatMap(bug => hintKeys(bug).map((key, i) => `bugs.hint.${['first', 'second', 'third'][i]}.${key}`))
  const wanted = [...answers, 'bugs.answer.affine.firstDx', ...hints, ...comparisons.map(key => `bugs.compared.${key}`), ...bugs.map(({ id }) => `bugs.told.${id}`)]
  expect(wanted.filter(key => !has(key))).toEqual([])
})

describe('what a line would have shown', () => {
  // A gradient that is added up is right in the first backward pass: the check makes no other.
  const seenLater = 'stale-gradient'
  test.each(bugs.filter(({ id }) => id !== seenLater))('$id: is what its own line is expected to show', (bug) => {
    const right = listings[kindOf(bug.guilty)]
    const wrong = withBug(right, bug.lines)
    const keys = right.flatMap(({ text, key }, i) => text !== wrong[i]!.text && key ? [key] : [])
    expect(keys.length).toBe(bug.lines.length)
    for (const key of keys) expect(expectedToFail(bug, { place: bug.guilty, key })).toEqual(bug.reveals.check)
  })

  const deep = bugs.find(({ id }) => id === 'square-weights')!
  test.each([
    ['a wrong dW fails alone', 'affine2', 'dW', ['affine2.W']],
    ['a wrong db fails alone', 'affine3', 'db', ['affine3.b']],
    ['a wrong dx spoils what is before', 'affine2', 'dx', ['affine1.W', 'affine1.b']],
    ['a wrong out spoils its own layer, too', 'affine2', 'out', ['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b']],
    ['a wrong mask spoils what is before', 'relu1', 'dx', ['affine1.W', 'affine1.b']],
    ['nobody uses the first dx', 'affine1', 'dx', []],
    ['the check does not look at the update', 'step', 'change', []],
    ['a gradient that is not handed on reaches the last layer only', 'step', 'chain', ['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b']],
  ] as const)('%s', (_, place, key, wanted) => {
    expect(expectedToFail(deep, { place, key })).toEqual(wanted)
  })

  test.each([
    ['the same parameters', 'square-weights', 'relu1', 'dx', 'same'],
    ['other parameters', 'square-weights', 'affine3', 'dW', 'others'],
    ['parameters besides the expected one', 'inverted-mask', 'affine1', 'dW', 'more'],
    ['parameters that pass after all', 'inverted-mask', 'relu2', 'dx', 'fewer'],
    ['nothing to be seen of a dx that nobody uses', 'uphill-update', 'affine1', 'dx', 'unseen'],
    ['a loss that begins as it should', 'missing-division', 'softmaxWithLoss', 'loss', 'sameLoss'],
    ['a dout that is handed on', 'mask-of-dout', 'step', 'chain', 'sameChain'],
    ['a number that is wrong by the line above', 'missing-division', 'softmaxWithLoss', 'return', 'handedOn'],
    ['a number that is wrong by the line below', 'mask-of-dout', 'relu1', 'copy', 'handedOn'],
    ['an update that is wrong, but not by its order', 'uphill-update', 'step', 'update', 'moves'],
    ['an update that is wrong by its order', 'early-update', 'step', 'change', 'rests'],
    ['a check that passes after all', 'uphill-update', 'affine1', 'dW', 'passes'],
    ['a check that fails after all', 'inverted-mask', 'step', 't', 'fails'],
    ['nothing, since it passes in both cases', 'shifted-target', 'step', 'change', 'bothPass'],
  ] as const)('is compared with the case: %s', (_, id, place, key, wanted) => {
    expect(compared(bugs.find(bug => bug.id === id)!, { place, key })).toBe(wanted)
  })
})

test('no answer says that the numbers of a line are right where they are not', () => {
  const saying = ['same', 'bothPass']
  const wrong = bugs.flatMap(bug => placesOf(bug).flatMap(place => lineKeys[kindOf(place)].flatMap((key) => {
    const { text } = listings[kindOf(place)].find(line => line.key === key)!
    const isRight = place === bug.guilty && bug.lines.some(({ right }) => right === text.trim())
    if (isRight || bug.alternative?.wrong === text.trim() || !saying.includes(compared(bug, { place, key }))) return []
    return numbersOf(bug, { place, key }).filter(name => bug.reveals.numbers.includes(name)).map(name => `${bug.id}: ${place} ${key}, ${name}`)
  })))
  expect(wrong).toEqual([])
})

test('parameters that fail besides the expected ones, or pass against them, are told', () => {
  const bug = bugs.find(({ id }) => id === 'inverted-mask')!
  expect(paramsCompared(bug, { place: 'affine1', key: 'dW' })).toEqual({ failing: ['affine1.W', 'affine1.b'], further: ['affine1.b'], missing: [] })
  expect(paramsCompared(bug, { place: 'relu2', key: 'dx' }).missing).toEqual(['affine2.W', 'affine2.b'])
})

test('a line that is mended instead of the wrong one has the same effect: the batch is divided by once', () => {
  const bug = bugs.find(({ id }) => id === 'double-division')!
  const divisions = (lines: readonly { readonly text: string }[]) => lines.filter(({ text }) => text.includes('/ batch_size')).length
  const wrong = withBug(listings.softmaxWithLoss, bug.lines)
  expect([wrong, mendedBy(wrong, bug.alternative!), listings.softmaxWithLoss].map(divisions)).toEqual([2, 1, 1])
})

test('places are the layers in order, then the step; what does not fail passes', () => {
  const [shallow, deep] = ['bias-of-one-row', 'square-weights'].map(id => bugs.find(bug => bug.id === id)!)
  expect(placesOf(shallow!)).toEqual(['affine1', 'relu1', 'affine2', 'softmaxWithLoss', 'step'])
  expect(placesOf(deep!)).toEqual(['affine1', 'relu1', 'affine2', 'relu2', 'affine3', 'softmaxWithLoss', 'step'])
  expect(passing(shallow!)).toEqual(['affine1.W', 'affine2.W', 'affine2.b'])
})
